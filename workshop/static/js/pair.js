// Two designs side by side: the lists that choose them, and the runs that are asked for, refined and remembered.

import { h, replace, setText } from "./dom.js";
import { announce } from "./live.js";
import { estimate } from "./sentences.js";
import { follow } from "./server.js";
import { language, t } from "./words.js";

/** Fill a list with every design that has a name, and with the one chosen if it has none. */
export function listDesigns(app, list, chosen) {
  const known = app.designs().map((design) => [design.short, design.name]);
  if (!known.some(([short]) => short === chosen)) known.push([chosen, t("your design")]);
  replace(
    list,
    known.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
}

/** Return the name under which the figures of two designs are kept, in words of one language. */
export function knownAs(a, b) {
  return `${language()}|${a}&${b}`;
}

/**
 * Return what asks for the figures of two designs until they are complete: {run(a, b), stop()}. `shown(figures, aloud)`
 * gets what is known at once and every refinement; `aloud` says which of them are worth saying: the first and the last.
 * `missing()` is called where nothing is known yet. `status` says how sure the figures are, who waits, and what is wrong.
 */
export function refining(app, status, { shown, missing }) {
  let end = null;
  const stop = () => {
    end?.();
    end = null;
  };
  function said(text, kind = "") {
    status.className = `status ${kind}`.trim();
    setText(status, text);
  }
  function put(figures, aloud) {
    if (figures.kind === "estimated") said(estimate(figures), "waiting");
    else said(t(figures.interval.text));
    shown(figures, aloud);
  }
  function run(a, b) {
    stop();
    const key = knownAs(a, b);
    const known = app.known.get(key);
    if (known) put(known, true);
    else missing();
    if (known?.stage === "complete") return;
    let first = !known,
      guessed = false;
    end = follow([a, b], {
      names: [app.nameOf(a), app.nameOf(b)],
      figures: (figures) => {
        guessed = figures.kind === "estimated";
        if (!guessed) app.known.set(key, figures);
        put(figures, first || figures.stage === "complete");
        first = guessed;
      },
      waiting: (text) => {
        if (!guessed) said(text, "waiting");
      },
      problem: (text) => {
        said(text, "error");
        announce(text);
      },
    });
  }
  return { run, stop };
}
