// How a reader wants to read: colours, short sentences, large letters.

import { h, select } from "./dom.js";
import { keep, kept } from "./keep.js";
import { isEasy, setEasy, t } from "./words.js";

let theme = kept("theme", "auto");
let projector = kept("projector", false);

/** Use what this reader chose before. */
export function startReading() {
  easy(kept("easy", false));
  look();
}

/** Switch short sentences on or off. */
export function easy(on) {
  setEasy(on);
  document.body.classList.toggle("easy", on);
  keep("easy", on);
}

function look() {
  document.documentElement.dataset.theme = theme;
  document.documentElement.classList.toggle("projector", projector);
}

/** Return the fields; `changed()` is called when the page must be drawn again. */
export function reading(changed) {
  const colours = select(
    [
      ["auto", t("As the device")],
      ["light", t("Light")],
      ["dark", t("Dark")],
      ["contrast", t("High contrast")],
    ],
    theme,
    (value) => {
      theme = value;
      keep("theme", value);
      look();
    },
    { id: "theme" },
  );
  const short = h("input", {
    type: "checkbox",
    id: "easy",
    checked: isEasy(),
    onchange: () => {
      easy(short.checked);
      changed();
    },
  });
  const large = h("input", {
    type: "checkbox",
    id: "large",
    checked: projector,
    onchange: () => {
      projector = large.checked;
      keep("projector", projector);
      look();
      changed();
    },
  });
  return h(
    "details",
    { class: "reading" },
    h("summary", {}, t("Reading")),
    h(
      "div",
      { class: "reading-fields" },
      h("p", {}, h("label", { for: "theme" }, t("Colours")), " ", colours),
      h("p", { class: "check" }, short, h("label", { for: "easy" }, t("Easy to read: short sentences"))),
      h("p", { class: "check" }, large, h("label", { for: "large" }, t("Large, for a projector"))),
    ),
  );
}
