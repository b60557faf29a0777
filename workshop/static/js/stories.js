// The twin story: one family or one employer under A and under B, and where the two lives part.

import { button, h, replace, setText } from "./dom.js";
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
        story.paragraphs.map((text) => h("p", {}, line(text))),
        story.parting?.length
          ? [h("h3", {}, t("Where the two lives part")), story.parting.map((text) => h("p", {}, line(text)))]
          : null,
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

/** Return a sentence of a story: a text, or a text with values. */
function line(text) {
  return typeof text === "string" ? t(text) : t(text.text, text.values);
}
