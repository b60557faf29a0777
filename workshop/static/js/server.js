// Everything that is asked of the server goes through here.

import { written } from "./numbers.js";
import { language, t } from "./words.js";

/** An answer that says what is wrong, in the language of the page. */
export class Problem extends Error {
  constructor(error, status = 0, wait = 0) {
    super(problemText(error));
    this.code = error?.code ?? "unreachable";
    this.status = status;
    this.wait = wait;
  }
}

/** Return the sentence of an error. */
export function problemText(error) {
  if (!error?.text) return t("The server cannot be reached. It may have been stopped; the page tries again.");
  const values = { ...error.values };
  for (const [name, value] of Object.entries(values)) {
    values[name] =
      typeof value === "number"
        ? written(value, Number.isInteger(value) ? 0 : 3)
        : typeof value === "string"
          ? t(value)
          : value;
  }
  return t(error.text, values);
}

/** Ask the server; an error of any kind is a Problem. */
export async function ask(path, { method = "GET", body, signal } = {}) {
  const init = { method, signal, headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (method !== "GET") init.headers["Content-Type"] = "application/json";
  if (body !== undefined) init.body = JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, init);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(null);
  }
  if (answer.status === 204) return null;
  const found = await answer.json().catch(() => null);
  if (!answer.ok) throw new Problem(found?.error, answer.status, Number(answer.headers.get("Retry-After") ?? 0));
  return found;
}

/** Ask for what a process works out on its own; a busy computer goes on with it, so it is asked again. */
export async function askPatiently(path, wanted, tries = 8) {
  try {
    return await ask(path);
  } catch (error) {
    if (error.status !== 503 || tries <= 1 || !wanted()) throw error;
    await new Promise((done) => {
      setTimeout(done, 1500);
    });
    return askPatiently(path, wanted, tries - 1);
  }
}

/** Return the query of designs in short form. */
export function designsQuery(shorts, more = {}) {
  const query = new URLSearchParams(shorts.map((short) => ["d", short]));
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return query.toString();
}

/**
 * Follow the figures of designs until they are complete; the function returned ends it. After it has been called nothing
 * more arrives, so figures never belong to other designs than those shown. A connection that breaks is made again.
 */
export function follow(shorts, { figures, waiting, problem, end, details = true, names = null }) {
  const labels = (names ?? []).map((name) => `&label=${encodeURIComponent(name.slice(0, 120))}`).join("");
  const query = designsQuery(shorts, { ...(details ? {} : { details: 0 }), ...(names ? { lang: language() } : {}) }) + labels;
  let open = true,
    source = null,
    timer = 0;
  const close = () => {
    open = false;
    clearTimeout(timer);
    source.close();
  };
  function connect() {
    source = new EventSource(`/api/stream?${query}`);
    const on = (name, action) =>
      source.addEventListener(name, (event) => {
        if (open) action(JSON.parse(event.data));
      });
    on("figures", figures);
    on("waiting", (state) => waiting?.(waitingText(state)));
    on("problem", ({ error }) => {
      close();
      problem?.(problemText(error));
    });
    on("end", () => {
      close();
      end?.();
    });
    source.addEventListener("error", () => {
      if (open) broken();
    });
  }
  function broken() {
    if (source.readyState !== EventSource.CLOSED) {
      waiting?.(problemText(null));
      return;
    }
    ask(`/api/design?${designsQuery([shorts.at(-1)])}`).then(
      () => again(2),
      (error) => {
        if (!open) return;
        problem?.(error.message);
        if (error.status === 400) close();
        else again(error.wait || 2);
      },
    );
  }
  function again(seconds) {
    if (open) timer = setTimeout(connect, 1000 * seconds);
  }
  connect();
  return close;
}

function waitingText({ ahead, ready }) {
  if (ready === false) return t("The model is getting ready; try again in a moment");
  return t("Other designs are computed first: {ahead} before this one.", { ahead });
}

/**
 * Follow the state of a room; the function returned ends it. A connection that breaks is made again, also after the
 * server was started anew; only a room that is gone is lost.
 */
export function followRoom(code, state, lost) {
  const path = `/api/rooms/${encodeURIComponent(code)}`;
  let source = null,
    timer = 0,
    open = true;
  const again = () => {
    if (open) timer = setTimeout(connect, 2000);
  };
  function connect() {
    source = new EventSource(`${path}/events`);
    source.addEventListener("state", (event) => open && state(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (!open || source.readyState !== EventSource.CLOSED) return;
      ask(path).then(
        (found) => {
          if (open && !found.you) lost();
          else again();
        },
        (error) => {
          if (open && error.status === 404) lost();
          else again();
        },
      );
    });
  }
  connect();
  return () => {
    open = false;
    clearTimeout(timer);
    source.close();
  };
}
