// Rows of bars: the steps of a waterfall, and intervals on both sides of zero. Words and numbers come from the server.

import { s, textWidth } from "./dom.js";
import { broken, chart, panel } from "./figure.js";
import { t } from "./words.js";

const text = (x, y, words, size, anchor = "start", name = "axis") =>
  s("text", { x, y, class: name, "text-anchor": anchor, "font-size": size, text: words });

/** Draw rows [{label, text, bar(x, y, tall)}] over a scale from low to high: labels left, or above where it is narrow. */
function drawn(width, em, title, rows, [low, high]) {
  const size = 0.85 * em, narrow = width < 36 * em, tall = size * 1.1;
  const side = narrow ? 0 : Math.min(0.42 * width, Math.max(...rows.map((row) => textWidth(row.label, size))) + 10);
  const right = Math.min(0.4 * width, Math.max(...rows.map((row) => textWidth(row.text, size))) + 10);
  const left = side + 4, room = Math.max(20, width - left - right - 8);
  const x = (value) => left + (room * (value - low)) / (high - low || 1);
  let y = 4;
  const parts = rows.map((row) => {
    const lines = broken(row.label, narrow ? width : side - 10, size);
    const top = y, head = narrow ? lines.length * 1.2 * size + 3 : 0;
    const height = narrow ? tall : Math.max(tall, lines.length * 1.2 * size);
    y += head + height + 0.7 * size;
    const middle = top + head + (height - tall) / 2;
    return [
      lines.map((line, k) => text(narrow ? 0 : side - 6, top + size * (1 + 1.2 * k), line, size, narrow ? "start" : "end", row.strong ? "axis strong" : "axis")),
      row.bar(x, middle, tall),
      text(width - 2, middle + 0.95 * size, row.text, size, "end", row.strong ? "axis strong" : "axis"),
    ];
  });
  return chart(width, y, title, s("line", { x1: x(0), x2: x(0), y1: 2, y2: y, class: "zero" }), parts);
}

/** Return the panel of a waterfall `account()` = {title, unit, note, finding, rungs: [{label, kind, start, end, text}]}. */
export function waterfall(account) {
  const { title, unit, rungs } = account;
  const ends = rungs.flatMap((rung) => [rung.start, rung.end, 0]);
  const scale = [Math.min(...ends), Math.max(...ends)];
  const made = panel({
    name: `why-${account.key}`,
    heading: title,
    level: 4,
    finding: () => account.finding,
    draw: (width, em, words) =>
      drawn(
        width,
        em,
        words,
        rungs.map((rung) => ({
          label: rung.label,
          text: rung.text,
          strong: rung.kind !== "step",
          bar: (x, y, tall) => {
            const [a, b] = [x(rung.start), x(rung.end)].sort((p, q) => p - q);
            const kind = rung.kind === "step" ? (rung.end < rung.start ? "less" : "more") : "sum";
            return s("rect", { x: a, y, width: Math.max(1.5, b - a), height: tall, class: `rung rung-${kind}` });
          },
        })),
        scale,
      ),
    table: () => ({ columns: [t("Step"), unit], rows: rungs.map((rung) => [rung.label, rung.text]) }),
  });
  return made;
}

/**
 * Return a panel of intervals around zero of `rows()`: [{label, text, band, judged, unit, low, median, high, side}]; rows
 * of one unit share one scale.
 */
export function intervals({ name, heading, finding, rows, columns, cells, above = null }) {
  function draw(width, em, title) {
    const all = rows(), most = {};
    for (const row of all)
      most[row.unit] = Math.max(most[row.unit] ?? 0, ...[row.low, row.high, row.median].filter(Number.isFinite).map(Math.abs));
    return drawn(
      width,
      em,
      title,
      all.map((row) => ({
        label: row.label,
        text: row.text,
        bar: (x, y, tall) => {
          const at = (value) => x((value ?? 0) / (most[row.unit] || 1)), middle = y + tall / 2;
          if (!Number.isFinite(row.median)) return null;
          return [
            s("line", { x1: at(row.low), x2: at(row.high), y1: middle, y2: middle, class: `reach ${row.side}` }),
            row.side === "unsure" || row.side === "none"
              ? s("circle", { cx: at(row.median), cy: middle, r: 0.28 * tall, class: `point ${row.side}` })
              : s("rect", { x: at(row.median) - 0.32 * tall, y: middle - 0.32 * tall, width: 0.64 * tall, height: 0.64 * tall, class: `point ${row.side}` }),
          ];
        },
      })),
      [-1, 1],
    );
  }
  return panel({ name, heading, finding, draw, above, table: () => ({ columns: columns(), rows: rows().map(cells) }) });
}
