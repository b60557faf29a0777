// Join: a code and a name for the group; no account, nothing else is asked or stored.

import { h, setText } from "../dom.js";
import { ask } from "../server.js";
import { plain, t } from "../words.js";

export function join(app) {
  const code = h("input", {
    type: "text",
    id: "code",
    value: app.code,
    required: true,
    maxlength: 12,
    autocapitalize: "characters",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "join-error",
  });
  const group = h("input", {
    type: "text",
    id: "group",
    required: true,
    maxlength: 40,
    autocomplete: "off",
    "aria-describedby": "group-hint join-error",
  });
  const error = h("p", { class: "error", id: "join-error", role: "alert" });
  const form = h(
    "form",
    {
      class: "join-form",
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        send();
      },
    },
    h("div", { class: "field" }, h("label", { for: "code" }, t("Code on the wall")), code),
    h(
      "div",
      { class: "field" },
      h("label", { for: "group" }, t("Name of your group")),
      h("p", { class: "hint", id: "group-hint" }, t("Choose any name. Please do not write the name of a person.")),
      group,
    ),
    error,
    h("button", { type: "submit", class: "main" }, t("Join")),
  );
  const inside = app.room
    ? h(
        "p",
        { class: "notice" },
        t("You are in the session “{title}”.", { title: app.room.title }),
        " ",
        h("a", { href: app.link("room"), "data-screen": "room" }, t("Go to the room")),
      )
    : null;
  const node = h(
    "div",
    { class: "join" },
    h("h1", { tabindex: "-1" }, t("Join the session")),
    h(
      "p",
      { class: "lead" },
      plain(
        t("Several phones can join one group: write the same name. If a phone is lost, join again with that name."),
        t("Write the code. Write a name for your group."),
      ),
    ),
    inside,
    form,
  );

  async function send() {
    const wanted = code.value.trim().toUpperCase(),
      name = group.value.trim();
    const empty = !wanted ? code : !name ? group : null;
    for (const control of [code, group]) control.toggleAttribute("aria-invalid", false);
    if (empty) {
      empty.setAttribute("aria-invalid", "true");
      setText(
        error,
        empty === code ? t("Write the code that the facilitator shows.") : t("Write a name for your group."),
      );
      empty.focus();
      return;
    }
    try {
      app.joined(await ask(`/api/rooms/${encodeURIComponent(wanted)}/join`, { method: "POST", body: { group: name } }));
      app.go("room");
    } catch (problem) {
      setText(error, problem.message);
      (problem.status === 404 ? code : group).focus();
    }
  }

  return { node };
}
