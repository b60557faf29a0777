// An outline map of the regions of Kyrgyzstan, or squares where a country has no outline: shaded only where the sign of B less A is known. Below it the same as a list.

import { h, s, setText, textWidth } from "./dom.js";
import { chart, panel } from "./figure.js";
import { t } from "./words.js";

// Longitude and latitude of corners, simplified by hand by the authors of Kelishim from where the regions, their towns
// and mountain ridges lie. Neighbours share corners. It shows roughly where a region is and claims no border.
const TALAS_SOUTH = [70.95, 42.25, 71.5, 42.17, 72.1, 42.2, 72.8, 42.2, 73.3, 42.3];
const CHUI_SOUTH = [73.3, 42.3, 73.25, 42.05, 73.7, 42, 74.3, 42.05, 74.9, 42.2, 75.4, 42.35, 75.95, 42.45];
const CHUI_EAST = [75.95, 42.45, 76.1, 42.62, 76.6, 42.77, 77.1, 42.97];
const NARYN_WEST = [74.3, 42.05, 74.2, 41.8, 74.55, 41.55, 74.6, 41.3, 74.4, 41.1, 74.2, 40.92];
const NARYN_EAST = [75.95, 42.45, 76.05, 42.2, 76.5, 42.02, 77, 41.9, 77.35, 41.65, 77.6, 41.4, 77.8, 41.15];
const FERGANA = [74.2, 40.92, 74.5, 40.62, 74.85, 40.35];
const OSH_NORTH = [72.95, 40.84, 73.4, 41, 73.85, 41, 74.2, 40.92];
const BATKEN_EAST = [72.05, 40.28, 72.2, 40, 72.25, 39.65, 72.1, 39.36];
const back = (line) => line.reduceRight((out, _, k) => (k % 2 ? out : [...out, line[k], line[k + 1]]), []);
const OUTLINE = {
  Talas: [...TALAS_SOUTH, 73.45, 42.45, 72.9, 42.55, 72.4, 42.7, 71.9, 42.82, 71.3, 42.8, 71.05, 42.6],
  Chui: [
    ...CHUI_SOUTH, ...CHUI_EAST, 76.5, 42.9, 75.9, 42.95, 75.4, 42.83, 74.9, 42.98, 74.4, 43.2, 73.9, 43.13,
    73.5, 43.03, 73.45, 42.45,
  ],
  "Issyk-Kul": [
    ...back(CHUI_EAST), ...NARYN_EAST, 78.2, 41.35, 78.6, 41.5, 79, 41.68, 79.4, 41.85, 79.9, 42, 80.25, 42.2,
    79.8, 42.45, 79.2, 42.78, 78.5, 42.9, 77.7, 42.92, 77.1, 42.97,
  ],
  Naryn: [
    ...NARYN_WEST, ...FERGANA, 75.2, 40.45, 75.55, 40.6, 75.75, 40.3, 76.35, 40.4, 76.7, 40.88, 77.1, 41.05,
    ...back(NARYN_EAST), 75.4, 42.35, 74.9, 42.2,
  ],
  "Jalal-Abad": [
    ...TALAS_SOUTH, ...CHUI_SOUTH.slice(2, 8), ...NARYN_WEST, ...back(OSH_NORTH), 72.55, 40.88, 72.2, 41.08, 71.85, 41.4,
    71.4, 41.2, 70.9, 41.25, 70.45, 41.45, 70.2, 41.6, 70.55, 41.95,
  ],
  "Osh oblast": [
    ...OSH_NORTH, ...FERGANA, 74.85, 40.35, 74.3, 40.08, 73.95, 39.95, 73.9, 39.65, 73.55, 39.45, 72.9, 39.38,
    ...back(BATKEN_EAST), 72.4, 40.5, 72.65, 40.7,
  ],
  Batken: [
    ...BATKEN_EAST, 71.6, 39.5, 71.1, 39.42, 70.5, 39.58, 69.9, 39.55, 69.4, 39.55, 69.27, 39.9, 69.5, 40.15,
    70, 40.2, 70.5, 40.02, 71, 40.12, 71.5, 40.22,
  ],
};
const TOWNS = { Bishkek: [74.6, 42.87], "Osh city": [72.82, 40.56] };
const LABELS = {
  Talas: [72.1, 42.47], Chui: [74.35, 42.47], "Issyk-Kul": [78.1, 42.25], Naryn: [75.6, 41.4], "Jalal-Abad": [72.5, 41.6],
  "Osh oblast": [73.3, 40.15], Batken: [70.6, 39.83],
};
const WIDTH = 860, HEIGHT = 430;
const x = (longitude) => (longitude - 69.1) * 76;
const y = (latitude) => (43.4 - latitude) * 100;

function path(corners) {
  let out = "";
  for (let k = 0; k < corners.length; k += 2) out += `${k ? "L" : "M"}${x(corners[k]).toFixed(0)} ${y(corners[k + 1]).toFixed(0)}`;
  return `${out}Z`;
}

/** Return the map of `regions()`: [{key, region, text, band, shade, loss, row, column}]; `finding()` is its sentence. */
export function outlineMap({ finding, regions, columns }) {
  const list = h("ul", { class: "regions" });
  const shade = (region) => `${region.loss ? "loss" : "gain"} shade-${region.shade}`;

  function draw(width, em, title) {
    const size = Math.min(34, Math.max(17, (0.8 * em * WIDTH) / width));
    const all = regions(), at = Object.fromEntries(all.map((region) => [region.key, region]));
    const label = (name, px, py, anchor = "middle") =>
      s("text", { x: px, y: py, "text-anchor": anchor, "font-size": size, class: "map-label", text: at[name].region });
    const town = (name) => {
      const [px, py] = [x(TOWNS[name][0]), y(TOWNS[name][1])];
      const left = px - 16 - textWidth(at[name].region, size);
      return [
        s("circle", { cx: px, cy: py, r: 13, class: `land ${shade(at[name])}` }),
        name === "Bishkek" ? label(name, px + 20, py + size / 3, "start") : label(name, Math.max(4, left), py - 14, "start"),
      ];
    };
    if (!all.some((region) => OUTLINE[region.key])) return chart(WIDTH, HEIGHT, title, squares(all, size));
    return chart(
      WIDTH,
      HEIGHT,
      title,
      Object.keys(OUTLINE).filter((name) => at[name]).map((name) => s("path", { d: path(OUTLINE[name]), class: `land ${shade(at[name])}` })),
      Object.keys(OUTLINE).filter((name) => at[name]).map((name) => label(name, x(LABELS[name][0]), y(LABELS[name][1]))),
      Object.keys(TOWNS).filter((name) => at[name]).map(town),
    );
  }

  /** Return equal squares in the rows and columns that the country gives, where no outline is drawn by hand. */
  function squares(all, size) {
    const rows = Math.max(...all.map((region) => region.row)), across = Math.max(...all.map((region) => region.column));
    const wide = WIDTH / across, high = HEIGHT / rows;
    return all.flatMap((region) => {
      const left = (region.column - 1) * wide, top = (region.row - 1) * high;
      return [
        s("rect", { x: left + 4, y: top + 4, width: wide - 8, height: high - 8, class: `land ${shade(region)}` }),
        s("text", { x: left + wide / 2, y: top + high / 2, "text-anchor": "middle", "font-size": size, class: "map-label", text: region.region }),
      ];
    });
  }

  function table() {
    return {
      columns: columns(),
      rows: regions().map((region) => [region.region, region.text, region.band]),
    };
  }

  const said = h("p", { class: "hint" });
  const whole = panel({ name: "regions", heading: t("Where in the country"), finding, draw, table, below: h("div", {}, list, said) });
  const update = whole.update;
  whole.update = () => {
    update();
    list.replaceChildren(
      ...regions().map((region) =>
        h(
          "li",
          { class: `region ${shade(region)}` },
          h("span", { class: "region-name" }, region.region),
          h("span", { class: "visually-hidden" }, ": "),
          h("span", {}, region.text),
        ),
      ),
    );
    setText(said, t("Shaded only where it is known whether there are more or fewer. The outline is simplified and claims no border."));
  };
  return whole;
}
