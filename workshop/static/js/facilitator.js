// The facilitator's bar, and the round as everybody sees it.

import { button, h, replace, select } from "./dom.js";
import { announce } from "./live.js";
import { roundName } from "./screens/room.js";
import { ask } from "./server.js";
import { t } from "./words.js";

/** Return the bar under the navigation: controls for the facilitator, one line for members, nothing for others. */
export function facilitatorBar(app) {
  const node = h("div", { class: "bar" });

  async function send(path, body, method = "PATCH") {
    try {
      app.room = await ask(`/api/rooms/${app.room.code}${path}`, { method, body });
      update();
    } catch (problem) {
      announce(problem.message);
      replace(said, problem.message);
    }
  }

  const said = h("span", { class: "error", role: "alert" });

  function update() {
    const state = app.room;
    node.hidden = !state;
    if (!state) {
      node.removeAttribute("role");
      replace(node);
      return;
    }
    const focus = document.activeElement?.dataset?.bar;
    replace(said);
    if (state.you.role === "facilitator") {
      const next = state.rounds[state.rounds.indexOf(state.round) + 1];
      node.setAttribute("role", "region");
      node.setAttribute("aria-label", t("Facilitator"));
      const rounds = select(
        state.rounds.map((round) => [round, roundName(round)]),
        state.round,
        (round) => send("", { round }),
        { id: "bar-round", "data-bar": "round" },
      );
      replace(
        node,
        h("strong", {}, t("Facilitator")),
        h("span", {}, t("code {code}", { code: state.code })),
        h("span", { class: "pair" }, h("label", { for: "bar-round" }, t("Round")), rounds),
        next
          ? button(t("Next: {round}", { round: roundName(next) }), () => send("", { round: next }), {
              "data-bar": "next",
            })
          : null,
        button(
          state.hidden ? t("Show results on phones") : t("Hide results on phones"),
          () => send("", { hidden: !state.hidden }),
          { "data-bar": "hide", "aria-pressed": String(state.hidden) },
        ),
        button(t("Ask about A and B"), () => send("", { question: [app.a, app.b] }), { "data-bar": "ask" }),
        button(t("Undo"), () => send("/undo", undefined, "POST"), { "data-bar": "undo" }),
        button(
          t("Today’s law"),
          () => {
            app.setSide("a", "today");
            app.setSide("b", "today");
            app.show();
          },
          { "data-bar": "today", "aria-label": t("Back to today’s law") },
        ),
        said,
      );
    } else {
      node.setAttribute("role", "region");
      node.setAttribute("aria-label", t("Session “{title}”", { title: state.title }));
      replace(
        node,
        h("span", {}, t("Session “{title}”", { title: state.title })),
        h("span", {}, t("Round: {round}", { round: roundName(state.round) })),
        h("a", { href: app.link("room"), "data-screen": "room" }, t("Go to the room")),
      );
    }
    if (focus) (node.querySelector(`[data-bar="${focus}"]`) ?? node.querySelector("button"))?.focus();
  }

  return { node, update };
}
