// Room: rounds, the question, groups, the designs that groups submit, the vote and its result.

import { changesOf } from "../address.js";
import { ballot } from "../ballot.js";
import { standing } from "../standing.js";
import { questionnaire } from "../beliefs.js";
import { invitation, questionDesk, sessionList, timerDesk } from "../desk.js";
import { button, h, replace, setText } from "../dom.js";
import { differences } from "../levers.js";
import { announce } from "../live.js";
import { roundName, roundTask } from "../rounds.js";
import { ask } from "../server.js";
import { t } from "../words.js";

// What matters in a round comes first.
const ORDER = {
  briefing: ["question", "beliefs", "designs", "submission"],
  debate: ["designs", "picture", "submission", "question"],
  vote: ["designs", "picture", "beliefs", "question", "submission"],
  closed: ["picture", "beliefs", "designs", "question"],
};
const COMPARED = ["debate", "vote", "closed"]; // rounds in which the designs stand side by side

export function room(app) {
  const body = h("div", {});
  const said = h("p", { class: "status", role: "status" });
  const error = h("p", { class: "error", role: "alert" });
  const node = h("div", { class: "room" }, h("h1", { tabindex: "-1" }, t("The room")), said, error, body);
  const { designs, changes } = ballot(app, send, update);
  const beliefs = questionnaire(app);
  const picture = standing(app, { heading: t("What the designs give") });
  const name = h("input", { type: "text", id: "submit-name", maxlength: 40, autocomplete: "off" });
  let shownRound = "";
  name.value = app.brought ?? "";
  app.brought = "";

  async function send(path, body_, done, method = "POST") {
    setText(error, "");
    try {
      app.took(await ask(`/api/rooms/${app.room.code}${path}`, { method, body: body_ }));
      setText(said, done);
    } catch (problem) {
      setText(error, problem.message);
      error.scrollIntoView?.({ block: "nearest" });
    }
  }

  function update() {
    const state = app.room;
    if (!state) {
      picture.stop();
      replace(body, app.facilitator ? sessionList(app, error) : outside());
      return;
    }
    const focus = document.activeElement?.dataset?.focus ?? (document.activeElement === name ? "name" : null);
    const leads = state.you.role === "facilitator";
    const open = shownRound === state.round ? body.querySelector("details.qr-big")?.open : undefined;
    if (shownRound && shownRound !== state.round) setText(said, "");
    shownRound = state.round;
    picture.node.hidden = !state.designs.length || !COMPARED.includes(state.round);
    beliefs.update();
    const parts = {
      question: question(state, leads),
      designs: designs(state),
      picture: picture.node,
      beliefs: beliefs.node,
      submission: state.round === "closed" || state.archived ? null : submission(),
    };
    replace(
      body,
      h(
        "p",
        { class: "lead" },
        h("strong", {}, state.title),
        " · ",
        t("code {code}", { code: state.code }),
        mine(state) ? ` · ${t("your group: {name}", { name: mine(state) })}` : "",
      ),
      steps(state),
      h("p", { class: "task" }, roundTask(state.round)),
      links(state),
      leads ? desk(state, open ?? state.round === "briefing") : null,
      (ORDER[state.round] ?? ORDER.briefing).map((part) => parts[part]),
      groups(state),
      leaving(leads),
    );
    if (!picture.node.hidden) picture.update();
    if (focus === "name") name.focus();
    else if (focus) body.querySelector(`[data-focus="${focus}"]`)?.focus();
  }

  function mine(state) {
    if (state.you.role !== "member" || state.you.group === null) return "";
    return state.groups.find((group) => group.number === state.you.group)?.name ?? "–";
  }

  function outside() {
    return h(
      "div",
      {},
      h("p", {}, t("You are not in a session yet.")),
      h("p", {}, h("a", { href: app.link("join"), "data-screen": "join", class: "as-button" }, t("Join with a code"))),
    );
  }

  function steps(state) {
    return h(
      "ol",
      { class: "rounds", "aria-label": t("Rounds") },
      state.rounds.map((round) => h("li", { "aria-current": round === state.round ? "step" : null }, roundName(round))),
    );
  }

  function links(state) {
    const to = {
      predict: ["predict", t("Go to the question")],
      reveal: ["predict", t("See the figures")],
      briefing: ["explore", t("Explore the levers")],
      debate: ["explore", t("Build a design")],
    }[state.round];
    if (!to) return null;
    return h(
      "p",
      { class: "buttons" },
      h("a", { href: app.link(to[0]), "data-screen": to[0], class: "as-button" }, to[1]),
    );
  }

  function desk(state, open) {
    return [
      h("details", { class: "qr-big", open }, h("summary", {}, t("How to join: code and QR")), invitation(state)),
      h(
        "p",
        { class: "buttons" },
        h("a", { href: app.link("wall"), "data-screen": "wall", class: "as-button" }, t("Projector view")),
      ),
      timerDesk(app, send),
    ];
  }

  function question(state, leads) {
    const [a, b] = state.question.map((design) => changesOf(design.short, app.start.levers));
    const rows = differences(app.start.levers, a, b);
    const load = button(
      t("Open the question under “Explore”"),
      () => {
        app.setSide("a", state.question[0].short);
        app.setSide("b", state.question[1].short);
        app.go("explore");
      },
      { "data-focus": "load" },
    );
    return h(
      "section",
      { class: "question" },
      h("h2", {}, t("The question of the room")),
      h(
        "p",
        {},
        t("How does design B change “{outcome}”, compared with A?", {
          outcome: t(app.start.outcomes[state.outcome].label),
        }),
      ),
      rows.length
        ? h(
            "ul",
            {},
            rows.map((row) =>
              h("li", {}, t("{lever}: A {a}, B {b}", { lever: t(row.lever.label), a: row.a, b: row.b })),
            ),
          )
        : h("p", {}, t("Nothing: A and B are the same design.")),
      h("p", { class: "buttons" }, load),
      leads ? questionDesk(app, send) : null,
    );
  }

  function submission() {
    return h(
      "form",
      {
        class: "keep",
        onsubmit: (event) => {
          event.preventDefault();
          const chosen = name.value.trim();
          if (!chosen) {
            setText(error, t("Write a name for the design."));
            name.focus();
            return;
          }
          send("/designs", { name: chosen, design: app.b }, t("“{name}” was submitted.", { name: chosen }));
          name.value = "";
        },
      },
      h("h2", {}, t("Submit design B")),
      h("p", {}, t("B changes: {changes}", { changes: changes({ design: { short: app.b } }) })),
      h("label", { for: "submit-name" }, t("Name of the design")),
      h("div", { class: "row" }, name, h("button", { type: "submit" }, t("Submit"))),
    );
  }

  function groups(state) {
    return h(
      "section",
      {},
      h("h2", {}, t("Groups")),
      state.groups.length
        ? h(
            "ul",
            { class: "groups" },
            state.groups.map((group) => groupEntry(state, group)),
          )
        : h("p", {}, t("Nobody has joined yet.")),
    );
  }

  function groupEntry(state, { name: called, number, predicted }) {
    const remove = () =>
      send(`/groups/${number}`, undefined, t("“{name}” was removed.", { name: called }), "DELETE");
    return h(
      "li",
      {},
      h("span", {}, called),
      state.round === "predict" ? ` · ${predicted ? t("has guessed") : t("is thinking")}` : "",
      state.you.role === "facilitator"
        ? h(
            "span",
            {},
            " ",
            button(t("Remove"), remove, { class: "small", "aria-label": t("Remove {name}", { name: called }) }),
          )
        : null,
    );
  }

  function leaving(leads) {
    const text = leads ? t("Close this session here and see all sessions") : t("Leave the session on this device");
    return h(
      "p",
      { class: "leaving" },
      button(text, () => {
        setText(said, "");
        app.leave();
        if (!leads) app.go("explore");
      }),
    );
  }

  function changed(before) {
    const now = app.room;
    if (now && before && now.designs.length > before.designs.length)
      announce(t("New design: {name}.", { name: now.designs.at(-1).name }));
    update();
  }

  update();
  return { node, room: changed, leave: picture.stop };
}
