// The questionnaire: six statements, before and after, for each phone; nothing joins an answer to a group.

import { h, replace, setText } from "./dom.js";
import { ask } from "./server.js";
import { plain, t } from "./words.js";

/** Return the questionnaire of the round as a part of the room, or nothing where none is open. */
export function questionnaire(app) {
  const node = h("details", { class: "beliefs" });
  const error = h("p", { class: "error", role: "alert" });
  let drawn = "";

  function update() {
    const state = app.room;
    const moment = state?.you.role === "member" ? state.beliefs.open : null;
    const given = Boolean(moment && state.beliefs.given.includes(moment));
    node.hidden = !moment;
    const now = `${moment} ${given}`;
    if (!moment || now === drawn) return;
    drawn = now;
    const heading = moment === "before" ? t("Six questions before we begin") : t("The same six questions again");
    replace(node, h("summary", {}, heading), given ? thanks() : form());
  }

  function thanks() {
    return h("p", {}, t("Thank you. Your answers are in; nobody can see which ones are yours."));
  }

  function form() {
    return h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          send(event.target);
        },
      },
      h(
        "p",
        {},
        plain(
          t("How far do you agree? Leave out what you do not know. Answers are anonymous, also towards your group."),
          t("Do you agree? Nobody sees who answered."),
        ),
      ),
      app.room.beliefs.statements.map((text, k) =>
        h(
          "fieldset",
          { class: "scale" },
          h("legend", {}, t(text)),
          app.room.beliefs.agreement.map((word, answer) => {
            const id = `belief-${k}-${answer}`;
            return h(
              "span",
              { class: "check" },
              h("input", { type: "radio", name: `belief-${k}`, id, value: answer + 1 }),
              h("label", { for: id }, t(word)),
            );
          }),
        ),
      ),
      error,
      h("button", { type: "submit", class: "main" }, t("Send the answers")),
    );
  }

  async function send(from) {
    const answers = app.room.beliefs.statements.map((_, k) => Number(new FormData(from).get(`belief-${k}`)) || null);
    if (answers.every((answer) => answer === null)) {
      setText(error, t("Answer at least one question."));
      from.querySelector("input")?.focus();
      return;
    }
    try {
      app.room = await ask(`/api/rooms/${app.room.code}/beliefs`, { method: "POST", body: { answers } });
      update();
      node.querySelector("summary")?.focus();
    } catch (problem) {
      setText(error, problem.message);
    }
  }

  return { node, update };
}
