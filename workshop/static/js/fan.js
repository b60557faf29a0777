// Fan chart: medians and 90 % bands month by month, with a native range input as its cursor.

import { h, s, setText, textWidth, unique } from "./dom.js";
import { chart, panel } from "./figure.js";
import { between, figure, month, quantity, scaleOf, ticks, unitOf } from "./numbers.js";
import { soundButtons } from "./sound.js";
import { t } from "./words.js";

/**
 * Return a fan chart of `lines()`: [{letter, name, median, low, high}], with `months()` and `outcome()` = {label, unit}.
 * Letters, dashes and marks tell the lines apart, not only colours.
 */
export function fan({ heading, finding, lines, months, outcome, above }) {
  let at = -1; // month that the cursor stands on; the last one at first
  const id = unique("cursor");
  const cursor = h("input", {
    type: "range",
    id,
    min: 0,
    max: 0,
    step: 1,
    value: 0,
    oninput: () => move(Number(cursor.value)),
  });
  const said = h("output", { for: id, class: "cursor-text" });
  const sound = soundButtons(() => lines().map((line) => ({ ...line, text: ending(line) })));
  const below = h("div", { class: "cursor" }, h("label", { for: id }, t("Month to read")), cursor, said, sound);
  let place = () => 0;
  const whole = panel({ name: "months", heading, finding, draw, table, above, below });

  function scale() {
    return scaleOf(
      lines().flatMap((line) => [...line.low, ...line.high]),
      outcome().unit,
    );
  }

  function ending(line) {
    const last = line.median.length - 1,
      at = scale();
    return t("{name} goes from {first} to {last}.", {
      name: line.name,
      first: quantity(line.median[0], at),
      last: quantity(line.median[last], at),
    });
  }

  function reading(k) {
    const round = scale();
    const parts = lines().map((line) =>
      t("{name}: {value}, between {interval}", {
        name: line.name,
        value: quantity(line.median[k], round),
        interval: between(line.low[k], line.high[k], round),
      }),
    );
    return `${month(months()[k])}. ${parts.join(". ")}`;
  }

  function move(k) {
    at = k;
    const text = reading(k);
    cursor.setAttribute("aria-valuetext", text);
    setText(said, text);
    const group = whole.holder.querySelector(".cursor-line");
    if (group) group.setAttribute("transform", `translate(${place(k)} 0)`);
  }

  function draw(width, em, title) {
    const text = 0.85 * em,
      all = lines(),
      names = months();
    const height = Math.round(Math.min(24 * em, Math.max(15 * em, width * 0.45)));
    const round = scale();
    const values = all.flatMap((line) => [...line.low, ...line.high]).filter(Number.isFinite);
    const marks = ticks(Math.min(0, ...values), Math.max(0, ...values), 5);
    const left = Math.max(...marks.map((value) => textWidth(figure(value, round), text))) + 12,
      right = width - 2.2 * text,
      top = 1.9 * text,
      bottom = height - 2.2 * text;
    const low = marks[0],
      high = marks.at(-1),
      months_ = Math.max(1, names.length - 1);
    const x = (k) => left + ((right - left) * k) / months_;
    const y = (value) => bottom - ((bottom - top) * (value - low)) / (high - low || 1);
    place = x;
    const path = (series) =>
      series.map((value, k) => `${k ? "L" : "M"}${x(k).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const band = (line) =>
      `${path(line.high)}${line.low
        .map((_, k) => {
          const j = line.low.length - 1 - k;
          return `L${x(j).toFixed(1)} ${y(line.low[j]).toFixed(1)}`;
        })
        .join("")}Z`;
    const label = (px, py, words, anchor = "end", extra = "") =>
      s("text", { x: px, y: py, "text-anchor": anchor, class: `axis ${extra}`, "font-size": text, text: words });
    const januaries = names.map((name, k) => [name, k]).filter(([name]) => name.endsWith("-01"));
    const every = Math.ceil((januaries.length * text * 3) / (right - left));
    const ends = all.map((line) => y(line.median.at(-1)));
    if (ends.length === 2 && Math.abs(ends[0] - ends[1]) < text * 1.2) {
      const middle = (ends[0] + ends[1]) / 2,
        up = ends[0] <= ends[1] ? -1 : 1;
      ends[0] = middle + up * text * 0.6;
      ends[1] = middle - up * text * 0.6;
    }
    const picture = chart(
      width,
      height,
      title,
      label(2, text, unitOf(round), "start", "unit"),
      marks.map((value) => [
        s("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: value === 0 ? "zero" : "grid" }),
        label(left - 6, y(value) + text * 0.35, figure(value, round)),
      ]),
      januaries.map(([name, k], n) => [
        s("line", { x1: x(k), x2: x(k), y1: bottom, y2: bottom + 4, class: "zero" }),
        n % every === 0 ? label(x(k), height - text * 0.6, month(name, true), "middle") : null,
      ]),
      all.map((line) => s("path", { d: band(line), class: `band side-${line.letter}` })),
      all.map((line) => s("path", { d: path(line.median), class: `line side-${line.letter}` })),
      all.map((line) =>
        line.median.map((value, k) =>
          k % 12 === 11 || k === line.median.length - 1 ? mark(line.letter, x(k), y(value), text * 0.32) : null,
        ),
      ),
      all.map((line, k) =>
        s("text", {
          x: right + text * 0.6,
          y: ends[k] + text * 0.35,
          class: `letter side-${line.letter}`,
          "font-size": text * 1.1,
          text: line.letter,
        }),
      ),
      s("g", { class: "cursor-line" }, s("line", { x1: 0, x2: 0, y1: top, y2: bottom })),
    );
    cursor.max = names.length - 1;
    if (at < 0 || at >= names.length) at = names.length - 1;
    cursor.value = at;
    queueMicrotask(() => move(at));
    return picture;
  }

  function table() {
    const round = scale(),
      all = lines();
    const columns = [
      t("Month"),
      ...all.flatMap((line) => [
        t("{name}: middle", { name: line.name }),
        t("{name}: 9 of 10 between", { name: line.name }),
      ]),
    ];
    const cells = (k) =>
      all.flatMap((line) => [figure(line.median[k], round), between(line.low[k], line.high[k], round)]);
    return {
      columns: columns.map((column, k) => (k ? `${column} (${unitOf(round)})` : column)),
      rows: months().map((name, k) => [month(name), ...cells(k)]),
      heads: ["month", ...all.flatMap((line) => ["median", "low", "high"].map((part) => `${line.letter}_${part}`))],
      raw: months().map((name, k) => [name, ...all.flatMap((line) => [line.median[k], line.low[k], line.high[k]])]),
    };
  }

  return whole;
}

/** Return the mark of a side: a circle for A, a square for B, a triangle for any other. */
export function mark(letter, x, y, r) {
  if (letter === "A") return s("circle", { cx: x, cy: y, r, class: "mark side-A" });
  if (letter === "B") return s("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, class: "mark side-B" });
  return s("path", {
    d: `M${x} ${y - 1.2 * r}L${x + 1.1 * r} ${y + 0.8 * r}L${x - 1.1 * r} ${y + 0.8 * r}Z`,
    class: `mark side-${letter}`,
  });
}
