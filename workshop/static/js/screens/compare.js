// Compare: A and B side by side with their paired differences; three and more designs as a ranked table.

import { changesOf } from "../address.js";
import { button, download, h, replace, select, setText } from "../dom.js";
import { dots } from "../dots.js";
import { csv, tableOf } from "../figure.js";
import { differences } from "../levers.js";
import { announce } from "../live.js";
import { listDesigns, refining } from "../pair.js";
import { ranked } from "../ranked.js";
import { comparison, progressLine, said } from "../results.js";
import { difference, level, progress } from "../sentences.js";
import { plain, t } from "../words.js";

export function compare(app) {
  const { levers, outcomes } = app.start;
  let figures = null,
    outcome = "net_jobs",
    all = false;
  const line = progressLine();
  const status = h("p", { class: "status" });
  const sideA = select(
    [],
    app.a,
    (short) => {
      app.setSide("a", short);
      run();
    },
    { id: "compare-a" },
  );
  const sideB = select(
    [],
    app.b,
    (short) => {
      app.setSide("b", short);
      run();
    },
    { id: "compare-b" },
  );
  const what = h("div", { class: "differs" });
  const sentences = h("div", { class: "sentences" });
  const holder = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Table of all outcomes") });
  const main = Object.keys(outcomes).filter((name) => outcomes[name].main);
  const list = select(
    main.map((name) => [name, t(outcomes[name].label)]),
    outcome,
    (name) => {
      outcome = name;
      draw(true);
    },
    { id: "compare-outcome" },
  );
  const more = button(
    "",
    () => {
      all = !all;
      draw();
    },
    { "aria-pressed": "false" },
  );
  const twenty = dots({
    heading: t("The difference in twenty results"),
    finding: () =>
      `${t(outcomes[outcome].label)}. ${difference(figures.differences[outcome][1], outcomes[outcome].unit)} ${t("Each dot is B less A in one of 20 equally likely results.")}`,
    sides: () => [{ letter: "B", dots: figures.differences[outcome][1].dots }],
    outcome: () => outcomes[outcome],
  });
  const hidden = h("p", { class: "notice" }, t("The facilitator has hidden the results for now."));
  const answers = h(
    "div",
    {},
    sentences,
    line.node,
    status,
    h(
      "section",
      { "aria-labelledby": "table-heading" },
      h("h2", { id: "table-heading" }, t("All outcomes, A and B")),
      holder,
      h(
        "div",
        { class: "buttons" },
        more,
        button(t("Table (CSV)"), () => download("kelishim-compare.csv", csv(asTable(true)), "text/csv;charset=utf-8")),
      ),
    ),
    twenty.node,
  );
  const ranking = ranked(app);
  const node = h(
    "div",
    { class: "compare" },
    h("h1", { tabindex: "-1" }, t("Compare designs")),
    h(
      "p",
      { class: "lead" },
      plain(
        t("Both designs live through the same years with the same luck; the difference is taken run by run."),
        t("A and B have the same luck. So the difference comes from the rules."),
      ),
    ),
    h(
      "div",
      { class: "pairs" },
      h("p", { class: "pair" }, h("label", { for: "compare-a", class: "letter side-A" }, t("A is")), sideA),
      h("p", { class: "pair" }, h("label", { for: "compare-b", class: "letter side-B" }, t("B is")), sideB),
      button(t("Swap A and B"), () => {
        const a = app.a;
        app.setSide("a", app.b);
        app.setSide("b", a);
        lists();
        run();
      }),
      h("p", { class: "pair" }, h("label", { for: "compare-outcome" }, t("Outcome")), list),
    ),
    what,
    hidden,
    answers,
    ranking.node,
  );

  function lists() {
    listDesigns(app, sideA, app.a);
    listDesigns(app, sideB, app.b);
  }

  function asTable(raw = false) {
    const rows = comparison(app, figures)
      .filter((row) => all || raw || row.main)
      .map((row) => row.cells);
    const part = (spread) => [spread.median, spread.low, spread.high];
    return {
      columns: [
        t("Outcome"),
        "A",
        "B",
        t("B less A"),
        t("9 of 10 between"),
        t("B is, compared with A"),
        t("Chance that B is better"),
      ],
      rows,
      heads: [
        "outcome",
        "unit",
        "a_median",
        "a_low",
        "a_high",
        "b_median",
        "b_low",
        "b_high",
        "difference_median",
        "difference_low",
        "difference_high",
        "verdict",
        "probability_b_better",
      ],
      raw: Object.keys(figures.outcomes).map((name) => {
        const [a, b] = figures.outcomes[name],
          change = figures.differences[name][1];
        return [
          name,
          outcomes[name]?.unit ?? "",
          ...part(a),
          ...part(b),
          ...part(change),
          change.verdict,
          change.better,
        ];
      }),
    };
  }

  function draw(aloud = false) {
    if (!figures) return;
    const names = [app.nameOf(app.a), app.nameOf(app.b)],
      unit = outcomes[outcome].unit;
    const change = figures.differences[outcome][1];
    const found = figures.answer.headlines[outcome] ?? figures.answer.cards?.find(({ key }) => key === outcome);
    const words = [
      level("A", names[0], figures.outcomes[outcome][0], unit),
      level("B", names[1], figures.outcomes[outcome][1], unit),
      found ? said(found) : difference(change, unit),
    ];
    replace(
      sentences,
      h("h2", {}, t(outcomes[outcome].label)),
      words.map((text, k) => h("p", { class: ["side-A-text", "side-B-text", "apart"][k] }, text)),
    );
    replace(holder, tableOf(t("Paired comparison of A and B"), asTable()));
    setText(more, all ? t("Main outcomes only") : t("All outcomes"));
    more.setAttribute("aria-pressed", String(all));
    twenty.node.hidden = !change.dots;
    if (change.dots) twenty.update();
    const guess = figures.kind === "estimated" ? progress(figures) : "";
    if (aloud) announce(`${t(outcomes[outcome].label)}. ${words[1]} ${words[2]} ${guess}`.trim());
  }

  const runs = refining(app, status, {
    shown: (found, aloud) => {
      figures = found;
      sentences.hidden = false;
      answers.removeAttribute("aria-busy");
      line.update(found);
      draw(aloud);
    },
    missing: () => {
      figures = null;
      sentences.hidden = true;
      answers.setAttribute("aria-busy", "true");
      setText(status, t("The figures of these two designs are on their way."));
    },
  });

  function run() {
    const differ = differences(levers, changesOf(app.a, levers), changesOf(app.b, levers));
    replace(
      what,
      h("h2", {}, t("What differs")),
      differ.length
        ? h(
            "ul",
            {},
            differ.map(({ lever, a, b }) => h("li", {}, t("{lever}: A {a}, B {b}", { lever: t(lever.label), a, b }))),
          )
        : h("p", {}, t("Nothing: A and B are the same design.")),
    );
    runs.run(app.a, app.b);
  }

  function room() {
    const away = Boolean(app.room?.hidden && app.room.you.role === "member");
    hidden.hidden = !away;
    answers.hidden = away;
    ranking.node.hidden = away;
    lists();
    ranking.lists();
  }

  lists();
  room();
  return {
    node,
    room,
    shown: () => {
      run();
      if (app.ranking) setTimeout(ranking.begin); // after the heading of the screen got the focus
      app.ranking = false;
    },
    leave: () => {
      runs.stop();
      ranking.leave();
    },
  };
}
