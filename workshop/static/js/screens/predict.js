// Predict: first a guess, then the figures. In a room the facilitator decides when they are shown.

import { changesOf } from "../address.js";
import { button, h, replace, setText } from "../dom.js";
import { dots } from "../dots.js";
import { differences } from "../levers.js";
import { announce } from "../live.js";
import { refining } from "../pair.js";
import { progressLine } from "../results.js";
import { difference, level, progress } from "../sentences.js";
import { ask } from "../server.js";
import { t, tn } from "../words.js";

export function predict(app) {
  let answer = app.room?.you.prediction ?? null,
    open = false,
    figures = null,
    running = "";
  const said = h("p", { class: "status", role: "status" });
  const sure = h("p", { class: "status" });
  const question = h("div", {});
  const choices = h("fieldset", { class: "choices" });
  const reveal = h("div", { class: "reveal" });
  const line = progressLine();
  const twenty = dots({
    heading: t("Twenty results"),
    finding: () => t("Each dot is one of 20 equally likely results."),
    sides: () => ["A", "B"].map((letter, k) => ({ letter, dots: figures.outcomes.net_jobs[k].dots })),
    outcome: () => app.start.outcomes.net_jobs,
  });
  const show = button(
    t("Show the figures"),
    () => {
      open = true;
      update();
    },
    { class: "main" },
  );
  const node = h(
    "div",
    { class: "predict" },
    h("h1", { tabindex: "-1" }, t("What do you think?")),
    question,
    choices,
    said,
    show,
    reveal,
  );

  function pair() {
    return app.room ? app.room.question.map((design) => design.short) : [app.a, app.b];
  }

  function shownNow() {
    if (!app.room) return open;
    if (app.room.you.role === "facilitator" && open) return true;
    return !["briefing", "predict"].includes(app.room.round) && !(app.room.hidden && app.room.you.role === "member");
  }

  function word(key) {
    return { more: t("More net jobs"), same: t("About the same"), fewer: t("Fewer net jobs") }[key];
  }

  async function choose(key) {
    answer = key;
    if (!app.room || app.room.you.role === "facilitator") {
      setText(said, t("Your guess: {answer}.", { answer: word(key) }));
      update();
      return;
    }
    try {
      app.room = await ask(`/api/rooms/${app.room.code}/prediction`, { method: "POST", body: { answer: key } });
      setText(
        said,
        t("Your group’s guess is in: {answer}. You can change it until the figures are shown.", { answer: word(key) }),
      );
    } catch (error) {
      setText(said, error.message);
    }
    update();
  }

  function update() {
    const [a, b] = pair(),
      { levers } = app.start;
    const differ = differences(levers, changesOf(a, levers), changesOf(b, levers));
    replace(
      question,
      h("p", { class: "lead" }, t("Design A is {a}. Design B is {b}.", { a: app.nameOf(a), b: app.nameOf(b) })),
      h(
        "ul",
        {},
        differ.map((row) => h("li", {}, t("{lever}: A {a}, B {b}", { lever: t(row.lever.label), a: row.a, b: row.b }))),
      ),
    );
    const member = app.room?.you.role === "member";
    const closed = member && app.room.round !== "predict";
    const focused = choices.contains(document.activeElement) ? document.activeElement.value : null;
    replace(
      choices,
      h("legend", {}, t("Compared with A, design B gives:")),
      ["more", "same", "fewer"].map((key) => {
        const id = `guess-${key}`;
        return h(
          "p",
          { class: "check" },
          h("input", {
            type: "radio",
            name: "guess",
            id,
            value: key,
            checked: answer === key,
            disabled: closed,
            onchange: () => choose(key),
          }),
          h("label", { for: id }, word(key)),
        );
      }),
    );
    if (focused) choices.querySelector(`[value=${focused}]`)?.focus();
    if (closed && app.room.round !== "briefing") setText(said, "");
    if (closed && app.room.round === "briefing") setText(said, t("The facilitator opens this question soon."));
    show.hidden = shownNow() || member || (!app.room && !answer);
    reveal.hidden = !shownNow();
    if (shownNow()) revealed(a, b);
  }

  function revealed(a, b) {
    if (running !== `${a}&${b}`) {
      running = `${a}&${b}`;
      runs.run(a, b);
    } else if (figures) draw(a, b);
  }

  const runs = refining(app, sure, {
    shown: (found, aloud) => {
      figures = found;
      draw(...pair());
      const guess = found.kind === "estimated" ? progress(found) : "";
      if (aloud) announce(`${difference(found.differences.net_jobs[1], "jobs")} ${guess}`.trim());
    },
    missing: () => {
      figures = null;
      replace(reveal, h("p", {}, t("The figures of these two designs are on their way.")), sure);
    },
  });

  function draw(a, b) {
    const [one, two] = figures.outcomes.net_jobs,
      change = figures.differences.net_jobs[1];
    const votes = app.room?.predictions;
    line.update(figures);
    replace(
      reveal,
      h("h2", {}, t("The figures")),
      h("p", { class: "side-A-text" }, level("A", app.nameOf(a), one, "jobs")),
      h("p", { class: "side-B-text" }, level("B", app.nameOf(b), two, "jobs")),
      h("p", { class: "apart" }, difference(change, "jobs")),
      line.node,
      sure,
      answer ? h("p", {}, t("Your guess: {answer}.", { answer: word(answer) })) : null,
      votes
        ? [
            h("h2", {}, t("What the groups thought")),
            h(
              "ul",
              { class: "counts" },
              ["more", "same", "fewer"].map((key) =>
                h(
                  "li",
                  {},
                  h("span", {}, `${word(key)}: `),
                  h("strong", {}, tn("{count} group", "{count} groups", votes[key])),
                  h("meter", {
                    min: 0,
                    max: Math.max(1, votes.more + votes.same + votes.fewer),
                    value: votes[key],
                    "aria-hidden": "true",
                  }),
                ),
              ),
            ),
          ]
        : null,
      one.dots && two.dots ? twenty.node : null,
    );
    if (one.dots && two.dots) twenty.update();
  }

  update();
  return { node, room: update, leave: runs.stop };
}
