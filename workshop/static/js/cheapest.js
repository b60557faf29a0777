// Cost against what is reached, for all designs of the table; the server says which is the cheapest that surely reaches it.

import { h, replace, s, select, setText, steadily, textWidth, unique } from "./dom.js";
import { broken, chart, panel } from "./figure.js";
import { announce } from "./live.js";
import { ask, designsQuery } from "./server.js";
import { language, t, unitWord } from "./words.js";

const PAUSE = 400; // milliseconds after the last letter of a number
const APART = 1.1; // sizes of letters between two letters side by side

/** Return the panel; `update(figures)` takes the designs and the number of their runs. */
export function cheapest(app) {
  const { outcomes, choices } = app.start;
  const wanted = choices.filter((name) => outcomes[name].better === "more");
  let figures = null,
    found = null,
    outcome = wanted[0],
    own = false, // the reader wrote the number; until then it is one that a design reaches, and moves with the runs
    asked = 0;
  const number = h("input", { type: "number", id: unique("target"), step: "any", inputmode: "decimal", oninput: () => typed() });
  const unit = h("span", { id: unique("target-unit") });
  number.setAttribute("aria-describedby", unit.id);
  const list = select(
    wanted.map((name) => [name, t(outcomes[name].label)]),
    outcome,
    (name) => {
      outcome = name;
      own = false;
      renew(true);
    },
    { id: unique("wanted") },
  );
  const said = h("div", { class: "answered" });
  const problem = h("p", { class: "hint", role: "status" });
  const soon = steadily(() => renew(true), PAUSE);
  const typed = () => {
    own = number.value !== "";
    soon();
  };
  const whole = panel({
    name: "cheapest",
    heading: t("What it costs to reach a number"),
    finding: () => found.sentences[0],
    draw,
    table,
    above: h(
      "div",
      {},
      h("p", { class: "pair" }, h("label", { for: list.id }, t("I want")), list),
      h("p", { class: "pair" }, h("label", { for: number.id }, t("at least")), number, unit),
      said,
      problem,
    ),
    below: h(
      "ul",
      { class: "key" },
      [
        ["surely", t("Square: reaches the number surely")],
        ["unsure", t("Empty circle: it cannot be told")],
        ["not", t("Cross: surely stays below")],
      ].map(([kind, text]) => h("li", {}, s("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, sign(kind, 8, 8, 5)), text)),
    ),
  });
  whole.node.hidden = true;

  function draw(width, em, title) {
    const { designs, marks, target } = found, size = 0.85 * em;
    const span = (part) => [marks[part].map(({ at }) => at), designs.flatMap((one) => [one[part].low, one[part].median, one[part].high])].flat().filter(Number.isFinite);
    const [costs, gains] = [span("cost"), [...span("gain"), target]];
    const [least, most, low, high] = [Math.min(...costs), Math.max(...costs), Math.min(...gains), Math.max(...gains)];
    const left = Math.max(...marks.gain.map(({ text }) => textWidth(text, size))) + 12, right = width - 1.6 * size;
    const below = broken(`${found.cost.label}, ${found.cost.unit}`, width - size, size), above = broken(`${found.label}, ${found.unit}`, width - size, size);
    const height = Math.round(Math.min(26 * em, Math.max(20 * em, 0.6 * width))), bottom = height - (2.4 + 1.2 * below.length) * size;
    const x = (value) => left + ((right - left) * (value - least)) / (most - least || 1);
    const rows = standing(designs.map(({ cost }) => x(cost.median)), APART * size);
    const top = (0.6 + 1.2 * (above.length + Math.max(...rows) + 1)) * size;
    const y = (value) => bottom - ((bottom - top) * (value - low)) / (high - low || 1);
    const word = (px, py, words, anchor, name = "axis") => s("text", { x: px, y: py, "text-anchor": anchor, class: name, "font-size": size, text: words });
    const every = Math.ceil((marks.cost.length * (Math.max(...marks.cost.map(({ text }) => textWidth(text, size))) + size)) / (right - left));
    return chart(
      width,
      height,
      title,
      above.map((line, k) => word(2, (1 + 1.2 * k) * size, line, "start", "axis unit")),
      marks.gain.map(({ at, text }) => [
        s("line", { x1: left, x2: right, y1: y(at), y2: y(at), class: at === 0 ? "zero" : "grid" }),
        word(left - 6, y(at) + 0.35 * size, text, "end"),
      ]),
      marks.cost.map(({ at, text }, k) => [
        s("line", { x1: x(at), x2: x(at), y1: top, y2: bottom, class: at === 0 ? "zero" : "grid" }),
        k % every ? null : word(x(at), bottom + 1.4 * size, text, "middle"),
      ]),
      below.map((line, k) => word(width - 2, bottom + (2.7 + 1.2 * k) * size, line, "end", "axis unit")),
      s("line", { x1: left, x2: right, y1: y(target), y2: y(target), class: "wanted" }),
      designs.map(({ letter, gain, cost, reaches }, k) => {
        if (!Number.isFinite(gain.median) || !Number.isFinite(cost.median)) return null;
        const [px, py] = [x(cost.median), y(gain.median)];
        const line = (x1, x2, y1, y2) => s("line", { x1, x2, y1, y2, class: `reach ${reaches}` });
        const high = top - (0.4 + 1.2 * rows[k]) * size;
        return [
          s("line", { x1: px, x2: px, y1: high, y2: py, class: "grid" }),
          cost.low === null ? null : line(x(cost.low), x(cost.high), py, py),
          gain.low === null ? null : line(px, px, y(gain.low), y(gain.high)),
          sign(reaches, px, py, 0.36 * size),
          word(px, high, letter, "middle", "axis strong"),
        ];
      }),
    );
  }

  function table() {
    const { designs, label, unit: of, cost } = found;
    return {
      columns: [t("Design"), `${label}, ${of}`, t("9 of 10 between"), `${cost.label}, ${cost.unit}`, t("9 of 10 between"), t("Does it reach the number?")],
      rows: designs.map((one) => [`${one.letter}, ${one.name}`, one.gain.text, one.gain.band, one.cost.text, one.cost.band, one.reached]),
      heads: ["letter", "name", "design", "outcome", "median", "low", "high", "cost_median", "cost_low", "cost_high", "target", "reaches"],
      raw: designs.map(({ letter, name, short, gain, cost: money, reaches }) => [
        letter, name, short, found.outcome, gain.median, gain.low, gain.high, money.median, money.low, money.high, found.target, reaches,
      ]),
    };
  }

  async function renew(aloud = false) {
    asked += 1;
    const now = asked, labels = figures.designs.map((design) => ["label", app.nameOf(design.short).slice(0, 120)]);
    const query = new URLSearchParams([["outcome", outcome], ["lang", language()], ["draws", figures.draws], ...labels]);
    if (own) query.set("target", number.value);
    try {
      const answer = await ask(`/api/cheapest?${designsQuery(figures.designs.map((design) => design.short))}&${query}`);
      if (now !== asked) return;
      found = answer;
    } catch (error) {
      if (now === asked) setText(problem, error.message);
      return;
    }
    setText(problem, "");
    whole.node.hidden = false;
    if (!own && document.activeElement !== number) number.value = found.target;
    setText(unit, unitWord(outcomes[outcome].unit));
    replace(
      said,
      found.sentences.slice(1).map((text) => h("p", {}, text)),
      h("p", { class: "hint" }, found.note),
      h("p", { class: "hint" }, t("Each letter is a design: public money to the right, {outcome} upwards. Lines hold 9 of 10 runs.", { outcome: found.label })),
    );
    whole.update();
    if (aloud) announce(found.sentences.join(" "));
  }

  function update(next) {
    figures = next;
    renew();
  }

  return { node: whole.node, update, leave: () => soon.stop() };
}

/** Return for each place along a line the row in which its letter stands, so that no two letters meet. */
function standing(places, apart) {
  const ends = [], rows = places.map(() => 0);
  for (const k of places.map((_, k) => k).sort((a, b) => places[a] - places[b])) {
    const free = ends.findIndex((end) => places[k] - end >= apart);
    rows[k] = free < 0 ? ends.length : free;
    ends[rows[k]] = places[k];
  }
  return rows;
}

/** Return the sign of a design: a square where it reaches the number surely, an empty circle or a cross where not. */
function sign(kind, x, y, r) {
  if (kind === "surely") return s("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, class: "goal surely" });
  if (kind === "unsure") return s("circle", { cx: x, cy: y, r, class: "goal unsure" });
  return s("path", { d: `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`, class: "goal not" });
}
