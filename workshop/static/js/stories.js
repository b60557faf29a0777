// One life, twice: a persona is chosen, and one such life is shown under A and under B as a time line with its events.

import { button, h, replace, s, setText } from "./dom.js";
import { chart } from "./figure.js";
import { ICONS } from "./picture.js";
import { askPatiently } from "./server.js";
import { language, t } from "./words.js";

const PICTURES = { mother: "woman", man: "man", school: "school", sewing: "sewing", family: "family", employer: "employer" };

/** Return the lives under designs A and B, told when asked for. */
export function stories(app) {
  let pair = ["today", "today"],
    asked = null,
    number = 0;
  const told = h("div", { class: "story", "aria-live": "off" });
  const status = h("p", { class: "hint", role: "status" });
  const another = button(t("Another one like this"), () => tell(asked, number + 1), { hidden: true });
  const buttons = app.start.personas.map((persona) =>
    h(
      "button",
      { type: "button", class: "persona", "aria-pressed": "false", title: t(persona.about), onclick: () => tell(persona, 0) },
      ICONS[PICTURES[persona.name]](),
      h("span", {}, t(persona.label)),
    ),
  );
  const node = h(
    "section",
    { class: "panel stories", "aria-labelledby": "stories-heading" },
    h("h3", { id: "stories-heading" }, t("One life, twice")),
    h("p", {}, t("Choose somebody. One simulated life is shown under design A and under design B; no real person is described.")),
    h("div", { class: "personas" }, buttons),
    status,
    told,
    another,
  );

  async function tell(persona, wanted) {
    const [a, b] = pair, question = JSON.stringify([a, b, persona.name, wanted]);
    asked = persona;
    number = wanted;
    tell.last = question;
    buttons.forEach((element, k) => element.setAttribute("aria-pressed", String(app.start.personas[k] === persona)));
    another.hidden = true;
    setText(status, t("The story is being looked for."));
    replace(told);
    try {
      const story = await askPatiently(
        `/api/story?d=${encodeURIComponent(a)}&versus=${encodeURIComponent(b)}&kind=${persona.name}&number=${wanted}&lang=${language()}`,
        () => tell.last === question,
      );
      if (tell.last !== question) return;
      setText(status, "");
      replace(
        told,
        h("p", { class: "finding" }, story.share),
        story.title
          ? [
              h("h4", {}, story.title),
              h("p", { class: "hint" }, t(persona.about)),
              story.parting.map((part) => h("p", { class: "apart" }, part)),
              lanes(story.lives),
              h("div", { class: "lives" }, life("A", story.lives[0]), life("B", story.lives[1])),
            ]
          : null,
      );
      another.hidden = story.differing < 2;
    } catch (error) {
      setText(status, error.message);
    }
  }

  function set(a, b) {
    if (pair[0] === a && pair[1] === b) return;
    pair = [a, b];
    tell.last = "";
    replace(told);
    another.hidden = true;
    buttons.forEach((element) => element.setAttribute("aria-pressed", "false"));
    setText(status, "");
  }

  return { node, set };
}

/** Draw both lives over the years: what is for the better stands above its line, what is for the worse below. */
function lanes(lives) {
  const width = 640, left = 26, lane = 58, months = 60, height = 2 * lane + 26;
  const x = (at) => left + ((width - left - 10) * at) / months;
  const years = [0, 12, 24, 36, 48];
  const marks = (line, middle) => {
    if (line.at === null) return null;
    const px = x(line.at);
    if (line.tone === "good") return s("path", { d: `M${px} ${middle - 22}l8 14h-16z`, class: "tone-good" }, s("title", { text: line.text }));
    if (line.tone === "bad") return s("path", { d: `M${px} ${middle + 22}l8 -14h-16z`, class: "tone-bad" }, s("title", { text: line.text }));
    return s("circle", { cx: px, cy: middle, r: 4.5, class: "tone-plain" }, s("title", { text: line.text }));
  };
  const picture = chart(
    width,
    height,
    t("Both lives as time lines; the lists below say the same."),
    years.map((at) => [
      s("line", { x1: x(at), x2: x(at), y1: 4, y2: 2 * lane, class: "grid" }),
      s("text", { x: x(at) + 4, y: height - 8, "font-size": 14, class: "axis", text: String(2025 + at / 12) }),
    ]),
    ["A", "B"].map((letter, k) => [
      s("text", { x: 4, y: lane * (k + 0.5) + 5, "font-size": 17, class: `letter side-${letter}`, text: letter }),
      s("line", { x1: left, x2: width - 8, y1: lane * (k + 0.5), y2: lane * (k + 0.5), class: `line side-${letter}` }),
      lives[k].map((line) => marks(line, lane * (k + 0.5))),
    ]),
  );
  return h("div", { class: "lanes" }, picture, h("p", { class: "hint" }, t("▲ for the better, ▼ for the worse, ● neither.")));
}

/** Return the life under one design: a list of months and what happened. */
function life(letter, lines) {
  const heading = t("Under design {letter}", { letter });
  return h(
    "section",
    { "aria-label": heading },
    h("h5", { class: `letter side-${letter}` }, heading),
    h(
      "ol",
      {},
      lines.map((line) => h("li", { class: `tone-${line.tone}` }, line.month ? h("strong", {}, `${line.month}: `) : null, line.text)),
    ),
  );
}
