// Room: rounds, groups, the designs that groups submit, the vote and its result.

import { ballot } from "../ballot.js";
import { button, h, replace, setText } from "../dom.js";
import { announce } from "../live.js";
import { ask } from "../server.js";
import { t, tn } from "../words.js";

/** Return the name of a round. */
export function roundName(round) {
  switch (round) {
    case "briefing":
      return t("Briefing");
    case "predict":
      return t("Predict");
    case "reveal":
      return t("Figures");
    case "debate":
      return t("Debate");
    case "vote":
      return t("Vote");
    default:
      return t("Closed");
  }
}

/** Return what a group does in a round. */
function roundTask(round) {
  switch (round) {
    case "briefing":
      return t("Listen and look around. Everybody can move levers under “Explore”.");
    case "predict":
      return t("Guess what design B changes, under “Predict”.");
    case "reveal":
      return t("The figures are shown. What surprised you?");
    case "debate":
      return t("Build a design of your own under “Explore” and submit it here. Discuss.");
    case "vote":
      return t("Every phone has one vote. It can be changed until the vote closes.");
    default:
      return t("The vote is closed. This is the result.");
  }
}

export function room(app) {
  const body = h("div", {});
  const said = h("p", { class: "status", role: "status" });
  const error = h("p", { class: "error", role: "alert" });
  const node = h("div", { class: "room" }, h("h1", { tabindex: "-1" }, t("The room")), said, error, body);
  const { designs, changes } = ballot(app, send, update);
  const name = h("input", { type: "text", id: "submit-name", maxlength: 40, autocomplete: "off" });

  async function send(path, body_, done, method = "POST") {
    setText(error, "");
    try {
      app.room = await ask(`/api/rooms/${app.room.code}${path}`, { method, body: body_ });
      setText(said, done);
      update();
    } catch (problem) {
      setText(error, problem.message);
    }
  }

  function update() {
    const state = app.room;
    if (!state) {
      replace(body, app.facilitator ? starting() : outside());
      return;
    }
    const focus = document.activeElement?.dataset?.focus ?? (document.activeElement === name ? "name" : null);
    const open = body.querySelector("details.qr-big")?.open;
    replace(
      body,
      h(
        "p",
        { class: "lead" },
        h("strong", {}, state.title),
        " · ",
        t("code {code}", { code: state.code }),
        state.you.group !== null && state.you.role === "member"
          ? ` · ${t("your group: {name}", { name: state.groups.find((group) => group.number === state.you.group)?.name ?? "–" })}`
          : "",
      ),
      steps(state),
      h("p", { class: "task" }, roundTask(state.round)),
      links(state),
      state.you.role === "facilitator" ? invitation(state, open ?? state.round === "briefing") : null,
      designs(state),
      state.round === "closed" ? null : submission(state),
      groups(state),
    );
    if (focus === "name") name.focus();
    else if (focus) body.querySelector(`[data-focus="${focus}"]`)?.focus();
  }

  function outside() {
    return h(
      "div",
      {},
      h("p", {}, t("You are not in a session yet.")),
      h("p", {}, h("a", { href: app.link("join"), "data-screen": "join", class: "as-button" }, t("Join with a code"))),
    );
  }

  function starting() {
    const title = h("input", { type: "text", id: "room-title", maxlength: 80, autocomplete: "off" });
    const running = h("ul", { class: "links" });
    ask("/api/rooms").then(
      ({ rooms }) =>
        replace(
          running,
          rooms.map((known) =>
            h(
              "li",
              {},
              button(t("Open “{title}”", { title: `${known.title}, ${known.code}` }), () => reopen(known.code)),
            ),
          ),
        ),
      () => null,
    );
    return h(
      "form",
      {
        class: "join-form",
        onsubmit: async (event) => {
          event.preventDefault();
          setText(error, "");
          if (!title.value.trim()) {
            setText(error, t("Write a title for the session."));
            title.focus();
            return;
          }
          try {
            app.joined(
              await ask("/api/rooms", {
                method: "POST",
                body: { title: title.value.trim(), question: [app.a, app.b] },
              }),
            );
            update();
          } catch (problem) {
            setText(error, problem.message);
          }
        },
      },
      h("p", {}, t("The question for the room will be the designs A and B that stand under “Explore” now.")),
      h("div", { class: "field" }, h("label", { for: "room-title" }, t("Title of the session")), title),
      h("button", { type: "submit", class: "main" }, t("Start a session")),
      running,
    );
  }

  async function reopen(code) {
    try {
      app.joined(await ask(`/api/rooms/${code}`));
      update();
    } catch (problem) {
      setText(error, problem.message);
    }
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
    const link = (screen, text, onclick = null) =>
      h("a", { href: app.link(screen), "data-screen": screen, class: "as-button", onclick }, text);
    const ranking = () => {
      app.ranking = true;
    };
    const several = state.designs.length > 0 && ["debate", "vote", "closed"].includes(state.round);
    if (!to && !several) return null;
    return h(
      "p",
      { class: "buttons" },
      to ? link(...to) : null,
      several ? link("compare", t("See what the designs give"), ranking) : null,
    );
  }

  function invitation(state, open) {
    return h(
      "details",
      { class: "qr-big", open },
      h("summary", {}, t("How to join: code and QR")),
      h(
        "div",
        { class: "invitation" },
        h("img", { src: `/api/rooms/${state.code}/qr.svg`, alt: t("QR code for joining"), width: 280, height: 280 }),
        h(
          "div",
          {},
          h("p", { class: "big-code" }, state.code),
          h("p", {}, h("span", { class: "wrap" }, state.link)),
          h("p", {}, tn("{count} phone", "{count} phones", state.devices)),
        ),
      ),
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
            state.groups.map((group) =>
              h(
                "li",
                {},
                h("span", {}, group.name),
                state.round === "predict" ? ` · ${group.predicted ? t("has guessed") : t("is thinking")}` : "",
                state.you.role === "facilitator"
                  ? h(
                      "span",
                      {},
                      " ",
                      button(
                        t("Remove"),
                        () =>
                          send(
                            `/groups/${group.number}`,
                            undefined,
                            t("“{name}” was removed.", { name: group.name }),
                            "DELETE",
                          ),
                        { class: "small", "aria-label": t("Remove {name}", { name: group.name }) },
                      ),
                    )
                  : null,
              ),
            ),
          )
        : h("p", {}, t("Nobody has joined yet.")),
    );
  }

  function changed(before) {
    const now = app.room;
    if (now && before && now.round !== before.round) announce(`${roundName(now.round)}. ${roundTask(now.round)}`);
    else if (now && before && now.designs.length > before.designs.length)
      announce(t("New design: {name}.", { name: now.designs.at(-1).name }));
    update();
  }

  update();
  return { node, room: changed };
}
