// Ballot: the designs of the groups as one table, in which they are opened, shown to all, voted for and removed.

import { changesOf } from "./address.js";
import { button, h, replace } from "./dom.js";
import { differences } from "./levers.js";
import { announce } from "./live.js";
import { t, tn } from "./words.js";

/** Return how the designs of a session are drawn, and what a design changes in words; `send` asks the server. */
export function ballot(app, send, update) {
  let sort = "order";
  const carried = h("div", { class: "field" });

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
      carried,
      state.round === "vote" || state.round === "closed"
        ? h(
            "p",
            {},
            tn("{voted} of {count} phone has voted.", "{voted} of {count} phones have voted.", state.devices, {
              voted: state.voted,
            }),
          )
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
    const take = button(t("Link"), () => carry(design), {
      class: "small",
      "data-focus": `link-${number}`,
      "aria-label": t("Link that takes {name} to another room", called),
    });
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
      h("td", { class: "do", role: "cell" }, open, vote, spot, take, remove),
    );
  }

  /** Give the link that holds a design with its name: opened in another room, it waits there to be submitted. */
  async function carry(design) {
    const link = `${location.origin}/${app.link("room", { b: design.design.short, name: design.name })}`;
    try {
      await navigator.clipboard.writeText(link);
      announce(t("The link was copied."));
      replace(carried, h("p", { class: "status" }, t("The link was copied.")));
    } catch {
      const field = h("input", { type: "text", readonly: true, id: "carried", value: link });
      replace(carried, h("label", { for: "carried" }, t("Link")), field);
      field.focus();
      field.select();
    }
  }

  function changes(design) {
    const differ = differences(app.start.levers, {}, changesOf(design.design.short, app.start.levers));
    return differ.length ? differ.map(({ lever, b }) => `${t(lever.label)}: ${b}`).join("; ") : t("today’s law");
  }

  return { designs, changes };
}
