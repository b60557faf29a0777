// Save: everything that can be taken home, as links and files.

import { button, h, setText } from "../dom.js";
import { ask, designsQuery } from "../server.js";
import { language, plain, t } from "../words.js";

export function save(app) {
  const pair = [app.a, app.b],
    query = designsQuery(pair),
    labels = pair.map((short) => `&label=${encodeURIComponent(app.nameOf(short))}`).join("");
  const address = h("input", {
    type: "text",
    readonly: true,
    id: "address",
    value: location.origin + "/" + app.link("explore"),
    onfocus: () => address.select(),
  });
  const command = h("textarea", { readonly: true, id: "command", rows: 3, onfocus: () => command.select() });
  const error = h("p", { class: "error", role: "alert" });
  const file = (text, path, name = null) => h("li", {}, h("a", { href: path, download: name ?? true }, text));
  const page = (text, path) =>
    h(
      "li",
      {},
      h(
        "a",
        { href: path, target: "_blank", rel: "noopener" },
        t("{document} (opens in a new tab)", { document: text }),
      ),
    );
  const code = app.room?.code,
    facilitator = app.room?.you.role === "facilitator" || app.facilitator;

  ask(`/api/command?${query}&draws=${app.start.health.of}${labels}`).then(
    (found) => {
      command.value = found.command;
    },
    (problem) => setText(error, problem.message),
  );

  const node = h(
    "div",
    { class: "save" },
    h("h1", { tabindex: "-1" }, t("Save and take home")),
    error,
    h(
      "section",
      {},
      h("h2", {}, t("The link to A and B")),
      h(
        "p",
        {},
        plain(
          t("The link holds both designs and the language. It works for everybody who can reach this computer."),
          t("This link opens what you see now."),
        ),
      ),
      h(
        "div",
        { class: "field" },
        h("label", { for: "address" }, t("Link")),
        address,
        button(t("Select the link"), () => {
          address.focus();
          address.select();
        }),
      ),
      h("img", {
        class: "qr",
        src: `/api/qr.svg?path=${encodeURIComponent("/" + app.link("explore"))}`,
        alt: t("QR code of the link"),
        width: 220,
        height: 220,
      }),
    ),
    h(
      "section",
      {},
      h("h2", {}, t("Files of A and B")),
      h(
        "ul",
        { class: "links" },
        page(t("Report to print or to save as PDF"), `/api/report?${query}&lang=${language()}`),
        page(t("Slides of A and B"), `/api/slides?${query}&lang=${language()}`),
        file(t("All outcomes (CSV)"), `/api/csv?${query}&table=outcomes`),
        file(t("Differences (CSV)"), `/api/csv?${query}&table=differences`),
        file(t("Month by month (CSV)"), `/api/csv?${query}&table=monthly`),
        file(t("Regions and groups (CSV)"), `/api/csv?${query}&table=groups`),
        file(t("Every run (CSV)"), `/api/csv?${query}&table=draws`),
      ),
      h("p", {}, t("Pictures (SVG and PNG) are below each chart, under “Table and files”.")),
    ),
    h(
      "section",
      {},
      h("h2", {}, t("For researchers")),
      h("p", {}, t("The scenario file and this command give the same figures.")),
      h(
        "ul",
        { class: "links" },
        file(t("Scenario file"), `/api/scenario?${query}&draws=${app.start.health.of}${labels}`),
      ),
      h("div", { class: "field" }, h("label", { for: "command" }, t("Command")), command),
    ),
    code
      ? h(
          "section",
          {},
          h("h2", {}, t("The whole session")),
          h(
            "ul",
            { class: "links" },
            page(t("Report of the session"), `/api/rooms/${code}/report?lang=${language()}`),
            page(t("Slides of the session"), `/api/rooms/${code}/slides?lang=${language()}`),
            facilitator
              ? [
                  file(t("Session file (JSON)"), `/api/rooms/${code}/export.json`),
                  file(t("Designs and votes (CSV)"), `/api/rooms/${code}/export.csv`),
                  file(t("Guesses (CSV)"), `/api/rooms/${code}/export.csv?table=guesses`),
                  file(t("Questionnaire before and after (CSV)"), `/api/rooms/${code}/export.csv?table=beliefs`),
                ]
              : null,
          ),
          facilitator
            ? removal()
            : h(
                "p",
                {},
                button(t("Leave the session on this device"), () => {
                  app.leave();
                  app.go("explore");
                }),
              ),
        )
      : null,
  );

  function removal() {
    const sure = h("input", {
      type: "checkbox",
      id: "sure",
      onchange: () => {
        gone.disabled = !sure.checked;
      },
    });
    const gone = button(
      t("Delete the session"),
      async () => {
        try {
          await ask(`/api/rooms/${code}`, { method: "DELETE" });
          app.leave();
          app.go("room");
        } catch (problem) {
          setText(error, problem.message);
        }
      },
      { disabled: true, class: "danger" },
    );
    return h(
      "div",
      { class: "removal" },
      h("p", {}, t("Groups, designs, predictions and votes are deleted for good.")),
      h("p", { class: "check" }, sure, h("label", { for: "sure" }, t("Yes, delete everything of this session"))),
      gone,
    );
  }

  return { node };
}
