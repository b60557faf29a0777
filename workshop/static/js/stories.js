// The twin story: one family or one employer under A and under B, and where the two lives part.

import { button, h, replace, setText } from "./dom.js";
import { month, written } from "./numbers.js";
import { ask } from "./server.js";
import { t } from "./words.js";

/** Return the stories of designs A and B, told when asked for. */
export function stories(app) {
  let pair = ["today", "today"];
  const told = h("div", { class: "story", "aria-live": "off" });
  const status = h("p", { class: "hint", role: "status" });
  const buttons = [button(t("A family"), () => tell("household")), button(t("An employer"), () => tell("employer"))];
  const node = h(
    "section",
    { class: "panel stories", "aria-labelledby": "stories-heading" },
    h("h2", { id: "stories-heading" }, t("One life, twice")),
    h(
      "p",
      {},
      t("The same simulated family or employer under design A and under design B. No row describes a real household."),
    ),
    h("div", { class: "buttons" }, buttons),
    status,
    told,
  );

  async function tell(kind) {
    const asked = pair.join("&");
    setText(status, t("The story is being looked for."));
    replace(told);
    try {
      const story = await ask(
        `/api/story?d=${encodeURIComponent(pair[0])}&versus=${encodeURIComponent(pair[1])}&kind=${kind}`,
      );
      if (pair.join("&") !== asked) return;
      setText(status, "");
      replace(
        told,
        h("h3", {}, line(story.title)),
        story.parting.map((part) => h("p", { class: "apart" }, line(part))),
        h("div", { class: "lives" }, life("A", story.paragraphs), life("B", story.versus)),
      );
    } catch (error) {
      setText(status, error.message);
    }
  }

  function set(a, b) {
    if (pair[0] === a && pair[1] === b) return;
    pair = [a, b];
    replace(told);
    setText(status, "");
  }

  return { node, set };
}

/** Return the life under one design: a list of months and what happened. */
function life(letter, lines) {
  const heading = t("Under design {letter}", { letter });
  return h(
    "section",
    { "aria-label": heading },
    h("h4", { class: `letter side-${letter}` }, heading),
    h(
      "ol",
      {},
      lines.map((part) => h("li", {}, part.month ? h("strong", {}, `${month(part.month)}: `) : null, line(part))),
    ),
  );
}

/** Return a sentence of a story, its numbers, months and words written in the language of the page. */
function line({ text, values }) {
  const told = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "number") told[name] = written(value, Number.isInteger(value) ? 0 : 1);
    else told[name] = name === "month" ? month(value) : t(String(value));
  }
  return t(text, told);
}
