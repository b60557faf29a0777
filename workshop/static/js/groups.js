// Who gains and who loses: families better off and worse off by group, as bars on both sides of a line.

import { s, textWidth } from "./dom.js";
import { chart, panel } from "./figure.js";
import { figure, scaleOf, unitOf } from "./numbers.js";
import { t } from "./words.js";

/** Return a chart of `groups()`: [{name, better: {median..}, worse: {median..}}]. */
export function winners({ heading, finding, groups, above }) {
  const scale = () =>
    scaleOf(
      groups().flatMap((group) => [group.better.median, group.worse.median]),
      "families",
    );

  function draw(width, em, title) {
    const all = groups(),
      round = scale(),
      narrow = width < 30 * em,
      heads = [`◀ ${t("Worse off")}`, `${t("Better off")} ▶`];
    const widest = (size) =>
      Math.max(...all.map((group) => textWidth(group.name, size)), ...heads.map((head) => 2 * textWidth(head, size) + 16));
    const text = 0.85 * em * (narrow ? Math.min(1, (width - 2) / widest(0.85 * em)) : 1); // very large text: what fits
    const left = narrow ? 0 : Math.max(...all.map((group) => textWidth(group.name, text))) + 12;
    const row = narrow ? 2.9 * text : 1.9 * text,
      head = 2.2 * text;
    const most = Math.max(
      1,
      ...all.flatMap((group) => [group.better.median, group.worse.median]).filter(Number.isFinite),
    );
    const room = (width - left) / 2 - 3.6 * text,
      zero = left + (width - left) / 2;
    const label = (x, y, words, anchor, name = "axis") =>
      s("text", { x, y, class: name, "text-anchor": anchor, "font-size": text, text: words });
    return chart(
      width,
      head + row * all.length + 4,
      title,
      label(zero - 8, text * 1.2, heads[0], "end", "axis strong"),
      label(zero + 8, text * 1.2, heads[1], "start", "axis strong"),
      all.map((group, k) => {
        const y = head + k * row + (narrow ? text * 1.2 : 0),
          tall = text * 1.1;
        const worse = (room * Math.max(0, group.worse.median)) / most,
          better = (room * Math.max(0, group.better.median)) / most;
        return [
          narrow ? label(0, y - text * 0.25, group.name, "start") : label(left - 8, y + text, group.name, "end"),
          s("rect", { x: zero - worse, y, width: worse, height: tall, class: "bar loss" }),
          s("rect", { x: zero, y, width: better, height: tall, class: "bar gain" }),
          label(zero - worse - 5, y + text * 0.95, figure(group.worse.median, round), "end"),
          label(zero + better + 5, y + text * 0.95, figure(group.better.median, round), "start"),
        ];
      }),
      s("line", { x1: zero, x2: zero, y1: head - 4, y2: head + row * all.length, class: "zero" }),
    );
  }

  function table() {
    const round = scale(),
      unit = unitOf(round);
    return {
      columns: [t("Group"), `${t("Better off")} (${unit})`, `${t("Worse off")} (${unit})`],
      rows: groups().map((group) => [
        group.name,
        figure(group.better.median, round),
        figure(group.worse.median, round),
      ]),
      heads: ["group", "better_median", "better_low", "better_high", "worse_median", "worse_low", "worse_high"],
      raw: groups().map((group) => [
        group.name,
        ...["better", "worse"].flatMap((side) => ["median", "low", "high"].map((part) => group[side][part])),
      ]),
    };
  }

  return panel({ name: "groups", heading, finding, draw, table, above });
}
