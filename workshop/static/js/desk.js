// The facilitator's desk: several sessions, the invitation, the question of the room, the timer.

import { button, field, h, replace, select, setText } from "./dom.js";
import { ask } from "./server.js";
import { roundName } from "./rounds.js";
import { t, tn } from "./words.js";

const MINUTES = [1, 2, 3, 5, 10, 15, 20, 30];

/** Return the list of sessions and the form that begins one. */
export function sessionList(app, problem) {
  const title = h("input", { type: "text", id: "room-title", maxlength: 80, autocomplete: "off" });
  const running = h("ul", { class: "links" });
  const archive = h("ul", { class: "links" });
  const archived = h("details", { hidden: true }, h("summary", {}, t("Sessions that were put away")), archive);
  const form = h(
    "form",
    {
      class: "join-form",
      onsubmit: (event) => {
        event.preventDefault();
        begin();
      },
    },
    h("p", {}, t("The question for the room will be the designs A and B that stand under “Explore” now.")),
    h("div", { class: "field" }, h("label", { for: "room-title" }, t("Title of the session")), title),
    h("button", { type: "submit", class: "main" }, t("Start a session")),
  );
  const heading = h("h2", {}, t("All sessions"));
  const node = h("div", {}, form, heading, running, archived);

  async function begin() {
    setText(problem, "");
    if (!title.value.trim()) {
      setText(problem, t("Write a title for the session."));
      title.focus();
      return;
    }
    await carefully(async () => {
      const body = { title: title.value.trim(), question: [app.a, app.b], outcome: app.headline ?? "net_jobs" };
      app.joined(await ask("/api/rooms", { method: "POST", body }));
    });
  }

  async function carefully(work) {
    try {
      await work();
    } catch (error) {
      setText(problem, error.message);
    }
  }

  async function list() {
    await carefully(async () => {
      const { rooms } = await ask("/api/rooms");
      const put = rooms.filter((room) => room.archived);
      replace(running, rooms.filter((room) => !room.archived).map(entry));
      replace(archive, put.map(entry));
      heading.hidden = !rooms.length;
      archived.hidden = !put.length;
    });
  }

  function entry(room) {
    const called = { title: room.title };
    const about = [
      room.code,
      roundName(room.round),
      tn("{count} group", "{count} groups", room.groups),
      tn("{count} design", "{count} designs", room.designs),
    ].join(" · ");
    const open = button(t("Open"), () => carefully(async () => app.joined(await ask(`/api/rooms/${room.code}`))), {
      "aria-label": t("Open “{title}”", called),
    });
    const put = button(
      room.archived ? t("Take up again") : t("Put away"),
      () =>
        carefully(async () => {
          await ask(`/api/rooms/${room.code}`, { method: "PATCH", body: { archived: !room.archived } });
          await list();
        }),
      {
        class: "small",
        "aria-label": room.archived ? t("Take up “{title}” again", called) : t("Put “{title}” away", called),
      },
    );
    return h("li", {}, h("strong", {}, room.title), h("span", { class: "hint" }, ` ${about} `), open, " ", put);
  }

  list();
  return node;
}

/** Return how phones join: QR code, code and link, with a warning where the link leads nowhere. */
export function invitation(state, size = 280) {
  return h(
    "div",
    { class: "invitation" },
    h("img", { src: `/api/rooms/${state.code}/qr.svg`, alt: t("QR code for joining"), width: size, height: size }),
    h(
      "div",
      {},
      h("p", { class: "big-code" }, state.code),
      h("p", {}, h("span", { class: "wrap" }, state.link)),
      h("p", {}, tn("{count} phone", "{count} phones", state.devices)),
      state.reachable ? null : unreachable(),
    ),
  );
}

/** Return the warning that phones cannot open the link. */
export function unreachable() {
  return h(
    "p",
    { class: "notice" },
    t("Phones cannot open this link: it leads to this computer alone. Stop the program and start it with"),
    " ",
    h("code", {}, "kelishim serve --room"),
  );
}

/** Return the question of the room: what A and B change, the outcome that is guessed, and how to ask another one. */
export function questionDesk(app, send) {
  const state = app.room;
  const { outcomes } = app.start;
  const names = Object.keys(outcomes);
  const list = select(
    names.map((name) => [name, t(outcomes[name].label)]),
    state.outcome,
    (outcome) => send("", { outcome }, t("The outcome that is guessed was changed."), "PATCH"),
    { id: "question-outcome", "data-focus": "question-outcome" },
  );
  const [a, b] = state.question.map((design) => design.short);
  const asked = app.a === a && app.b === b;
  return [
    field(t("Outcome that the groups guess"), list),
    asked
      ? null
      : h(
          "p",
          {},
          button(
            t("Ask about A and B of “Explore”"),
            () => send("", { question: [app.a, app.b] }, t("The room has another question."), "PATCH"),
            { "data-focus": "ask" },
          ),
          h("span", { class: "hint" }, ` A: ${app.nameOf(app.a)}; B: ${app.nameOf(app.b)}`),
        ),
  ];
}

/** Return the buttons that set and stop the timer. */
export function timerDesk(app, send) {
  const minutes = select(
    MINUTES.map((count) => [String(count), tn("{count} minute", "{count} minutes", count)]),
    "5",
    () => null,
    { id: "timer-minutes", "data-focus": "timer-minutes" },
  );
  return h(
    "div",
    { class: "row" },
    h("label", { for: "timer-minutes" }, t("Timer")),
    minutes,
    button(t("Start the timer"), () => send("", { timer: 60 * Number(minutes.value) }, t("The timer runs."), "PATCH"), {
      "data-focus": "timer-start",
    }),
    app.room.timer === null
      ? null
      : button(t("Stop the timer"), () => send("", { timer: null }, t("The timer was stopped."), "PATCH"), {
          "data-focus": "timer-stop",
        }),
  );
}
