// What B gives less A: twenty results, months, why, who gains and pays, poverty of whom, where, and further figures.

import { intervals, waterfall } from "./bars.js";
import { button, h, replace, select, setText } from "./dom.js";
import { dots } from "./dots.js";
import { fan } from "./fan.js";
import { outlineMap } from "./map.js";
import { between, month as monthName, quantity, scaleOf, span } from "./numbers.js";
import { chance, progress, verdict } from "./sentences.js";
import { askPatiently, designsQuery } from "./server.js";
import { isEasy, language, t } from "./words.js";

/** Return the progress of the runs: a bar and the words for it. */
export function progressLine() {
  const bar = h("progress", { max: 1, value: 0, "aria-label": t("Paired runs done") });
  const text = h("span", {});
  const node = h("p", { class: "progress" }, bar, text);
  return {
    node,
    update(figures) {
      bar.max = figures.of;
      bar.value = figures.draws;
      setText(text, progress(figures));
    },
    say(words) {
      setText(text, words);
    },
  };
}

const easily = (easy, full) => (isEasy() && easy) || full;

/** Return the sentence of an answer in the words that the reader wants. */
export function said(found) {
  return isEasy() ? found.easy : found.sentence;
}

/** Return the results of two designs as a node with `update(figures)`; the outcome that is asked for is `app.headline`. */
export function results(app) {
  const outcomes = app.start.outcomes;
  const monthly = Object.keys(outcomes).filter((name) => outcomes[name].monthly);
  let figures = null,
    month = null; // the outcome by month, where the reader chose one
  const asked = () => (figures.answer.headlines[app.headline] ? app.headline : Object.keys(figures.answer.headlines)[0]);
  const headline = () => figures.answer.headlines[asked()];

  const twenty = dots({
    heading: t("B less A in twenty results"),
    finding: () =>
      t("{outcome}: each dot is B less A in one of 20 equally likely results. {number} of 20 lie above zero.", {
        outcome: headline().label,
        number: figures.differences[asked()][1].dots.filter((value) => value > 0).length,
      }),
    sides: () => [{ letter: "B", dots: figures.differences[asked()][1].dots }],
    outcome: () => outcomes[asked()],
  });

  const byMonth = () => month ?? (outcomes[asked()].monthly ? asked() : monthly[0]);
  const choice = h("label", { class: "inline" });
  const months = fan({
    heading: t("B less A, month by month"),
    finding: () =>
      t("{outcome}: B less A from {first} to {last}. The line is the middle of the runs; 9 of 10 lie in the band.", {
        outcome: t(outcomes[byMonth()].label),
        first: monthName(app.start.months[0]),
        last: monthName(app.start.months.at(-1)),
      }),
    lines: () => [{ letter: "B", name: t("B less A"), ...figures.details.monthly_differences[byMonth()][1] }],
    months: () => app.start.months,
    outcome: () => outcomes[byMonth()],
    above: choice,
  });
  const on = h("div", {}), onSaid = h("p", { class: "hint", role: "status" });
  const goOn = slowly(t("Follow net jobs on after the last new contract"), "/api/later", onSaid, {
    before: t("Some runs are followed five years on; this takes a while."),
    shown: (found) => {
      const made = fan({
        heading: t("After the last new contract: net jobs, B less A"),
        finding: () => found.finding,
        lines: () => [{ letter: "B", name: t("B less A"), ...found.line }],
        months: () => found.months,
        outcome: () => outcomes.net_jobs,
      });
      replace(on, made.node);
      made.update();
    },
  });

  const whys = h("div", { class: "whys" });
  const jobs = h("div", { class: "whys" }),
    jobsSaid = h("p", { class: "hint", role: "status" });
  const takeApart = slowly(t("Take the net jobs apart"), "/api/parts", jobsSaid, {
    before: t("Two more simulations for each run are made; this takes a while."),
    shown: (found) => {
      const made = found.account ? waterfall(found.account) : null;
      replace(jobs, made?.node);
      made?.update();
    },
  });

  /** Return what asks for something slow about the two designs: a button, and `forget()` for other designs. */
  function slowly(label, path, status, { before, shown }) {
    const pair = () => figures.designs.map((design) => design.short);
    let asked = "";
    const node = button(label, async () => {
      const now = pair().join("&");
      asked = now;
      node.disabled = true;
      setText(status, before);
      try {
        const found = await askPatiently(`${path}?${designsQuery(pair(), { lang: language() })}`, () => asked === now);
        if (asked !== now) return;
        setText(status, found.note);
        shown(found);
      } catch (error) {
        if (asked === now) setText(status, error.message);
      }
      node.disabled = false;
    });
    const forget = (part) => {
      if (asked === pair().join("&")) return;
      asked = "";
      replace(part);
      setText(status, "");
      node.disabled = false;
    };
    return { node, forget };
  }
  const gains = intervals({
    name: "who",
    heading: t("Who gains, who pays: B less A"),
    finding: () => sides(figures.answer.who),
    rows: () => figures.answer.who.map((row) => ({ ...row, label: row.who, text: `${row.text} ${row.side === "none" ? "" : row.unit.split(",")[0]}`.trim() })),
    columns: () => [t("Who"), t("B less A"), t("9 of 10 between"), t("Unit"), t("What it is")],
    cells: (row) => [row.who, row.text, row.band, row.unit, `${row.sideText}; ${row.judged}`],
  });
  const poor = intervals({
    name: "poor",
    heading: t("Poverty of whom"),
    finding: () => {
      const [all] = figures.answer.poor;
      return t("Poor persons of all at the end: A {a}, B {b}. Bars are B less A in percentage points; left of the line fewer are poor.", all);
    },
    rows: () =>
      figures.answer.poor.map((row) => ({
        ...row,
        label: row.group,
        side: row.verdict === "more" ? "pay" : row.verdict === "fewer" ? "gain" : row.verdict === "the same" ? "none" : "unsure",
      })),
    columns: () => [t("Group"), "A", "B", t("B less A, percentage points"), t("9 of 10 between"), t("What it is")],
    cells: (row) => [row.group, row.a, row.b, row.text, row.band, row.judged],
  });
  const map = outlineMap({
    finding: () => {
      const { label, regions } = figures.answer.map[asked()], sure = regions.filter((region) => region.shade);
      return sure.length
        ? t("{outcome}, B less A: the sign is known in {names}.", { outcome: label, names: sure.map((region) => region.region).join(", ") })
        : t("{outcome}, B less A: in no single region is it known whether there are more or fewer.", { outcome: label });
    },
    regions: () => figures.answer.map[asked()].regions,
    columns: () => [t("Region"), figures.answer.map[asked()].label, t("9 of 10 between")],
  });
  const cards = h("ul", { class: "cards" });
  const why = h(
    "section",
    { class: "panel why", "aria-labelledby": "why-heading" },
    h("h3", { id: "why-heading" }, t("Why: where jobs and money come from and go")),
    h("div", { class: "buttons" }, takeApart.node),
    jobsSaid,
    jobs,
    whys,
  );
  const detailed = h(
    "div",
    { class: "panels" },
    twenty.node,
    gains.node,
    poor.node,
    months.node,
    h(
      "div",
      { class: "panel later" },
      h("p", { class: "hint" }, t("New contracts are signed until the last month of the chart above; what stays after they end is not in it.")),
      h("div", { class: "buttons" }, goOn.node),
      onSaid,
      on,
    ),
    why,
    map.node,
    h("section", { class: "panel", "aria-labelledby": "cards-heading" }, h("h3", { id: "cards-heading" }, t("Other figures")), cards),
  );
  const node = h("div", { class: "results" }, detailed);

  function card(found) {
    return h(
      "li",
      { class: "card" },
      h("h4", {}, easily(found.easyLabel, found.label)),
      h("p", { class: "range" }, found.when),
      h(
        "dl",
        {},
        found.sides.map(({ letter, value, band }) => [
          h("dt", { class: `letter side-${letter}` }, letter),
          h("dd", {}, h("strong", {}, value), band ? h("span", { class: "range" }, t("9 of 10: {interval}", { interval: band })) : null),
        ]),
      ),
      h("p", { class: "verdict" }, said(found)),
      h("details", { class: "meaning" }, h("summary", {}, t("What is this?")), h("p", {}, easily(found.easyDefinition, found.definition))),
    );
  }

  function update(next) {
    figures = next;
    detailed.hidden = !figures.details || !figures.answer.cards;
    if (detailed.hidden) return;
    replace(
      choice,
      h("span", {}, t("Outcome by month")),
      select(
        monthly.map((name) => [name, t(outcomes[name].label)]),
        byMonth(),
        (name) => {
          month = name;
          months.update();
        },
      ),
    );
    const open = [...detailed.querySelectorAll("details")].map((element) => element.open);
    const account = figures.answer.why.map(waterfall);
    takeApart.forget(jobs);
    goOn.forget(on);
    replace(whys, h("p", { class: "hint" }, figures.answer.why[0]?.note ?? ""), account.map((part) => part.node));
    for (const part of account) part.update();
    replace(cards, figures.answer.cards.filter(({ key }) => key !== asked()).map(card));
    [...detailed.querySelectorAll("details")].forEach((element, k) => {
      element.open = open[k] ?? false;
    });
    map.node.hidden = !figures.answer.map[asked()];
    gains.node.hidden = !figures.answer.who.length;
    poor.node.hidden = !figures.answer.poor.length;
    for (const part of [twenty, months, gains, poor, map]) if (!part.node.hidden) part.update();
  }

  return { node, update };
}

/** Return how many lines gain, pay and cannot be told, as one sentence. */
function sides(rows) {
  const named = (side) => rows.filter((row) => row.side === side).map((row) => row.who);
  const gain = named("gain"), pay = named("pay"), unsure = named("unsure");
  const parts = [];
  if (gain.length) parts.push(t("Gain: {names}.", { names: gain.join("; ") }));
  if (pay.length) parts.push(t("Pay or lose: {names}.", { names: pay.join("; ") }));
  if (!parts.length && unsure.length) return t("For none of these can it be told from the runs whether they gain or lose.");
  if (unsure.length) parts.push(t("Of the others it cannot be told."));
  return parts.join(" ") || t("Nothing changes for anybody.");
}

/** Return the rows of a comparison for a table. */
export function comparison(app, figures) {
  const outcomes = app.start.outcomes;
  return Object.keys(figures.outcomes)
    .filter((name) => outcomes[name])
    .map((name) => {
      const { label, unit } = outcomes[name],
        [a, b] = figures.outcomes[name],
        change = figures.differences[name][1];
      const scale = scaleOf(
        [a.median, a.low, a.high, b.median, b.low, b.high].filter((value) => value !== null),
        unit,
      );
      const apart = scaleOf(
        [change.median, change.low, change.high].filter((value) => value !== null),
        unit,
      );
      return {
        name,
        main: outcomes[name].main,
        cells: [
          t(label),
          quantity(a.median, scale),
          quantity(b.median, scale),
          quantity(change.median, apart, true),
          change.low === null
            ? "–"
            : apart.size
              ? span(change.low, change.high, apart, true)
              : between(change.low, change.high, apart, true),
          verdict(change, unit),
          chance(change, figures.draws),
        ],
      };
    });
}
