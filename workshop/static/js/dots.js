// Twenty dots: each dot is one of twenty equally likely results.

import { s, textWidth } from "./dom.js";
import { mark } from "./fan.js";
import { chart, panel } from "./figure.js";
import { figure, scaleOf, ticks, unitOf } from "./numbers.js";
import { t } from "./words.js";

/** Return a chart of `sides()`: [{letter, name, dots: [20 values]}] of an `outcome()` = {label, unit}. */
export function dots({ heading, finding, sides, outcome }) {
  const scale = () =>
    scaleOf(
      sides().flatMap((side) => side.dots),
      outcome().unit,
    );

  function draw(width, em, title) {
    const text = 0.85 * em,
      all = sides(),
      round = scale();
    const values = all.flatMap((side) => side.dots).filter(Number.isFinite);
    const marks = ticks(Math.min(0, ...values), Math.max(0, ...values), Math.max(2, Math.min(6, width / 110)));
    const low = marks[0],
      high = marks.at(-1);
    const edge = (value) => textWidth(figure(value, round), text) / 2;
    const left = Math.max(2.2 * text, edge(low)),
      right = width - edge(high) - 2;
    const x = (value) => left + ((right - left) * (value - low)) / (high - low || 1);
    const r = Math.min(0.42 * em, (right - left) / 70),
      bins = Math.max(1, Math.floor((right - left) / (2.3 * r)));
    const stacks = all.map((side) => {
      const count = new Map();
      return side.dots.map((value) => {
        const bin = Math.min(bins - 1, Math.floor(((x(value) - left) / (right - left || 1)) * bins));
        count.set(bin, (count.get(bin) ?? 0) + 1);
        return [left + (right - left) * ((bin + 0.5) / bins), count.get(bin)];
      });
    });
    const tall = stacks.map((stack) => Math.max(3, ...stack.map(([, level]) => level)) * 2.3 * r + text);
    const height = tall.reduce((a, b) => a + b, 0) + 2.4 * text + text;
    let base = text * 0.4;
    const rows = all.map((side, k) => {
      base += tall[k];
      return [
        s("line", { x1: left, x2: right, y1: base, y2: base, class: "grid" }),
        s("text", {
          x: 2,
          y: base - r,
          class: `letter side-${side.letter}`,
          "font-size": text * 1.1,
          text: side.letter,
        }),
        stacks[k].map(([px, level]) => mark(side.letter, px, base - (level - 0.5) * 2.3 * r, r * 0.95)),
      ];
    });
    const axis = marks.map((value) => [
      s("line", { x1: x(value), x2: x(value), y1: text, y2: base, class: value === 0 ? "zero" : "grid" }),
      s("text", {
        x: x(value),
        y: base + 1.3 * text,
        class: "axis",
        "text-anchor": "middle",
        "font-size": text,
        text: figure(value, round),
      }),
    ]);
    return chart(
      width,
      height,
      title,
      axis,
      rows,
      s("text", {
        x: right,
        y: base + 2.5 * text,
        class: "axis",
        "text-anchor": "end",
        "font-size": text,
        text: unitOf(round),
      }),
    );
  }

  function table() {
    const round = scale(),
      all = sides();
    return {
      columns: [t("Dot"), ...all.map((side) => `${side.letter} (${unitOf(round)})`)],
      rows: all[0].dots.map((_, k) => [String(k + 1), ...all.map((side) => figure(side.dots[k], round))]),
      heads: ["dot", ...all.map((side) => side.letter)],
      raw: all[0].dots.map((_, k) => [k + 1, ...all.map((side) => side.dots[k])]),
    };
  }

  return panel({ name: "dots", heading, finding, draw, table });
}
