// Nine equal tiles, one for each region, in the order of a list and roughly where they lie: no border is drawn.

import { h, s } from "./dom.js";
import { chart, panel } from "./figure.js";
import { between, figure, quantity, scaleOf, unitOf } from "./numbers.js";
import { t } from "./words.js";

/** Return tiles of `values()`: [{region, row, column, median, low, high}] of an `outcome()`; larger values are darker. */
export function tiles({ heading, finding, values, outcome, above }) {
  const list = h("ul", { class: "tiles", "aria-label": heading });
  const scale = () =>
    scaleOf(
      values().flatMap((value) => [value.low, value.high]),
      outcome().unit,
    );
  const shade = (value, largest) => Math.min(4, Math.round((4 * Math.abs(value.median)) / (largest || 1)));
  const largest = () =>
    Math.max(
      ...values()
        .map((value) => Math.abs(value.median))
        .filter(Number.isFinite),
    );
  const sure = (value) => value.low > 0 || value.high < 0;
  const words = (value) =>
    Number.isFinite(value.median)
      ? sure(value)
        ? between(value.low, value.high, scale(), true)
        : t("{interval}; may be none", { interval: between(value.low, value.high, scale(), true) })
      : t("no figure");

  const whole = panel({ name: "regions", heading, finding, table, above, picture, below: list });
  const update = whole.update;
  whole.update = () => {
    update();
    const top = largest(),
      round = scale();
    list.replaceChildren(
      ...values().map((value) =>
        h(
          "li",
          {
            class: `tile shade-${shade(value, top)} ${value.median < 0 ? "loss" : "gain"} place-${value.row}-${value.column}`,
          },
          h("span", { class: "tile-name" }, t(value.region)),
          h("span", { class: "visually-hidden" }, ": "),
          h("strong", {}, figure(value.median, round, true)),
          h("span", { class: "visually-hidden" }, `, ${t("9 of 10 between")} `),
          h("span", { class: "tile-range" }, words(value)),
        ),
      ),
    );
  };

  function table() {
    const round = scale();
    return {
      columns: [t("Region"), `${t("Middle")} (${unitOf(round)})`, t("9 of 10 between")],
      rows: values().map((value) => [
        t(value.region),
        figure(value.median, round, true),
        between(value.low, value.high, round, true),
      ]),
      heads: ["region", "median", "low", "high"],
      raw: values().map((value) => [value.region, value.median, value.low, value.high]),
    };
  }

  function picture() {
    const side = 170,
      tall = 96,
      top = largest(),
      round = scale();
    return chart(
      4 * side,
      3 * tall + 24,
      finding(),
      values().map((value) => {
        const x = (value.column - 1) * side,
          y = (value.row - 1) * tall;
        const text = (dy, words_, size, name) =>
          s("text", { x: x + 10, y: y + dy, "font-size": size, class: name, text: words_ });
        return s(
          "g",
          { class: `tile-picture shade-${shade(value, top)} ${value.median < 0 ? "loss" : "gain"}` },
          s("rect", { x: x + 2, y: y + 2, width: side - 4, height: tall - 4, rx: 6 }),
          text(26, t(value.region), 15),
          text(54, quantity(value.median, round, true), 18, "strong"),
          text(78, words(value), 12),
        );
      }),
      s("text", {
        x: 4,
        y: 3 * tall + 16,
        "font-size": 13,
        class: "axis",
        text: `${outcome().label}, ${unitOf(round)}`,
      }),
    );
  }

  return whole;
}
