// Presets: quota laws on file with their places and prices, services and benefits, each taken into B by one button.

import { button, h, replace, setText } from "./dom.js";
import { ask } from "./server.js";
import { language, t } from "./words.js";

/** Return the presets; `take(short)` gets the design whose levers are taken over. */
export function presets(take) {
  const holder = h("div", {});
  const status = h("p", { class: "hint", role: "status" });
  let loaded = "";
  const node = h(
    "details",
    {
      class: "more presets",
      ontoggle: () => {
        if (node.open && loaded !== language()) load();
      },
    },
    h("summary", {}, t("Laws of other countries, services, benefits to try")),
    status,
    holder,
  );

  async function load() {
    loaded = language();
    setText(status, t("The list is being loaded."));
    try {
      const found = await ask(`/api/presets?lang=${loaded}`);
      setText(status, "");
      replace(holder, laws(found), group(t("Services and help to employers"), found.services), group(t("Benefits"), found.benefits));
    } catch (error) {
      loaded = "";
      setText(status, error.message);
    }
  }

  function laws({ laws: all, sizes, columns }) {
    return h(
      "section",
      { class: "laws" },
      h("h3", {}, t("Quota laws: places owed by size, and the price of an empty place")),
      h(
        "ul",
        {},
        all.map((law) =>
          h(
            "li",
            {},
            h("h4", {}, law.name),
            h(
              "div",
              { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Places of {law}", { law: law.name }) },
              h(
                "table",
                {},
                h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("Staff")), sizes.map((size) => h("th", { scope: "col" }, size)))),
                h("tbody", {}, h("tr", {}, h("th", { scope: "row" }, t("Places")), law.seats.map((seats) => h("td", {}, seats)))),
              ),
            ),
            h("p", {}, `${columns.at(-1)}: ${law.price}`),
            law.short ? button(t("Try this law as B"), () => take(law.short), { "aria-label": t("Try as B: {name}", { name: law.name }) }) : h("p", { class: "hint" }, law.why),
          ),
        ),
      ),
    );
  }

  function group(title, all) {
    return h(
      "section",
      { class: "laws" },
      h("h3", {}, title),
      h(
        "ul",
        {},
        all.map((one) =>
          h("li", {}, h("h4", {}, one.name), h("p", {}, one.about), button(t("Add to B"), () => take(one.short), { "aria-label": t("Add to B: {name}", { name: one.name }) })),
        ),
      ),
    );
  }

  return { node };
}
