// Three and more designs as one table that is sorted by any column, with the probability that a design is the best.

import { cheapest } from "./cheapest.js";
import { button, download, h, replace, select, setText, unique } from "./dom.js";
import { csv } from "./figure.js";
import { announce } from "./live.js";
import { between, figure, quantity, scaleOf, unitOf, written } from "./numbers.js";
import { progressLine } from "./results.js";
import { verdict } from "./sentences.js";
import { follow } from "./server.js";
import { t, tn } from "./words.js";

const MOST = 24;

/** Return the ranking of the designs that are ticked. */
export function ranked(app) {
  const { outcomes } = app.start;
  const known = app.designs(),
    submitted = known.filter((design) => design.from === "room");
  const ticked = submitted.length ? [known[0], ...submitted].slice(0, MOST) : known.slice(0, 4);
  const chosen = new Set(ticked.map((design) => design.short));
  let outcome = "net_jobs",
    stop = null,
    figures = null,
    sort = "value",
    up = false;
  const boxes = h("fieldset", {}, h("legend", {}, t("Designs in the table; the first is the one compared with")));
  const line = progressLine();
  const status = h("p", { class: "status", role: "status" });
  const table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Ranked table") });
  const rankable = Object.keys(outcomes).filter((name) => outcomes[name].better);
  const list = select(
    rankable.map((name) => [name, t(outcomes[name].label)]),
    outcome,
    (name) => {
      outcome = name;
      draw();
    },
    { id: unique("ranked") },
  );
  const goal = cheapest(app);
  const answer = h(
    "div",
    { hidden: true },
    line.node,
    h("p", { class: "pair" }, h("label", { for: list.id }, t("Outcome")), list),
    table,
    h(
      "div",
      { class: "buttons" },
      button(t("Table (CSV)"), () => download("kelishim-ranking.csv", csv(raw()), "text/csv;charset=utf-8")),
    ),
    goal.node,
  );
  const title = h("h2", { id: "ranked-heading", tabindex: "-1" }, t("More than two designs"));
  const node = h(
    "section",
    { class: "panel ranked", "aria-labelledby": "ranked-heading" },
    title,
    boxes,
    h("div", { class: "buttons" }, button(t("Compare the designs that are ticked"), run)),
    status,
    answer,
  );

  function lists() {
    const count = app.designs().filter((design) => design.from === "room").length;
    replace(
      boxes,
      h("legend", {}, t("Designs in the table; the first is the one compared with")),
      count >= MOST
        ? h(
            "p",
            { class: "parts" },
            tn(
              "The groups have submitted {count} design; one table holds {most} with the first. Compare them in parts, always with the same first design; then tick the best of each part and compare these.",
              "The groups have submitted {count} designs; one table holds {most} with the first. Compare them in parts, always with the same first design; then tick the best of each part and compare these.",
              count,
              { most: MOST },
            ),
          )
        : null,
      app.designs().map((design) => {
        const id = unique("tick");
        const box = h("input", {
          type: "checkbox",
          id,
          checked: chosen.has(design.short),
          onchange: () => {
            if (box.checked) chosen.add(design.short);
            else chosen.delete(design.short);
          },
        });
        return h("p", { class: "check" }, box, h("label", { for: id }, design.name));
      }),
    );
  }

  function run() {
    stop?.();
    const wanted = app
      .designs()
      .map((design) => design.short)
      .filter((short) => chosen.has(short));
    if (wanted.length < 2 || wanted.length > MOST) {
      setText(status, t("Tick from 2 to {most} designs.", { most: MOST }));
      return;
    }
    setText(status, t("The designs are being compared."));
    let first = true;
    stop = follow(wanted, {
      details: false,
      figures: (found) => {
        figures = found;
        answer.hidden = false;
        line.update(found);
        draw();
        goal.update(found);
        setText(status, t(found.interval.text));
        if (first || found.stage === "complete") announce(best());
        first = false;
      },
      waiting: (text) => {
        setText(status, text);
      },
      problem: (text) => {
        setText(status, text);
      },
    });
  }

  function rows() {
    const better = outcomes[outcome].better === "less" ? -1 : 1;
    const found = figures.designs.map((design, k) => ({
      k,
      name: app.nameOf(design.short),
      spread: figures.outcomes[outcome][k],
      change: figures.differences[outcome][k],
      best: figures.ranking?.[outcome]?.[k]?.best ?? null,
      regret: figures.ranking?.[outcome]?.[k]?.regret ?? null,
    }));
    const value = {
      name: (row) => row.name,
      value: (row) => better * row.spread.median,
      best: (row) => row.best ?? 0,
      regret: (row) => -(row.regret ?? 0),
    }[sort];
    found.sort((one, two) => (value(one) < value(two) ? 1 : value(one) > value(two) ? -1 : one.k - two.k));
    if (sort === "name") found.reverse();
    if (up) found.reverse();
    return found;
  }

  function best() {
    const top = [...rows()].sort((one, two) => (two.best ?? 0) - (one.best ?? 0))[0];
    if (top.best === null) return "";
    return t("{outcome}: “{name}” is the best in {number} of 20 runs.", {
      outcome: t(outcomes[outcome].label),
      name: top.name,
      number: written(20 * top.best),
    });
  }

  function head(text, key) {
    const now = sort === key;
    return h(
      "th",
      { scope: "col", "aria-sort": now ? (up ? "ascending" : "descending") : null },
      key
        ? button(
            `${text}${now ? (up ? " ▲" : " ▼") : ""}`,
            () => {
              up = now ? !up : false;
              sort = key;
              draw();
              table.querySelectorAll("th button").forEach((element) => {
                if (element.dataset.key === key) element.focus();
              });
            },
            { class: "sort", "data-key": key },
          )
        : text,
    );
  }

  function draw() {
    const { unit, label } = outcomes[outcome];
    const spreads = figures.outcomes[outcome];
    const scale = scaleOf(
      spreads.flatMap((spread) => [spread.median, spread.low ?? 0, spread.high ?? 0]),
      unit,
    );
    replace(
      table,
      h(
        "table",
        {},
        h("caption", {}, `${t(label)} (${unitOf(scale)}). ${best()}`),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            head(t("Design"), "name"),
            head(t("Middle"), "value"),
            head(t("9 of 10 between")),
            head(t("Compared with the first")),
            head(t("Best in, of 20 runs"), "best"),
            head(t("Falls short of the best by"), "regret"),
          ),
        ),
        h(
          "tbody",
          {},
          rows().map((row) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, row.name),
              h("td", {}, figure(row.spread.median, scale)),
              h("td", {}, row.spread.low === null ? "–" : between(row.spread.low, row.spread.high, scale)),
              h("td", {}, row.change ? verdict(row.change, unit) : "–"),
              h("td", {}, row.best === null ? "–" : written(20 * row.best, 0)),
              h("td", {}, row.regret === null ? "–" : quantity(row.regret, scaleOf([row.regret], unit))),
            ),
          ),
        ),
      ),
    );
  }

  function raw() {
    return {
      heads: ["design", "short", "median", "low", "high", "verdict", "probability_best", "regret"],
      columns: [],
      rows: [],
      raw: rows().map((row) => [
        row.name,
        figures.designs[row.k].short,
        row.spread.median,
        row.spread.low,
        row.spread.high,
        row.change?.verdict ?? "",
        row.best,
        row.regret,
      ]),
    };
  }

  /** Go to the table and compare what is ticked. */
  function begin() {
    title.focus();
    title.scrollIntoView();
    run();
  }

  lists();
  return {
    node,
    lists,
    begin,
    leave: () => {
      stop?.();
      goal.leave();
    },
  };
}
