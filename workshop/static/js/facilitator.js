// The bar under the navigation: steering for the facilitator, the round and what to do now for members.

import { button, h, replace, select } from "./dom.js";
import { announce } from "./live.js";
import { roundName, roundScreen } from "./rounds.js";
import { ask } from "./server.js";
import { timer } from "./timer.js";
import { t } from "./words.js";

const PAUSE = 600; // milliseconds after a step in which another click is taken for a slip

/** Return what a step back would bring: one button, one meaning, said on it. */
function stepBack(state) {
  const was = state.undo;
  if (!was) return null;
  if ("round" in was) return t("Back to the round “{round}”", { round: roundName(was.round) });
  if ("hidden" in was) return was.hidden ? t("Hide the results again") : t("Show the results again");
  if ("spotlight" in was) return was.spotlight === null ? t("Stop showing the design") : t("Show the design before");
  return t("Back to the question before");
}

/** Return the bar: controls for the facilitator, one line for members, nothing for others. */
export function facilitatorBar(app) {
  const node = h("div", { class: "bar" });
  const said = h("span", { class: "error", role: "alert" });
  let busy = false;

  async function send(path, body, method = "PATCH") {
    if (busy) return;
    busy = true;
    try {
      app.took(await ask(`/api/rooms/${app.room.code}${path}`, { method, body }));
    } catch (problem) {
      announce(problem.message);
      replace(said, problem.message);
    }
    setTimeout(() => {
      busy = false;
    }, PAUSE);
  }

  function update() {
    const state = app.room;
    node.hidden = !state;
    if (!state) {
      node.removeAttribute("role");
      node.removeAttribute("aria-label");
      replace(node);
      return;
    }
    const focus = document.activeElement?.dataset?.bar;
    replace(said);
    node.setAttribute("role", "region");
    if (state.you.role === "facilitator") leads(state);
    else takesPart(state);
    // A button that is gone gives its focus to the list of rounds: a key pressed once too often then does nothing.
    if (focus) (node.querySelector(`[data-bar="${focus}"]`) ?? node.querySelector("select"))?.focus();
  }

  function leads(state) {
    const next = state.rounds[state.rounds.indexOf(state.round) + 1];
    node.setAttribute("aria-label", t("Facilitator"));
    const rounds = select(
      state.rounds.map((round) => [round, roundName(round)]),
      state.round,
      (round) => send("", { round }),
      { id: "bar-round", "data-bar": "round" },
    );
    const back = stepBack(state);
    replace(
      node,
      h("strong", {}, t("Facilitator")),
      h("span", {}, t("code {code}", { code: state.code })),
      h("span", { class: "pair" }, h("label", { for: "bar-round" }, t("Round")), rounds),
      timer(app),
      next
        ? button(t("Next: {round}", { round: roundName(next) }), () => send("", { round: next }), { "data-bar": "next" })
        : null,
      button(
        state.hidden ? t("Show results on phones") : t("Hide results on phones"),
        () => send("", { hidden: !state.hidden }),
        { "data-bar": "hide", "aria-pressed": String(state.hidden) },
      ),
      back ? button(back, () => send("/undo", {}, "POST"), { "data-bar": "undo" }) : null,
      h("a", { href: app.link("room"), "data-screen": "room" }, t("Go to the room")),
      said,
    );
  }

  function takesPart(state) {
    const screen = roundScreen(state.round);
    const follows = h("input", {
      type: "checkbox",
      id: "follows",
      "data-bar": "follows",
      checked: app.follows,
      onchange: () => {
        app.follows = follows.checked;
        if (app.follows && app.screen !== screen) app.go(screen);
      },
    });
    node.setAttribute("aria-label", t("Session “{title}”", { title: state.title }));
    replace(
      node,
      h("span", {}, t("Session “{title}”", { title: state.title })),
      h("span", {}, t("Round: {round}", { round: roundName(state.round) })),
      timer(app),
      h(
        "a",
        { href: app.link(screen), "data-screen": screen, "data-bar": "go" },
        screen === "room" ? t("Go to the room") : t("Go to the question"),
      ),
      h("span", { class: "check" }, follows, h("label", { for: "follows" }, t("Follow the facilitator"))),
    );
  }

  return { node, update };
}
