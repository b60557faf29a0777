// What designs A and B do: cards, chart of months, dots, regions, who gains; one component for every screen.

import { h, replace, select, setText } from "./dom.js";
import { dots, whiskers } from "./dots.js";
import { fan } from "./fan.js";
import { winners } from "./groups.js";
import { between, figure, quantity, scaleOf, span } from "./numbers.js";
import { chance, difference, level, progress, verdict } from "./sentences.js";
import { tiles } from "./tiles.js";
import { t } from "./words.js";

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

/** Return the results of two designs as a node with `update(figures, names)`. */
export function results(app) {
  const state = { outcome: "net_jobs", region: "B", dimension: null };
  let figures = null,
    names = ["", ""];
  const outcomes = app.start.outcomes;
  const cards = h("ul", { class: "cards" });
  const sides = () => ["A", "B"].slice(0, figures.designs.length);
  const spread = (name, k) => figures.outcomes[name]?.[k];
  const change = (name) => figures.differences?.[name]?.[1];
  const monthly = Object.keys(outcomes).filter((name) => outcomes[name].monthly);

  const choice =
    monthly.length > 1
      ? h(
          "label",
          { class: "inline" },
          h("span", {}, t("Outcome by month")),
          select(
            monthly.map((name) => [name, t(outcomes[name].label)]),
            state.outcome,
            (name) => {
              state.outcome = name;
              months.update();
            },
          ),
        )
      : null;
  const months = fan({
    heading: t("Month by month"),
    finding: () => {
      const series = figures.details.monthly[state.outcome],
        all = sides();
      const parts = all.map((letter, k) => ({
        letter,
        median: series[k].median.at(-1),
        low: series[k].low.at(-1),
        high: series[k].high.at(-1),
      }));
      const last = parts
        .map((part) => level(part.letter, names[all.indexOf(part.letter)], part, outcomes[state.outcome].unit))
        .join(" ");
      return `${t(outcomes[state.outcome].label)}. ${t("In the last month:")} ${last}`;
    },
    lines: () => sides().map((letter, k) => ({ letter, name: names[k], ...figures.details.monthly[state.outcome][k] })),
    months: () => app.start.months,
    outcome: () => outcomes[state.outcome],
    above: choice,
  });

  const twenty = dots({
    heading: t("How sure is it? Twenty results"),
    finding: () =>
      `${t("Each dot is one of 20 equally likely results.")} ${t("Net jobs")}. ${sides()
        .map((letter, k) => level(letter, names[k], spread("net_jobs", k), "jobs"))
        .join(" ")}`,
    sides: () => sides().map((letter, k) => ({ letter, name: names[k], dots: spread("net_jobs", k).dots })),
    outcome: () => outcomes.net_jobs,
  });

  const which = select(
    [
      ["A", "A"],
      ["B", "B"],
      ["less", t("B less A")],
    ],
    state.region,
    (value) => {
      state.region = value;
      regions.update();
    },
  );
  const regions = tiles({
    heading: t("Nine regions"),
    finding: () => {
      const values = regional().filter((value) => Number.isFinite(value.median));
      if (!values.length) return t("no figure");
      const top = values.reduce((best, value) => (value.median > best.median ? value : best));
      const bottom = values.reduce((best, value) => (value.median < best.median ? value : best));
      const scale = scaleOf(
        values.flatMap((value) => [value.low, value.high]),
        "jobs",
      );
      return t("Net jobs are most in {most} ({high}) and fewest in {fewest} ({low}).", {
        most: t(top.region),
        high: figure(top.median, scale, true),
        fewest: t(bottom.region),
        low: figure(bottom.median, scale, true),
      });
    },
    values: regional,
    outcome: () => outcomes.net_jobs,
    above: h("label", { class: "inline" }, h("span", {}, t("Show design")), which),
  });

  function regional() {
    const less = state.region === "less" && figures.designs.length > 1;
    const source = less ? figures.details.group_differences : figures.details.groups;
    const found = source.oblast?.net_jobs ?? {};
    const k = less || state.region === "B" ? figures.designs.length - 1 : 0;
    return app.start.regions.map(({ name, row, column }) => ({
      region: name,
      row,
      column,
      ...(found[name]?.[k] ?? { median: NaN, low: NaN, high: NaN }),
    }));
  }

  const dimensions = Object.keys(app.start.dimensions);
  state.dimension = dimensions.includes("decile") ? "decile" : dimensions[0];
  const winning = winners({
    heading: t("Who gains, who loses"),
    finding: () => {
      const k = figures.designs.length - 1,
        better = spread("families_better", k),
        worse = spread("families_worse", k);
      const scale = scaleOf([better?.median ?? 0, worse?.median ?? 0], "families");
      return t("Design {letter}: about {better} are better off, about {worse} are worse off than without it.", {
        letter: sides()[k],
        better: quantity(better?.median, scale),
        worse: quantity(worse?.median, scale),
      });
    },
    groups: () => {
      const k = figures.designs.length - 1,
        found = figures.details.groups[state.dimension] ?? {};
      const none = { median: NaN, low: NaN, high: NaN };
      return Object.keys(found.families_better ?? {}).map((group) => ({
        name: groupName(state.dimension, group),
        better: found.families_better?.[group]?.[k] ?? none,
        worse: found.families_worse?.[group]?.[k] ?? none,
      }));
    },
    above:
      dimensions.length > 1
        ? h(
            "label",
            { class: "inline" },
            h("span", {}, t("Families by")),
            select(
              dimensions.map((name) => [name, t(app.start.dimensions[name])]),
              state.dimension,
              (name) => {
                state.dimension = name;
                winning.update();
              },
            ),
          )
        : null,
  });

  const detailed = h("div", { class: "panels" }, months.node, twenty.node, regions.node, winning.node);
  const node = h("div", { class: "results" }, h("h2", {}, t("What they do")), cards, detailed);

  function card(name) {
    const outcome = outcomes[name],
      all = sides(),
      values = all.map((_, k) => spread(name, k));
    const scale = scaleOf(
      values.flatMap((value) => [value?.low, value?.high, value?.median]),
      outcome.unit,
    );
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const found = change(name);
    const picture = whiskers(
      all.map((letter, k) => ({
        letter,
        median: values[k]?.median ?? NaN,
        low: values[k]?.low ?? values[k]?.median ?? NaN,
        high: values[k]?.high ?? values[k]?.median ?? NaN,
      })),
      240,
      em,
      t("{outcome}: intervals", { outcome: t(outcome.label) }),
    );
    picture.setAttribute("aria-hidden", "true");
    picture.removeAttribute("role");
    return h(
      "li",
      { class: "card" },
      h("h3", {}, t(outcome.label)),
      h(
        "dl",
        {},
        all.map((letter, k) => [
          h("dt", { class: `letter side-${letter}` }, letter),
          h(
            "dd",
            {},
            h("strong", {}, values[k] ? quantity(values[k].median, scale) : "–"),
            values[k]?.low !== null && values[k]?.low !== undefined
              ? h(
                  "span",
                  { class: "range" },
                  t("9 of 10: {interval}", {
                    interval: scale.size
                      ? span(values[k].low, values[k].high, scale)
                      : between(values[k].low, values[k].high, scale),
                  }),
                )
              : null,
          ),
        ]),
      ),
      picture,
      found
        ? h("p", { class: `verdict is-${(found.verdict ?? "").replaceAll(" ", "-")}` }, difference(found, outcome.unit))
        : null,
      h("details", { class: "meaning" }, h("summary", {}, t("What is this?")), h("p", {}, t(outcome.definition))),
    );
  }

  function update(next, given) {
    figures = next;
    names = given;
    const open = [...cards.querySelectorAll("details.meaning")].map((element) => element.open);
    const focused = [...cards.querySelectorAll("summary")].indexOf(document.activeElement);
    replace(cards, Object.keys(outcomes).filter((name) => outcomes[name].main && figures.outcomes[name]).map(card));
    cards.querySelectorAll("details.meaning").forEach((element, k) => {
      element.open = open[k] ?? false;
    });
    if (focused >= 0) cards.querySelectorAll("summary")[focused]?.focus();
    detailed.hidden = !figures.details || spread("net_jobs", 0)?.dots === null;
    if (detailed.hidden) return;
    for (const part of [months, twenty, regions, winning]) part.update();
  }

  return { node, update };
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

/** Return the name of a group of families for people. */
export function groupName(dimension, group) {
  switch (`${dimension}=${group}`) {
    case "disability=yes":
      return t("A member has a disability");
    case "disability=no":
      return t("No member has a disability");
    case "operator=woman":
      return t("A woman would run the business");
    case "operator=man":
      return t("A man would run the business");
    case "decile=1":
      return t("Poorest tenth");
    case "decile=10":
      return t("Richest tenth");
    default:
      return dimension === "decile" ? t("Tenth {number}", { number: group }) : t(group);
  }
}
