// Room: rounds, groups, the designs that groups submit, the vote and its result.

import { changesOf } from "../address.js";
import { button, h, replace, setText } from "../dom.js";
import { differences } from "../levers.js";
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
  let sort = "order";
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

  function designs(state) {
    const votes = state.designs.some((design) => design.votes !== null);
    const rows = [...state.designs];
    if (sort === "votes") rows.sort((one, two) => (two.votes ?? 0) - (one.votes ?? 0));
    if (sort === "name") rows.sort((one, two) => one.name.localeCompare(two.name));
    const voting = state.round === "vote" && state.you.role === "member";
    const caption = voting
      ? t("Choose one design: your phone has one vote.")
      : tn("{count} design", "{count} designs", rows.length);
    const heads = [
      head(t("Design"), "name"),
      head(t("Group"), "order"),
      h("th", { scope: "col", role: "columnheader" }, t("What it changes")),
      votes ? head(t("Votes"), "votes") : null,
      h("th", { scope: "col", role: "columnheader" }, t("Do")),
    ];
    const table = h(
      "table",
      { class: "designs", role: "table" }, // roles, because the sheet lays it out as blocks on phones
      h("caption", {}, caption),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)),
      h(
        "tbody",
        { role: "rowgroup" },
        rows.map((design) => row(state, design, votes, voting)),
      ),
    );
    return h(
      "section",
      { "aria-labelledby": "designs-heading" },
      h("h2", { id: "designs-heading" }, t("Designs of the groups")),
      rows.length
        ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Table of designs") }, table)
        : h("p", {}, t("No group has submitted a design yet.")),
      state.round === "vote" || state.round === "closed"
        ? h("p", {}, t("{voted} of {devices} phones have voted.", { voted: state.voted, devices: state.devices }))
        : null,
    );
  }

  function head(text, key) {
    const order = sort === key ? (key === "votes" ? "descending" : "ascending") : null;
    return h(
      "th",
      { scope: "col", role: "columnheader", "aria-sort": order },
      button(
        text,
        () => {
          sort = key;
          update();
        },
        { class: "sort", "data-focus": `sort-${key}` },
      ),
    );
  }

  function row(state, design, votes, voting) {
    const { number } = design,
      called = { name: design.name },
      shown = state.spotlight === number;
    const leads = state.you.role === "facilitator";
    const group = state.groups.find((one) => one.number === design.group)?.name ?? t("facilitator");
    const open = button(
      t("Open as B"),
      () => {
        app.setSide("b", design.design.short);
        app.go("explore");
      },
      { "data-focus": `open-${number}`, "aria-label": t("Open {name} as B", called) },
    );
    const mine = state.you.vote === number;
    const vote = voting
      ? button(
          mine ? t("Your vote ✓") : t("Vote"),
          () => send("/vote", { design: number }, t("Your vote is for “{name}”.", called)),
          {
            "data-focus": `vote-${number}`,
            "aria-pressed": String(mine),
            class: "vote",
            "aria-label": mine ? t("Your vote: {name}", called) : t("Vote for {name}", called),
          },
        )
      : null;
    const spot = leads
      ? button(
          shown ? t("Stop showing") : t("Show to all"),
          () => send("", { spotlight: shown ? null : number }, "", "PATCH"),
          {
            "data-focus": `spot-${number}`,
            "aria-pressed": String(shown),
            "aria-label": t("Show {name} to all", called),
          },
        )
      : null;
    // While votes are cast only the facilitator removes: beside the button for the vote a slip would be dear.
    const removable = leads
      ? state.round !== "closed"
      : design.group === state.you.group && !["vote", "closed"].includes(state.round);
    const remove = removable
      ? button(t("Remove"), () => send(`/designs/${number}`, undefined, t("“{name}” was removed.", called), "DELETE"), {
          class: "small",
          "aria-label": t("Remove {name}", called),
        })
      : null;
    return h(
      "tr",
      { class: shown ? "spot" : null, role: "row" },
      h(
        "th",
        { scope: "row", role: "rowheader" },
        design.name,
        shown ? h("span", { class: "badge" }, t("shown now")) : null,
      ),
      h("td", { role: "cell" }, group),
      h("td", { role: "cell" }, changes(design)),
      votes ? h("td", { role: "cell" }, tn("{count} vote", "{count} votes", design.votes ?? 0)) : null,
      h("td", { class: "do", role: "cell" }, open, vote, spot, remove),
    );
  }

  function changes(design) {
    const differ = differences(app.start.levers, {}, changesOf(design.design.short, app.start.levers));
    return differ.length ? differ.map(({ lever, b }) => `${t(lever.label)}: ${b}`).join("; ") : t("today’s law");
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
