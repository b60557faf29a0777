// The picture of the first screen: who lives in the model country, and what passes between them.

import { h, s } from "./dom.js";
import { t } from "./words.js";

const icon = (...parts) => s("svg", { viewBox: "0 0 64 48", class: "icon", "aria-hidden": "true" }, parts);
const line = (d, name = "stroke") => s("path", { d, class: name });
const person = (x, y, size = 1) => [
  s("circle", { cx: x, cy: y, r: 4 * size, class: "fill" }),
  line(`M${x - 6 * size} ${y + 15 * size}v-5a${6 * size} ${6 * size} 0 0 1 ${12 * size} 0v5z`, "fill"),
];
export const ICONS = {
  family: () => icon(line("M6 26 32 6l26 20M12 22v22h40V22"), person(24, 27, 0.8), person(36, 27, 0.8), person(45, 31, 0.55)),
  employer: () => icon(line("M6 44V20l16 8v-8l16 8V8h16v36zM6 44h52"), line("M14 36h6M26 36h6M42 20h6M42 30h6")),
  budget: () => icon(line("M6 20 32 6l26 14zM10 44h44M14 24v16M26 24v16M38 24v16M50 24v16")),
  woman: () => icon(person(24, 12, 1.5), person(40, 26, 0.8), person(51, 28, 0.7)),
  man: () => icon(s("circle", { cx: 27, cy: 9, r: 5, class: "fill" }), line("M27 15v13h12l5 12M27 20h10"), s("circle", { cx: 27, cy: 34, r: 10, class: "stroke" })),
  school: () => icon(line("M8 44V22l24-14 24 14v22zM28 44V32h8v12M32 8V3h9"), line("M16 28h6M42 28h6")),
  sewing: () => icon(line("M8 40h48v4H8zM14 40V18h30v-6h8v18h-8v-6H24v16z"), s("circle", { cx: 50, cy: 20, r: 4, class: "stroke" })),
};

/** Return the picture: families, the budget and employers, with what goes from one to the other. */
export function picture(scale, finer) {
  const actor = (name, title, words) =>
    h("div", { class: "actor" }, ICONS[name](), h("strong", {}, title), h("span", {}, words));
  const flow = (there, back) =>
    h("div", { class: "flow" }, h("span", {}, `${there} →`), h("span", {}, `← ${back}`));
  return h(
    "figure",
    { class: "world" },
    h(
      "div",
      { class: "actors" },
      actor("family", t("Families"), t("live, work, found small businesses")),
      flow(t("taxes"), t("grants, benefits")),
      actor("budget", t("Budget"), t("pays and collects")),
      flow(t("services, subsidies"), t("taxes, levies")),
      actor("employer", t("Employers"), t("hire, owe places to persons with disabilities")),
    ),
    h("figcaption", {}, t("One simulated family stands for {scale} real ones, one with a disability certificate for {finer}, month by month from 2022 to 2029.", { scale, finer })),
  );
}
