// Predict: first a guess (a word, a number or a range), then the figures. In a room the facilitator decides when.

import { changesOf } from "../address.js";
import { standing } from "../standing.js";
import { button, h, replace, setText } from "../dom.js";
import { dots } from "../dots.js";
import { differences } from "../levers.js";
import { announce } from "../live.js";
import { typed, unitOf, written } from "../numbers.js";
import { refining } from "../pair.js";
import { progressLine } from "../results.js";
import { counted, difference, level, progress } from "../sentences.js";
import { ask } from "../server.js";
import { plain, t, tn } from "../words.js";

/** Return in which unit a change of an outcome is guessed: percent for shares, millions for money of the country. */
function guessScale(unit) {
  if (unit.startsWith("share")) return { divisor: 0.01, size: "", unit, decimals: 2 };
  if (unit === "som") return { divisor: 1e6, size: "million", unit, decimals: 2 };
  return { divisor: 1, size: "", unit, decimals: 2 };
}

export function predict(app) {
  let answer = app.room?.you.prediction ?? null,
    open = false,
    figures = null,
    running = "";
  const said = h("p", { class: "status", role: "status" });
  const error = h("p", { class: "error", id: "guess-error", role: "alert" });
  const sure = h("p", { class: "status" });
  const question = h("div", {});
  const choices = h("fieldset", { class: "choices" });
  const from = number("guess-low");
  const to = number("guess-high");
  const range = h("form", {
    class: "guess-range",
    onsubmit: (event) => {
      event.preventDefault();
      sendRange();
    },
  });
  const reveal = h("div", { class: "reveal" });
  const line = progressLine();
  const guesses = standing(app, { heading: t("What the groups thought"), guesses: true });
  const twenty = dots({
    heading: t("Twenty results"),
    finding: () => t("Each dot is one of 20 equally likely results."),
    sides: () => ["A", "B"].map((letter, k) => ({ letter, dots: figures.outcomes[outcome()][k].dots })),
    outcome: () => app.start.outcomes[outcome()],
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
    range,
    said,
    show,
    reveal,
  );

  function number(id) {
    const settings = { type: "text", inputmode: "decimal", id, autocomplete: "off", size: 9 };
    return h("input", { ...settings, "aria-describedby": "guess-hint guess-error" });
  }

  function outcome() {
    const wanted = app.room?.outcome ?? app.headline ?? "net_jobs";
    return wanted in app.start.outcomes ? wanted : "net_jobs";
  }

  function pair() {
    return app.room ? app.room.question.map((design) => design.short) : [app.a, app.b];
  }

  function isMember() {
    return app.room?.you.role === "member";
  }

  function shownNow() {
    if (!app.room) return open;
    if (app.room.you.role === "facilitator" && open) return true;
    return !["briefing", "predict"].includes(app.room.round) && !(app.room.hidden && isMember());
  }

  function word(key) {
    const many = counted(app.start.outcomes[outcome()].unit);
    if (key === "same") return t("About the same");
    if (key === "more") return many ? t("More than A") : t("Higher than with A");
    return many ? t("Fewer than A") : t("Lower than with A");
  }

  /** Return the guess of this phone's group in words. */
  function guessText() {
    const you = app.room?.you;
    if (!you || you.low === null || you.low === undefined) return answer ? word(answer) : "";
    const scale = guessScale(app.start.outcomes[outcome()].unit);
    const text = (value) => written(value / scale.divisor, shortest(value / scale.divisor), true);
    const unit = unitOf(scale);
    return you.low === you.high
      ? `${text(you.low)} ${unit}`
      : `${t("{low} to {high}", { low: text(you.low), high: text(you.high) })} ${unit}`;
  }

  async function choose(body) {
    setText(error, "");
    if (body.answer) answer = body.answer;
    if (!isMember()) {
      setText(said, t("Your guess: {answer}.", { answer: word(answer) }));
      update();
      return;
    }
    try {
      app.took(await ask(`/api/rooms/${app.room.code}/prediction`, { method: "POST", body }));
      answer = app.room.you.prediction;
      const text = t("Your group’s guess is in: {answer}. You can change it until the figures are shown.", {
        answer: guessText(),
      });
      setText(said, text);
    } catch (problem) {
      setText(error, problem.message);
    }
    update();
  }

  function sendRange() {
    const { divisor } = guessScale(app.start.outcomes[outcome()].unit);
    const given = [from, to].map((field) => (field.value.trim() ? typed(field.value) : null));
    for (const field of [from, to]) field.removeAttribute("aria-invalid");
    const wrong = given.findIndex((value) => Number.isNaN(value));
    if (wrong >= 0 || given.every((value) => value === null)) {
      const field = wrong === 1 ? to : from;
      field.setAttribute("aria-invalid", "true");
      setText(error, t("Write one number, or two for a range."));
      field.focus();
      return;
    }
    const known = given.filter((value) => value !== null).map((value) => value * divisor);
    choose({ low: Math.min(...known), high: Math.max(...known) });
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
    const closed = isMember() && app.room.round !== "predict";
    drawChoices(closed);
    drawRange(closed);
    if (closed && app.room.round !== "briefing") setText(said, "");
    if (closed && app.room.round === "briefing") setText(said, t("The facilitator opens this question soon."));
    show.hidden = shownNow() || isMember() || (!app.room && !answer);
    reveal.hidden = !shownNow();
    if (shownNow()) revealed(a, b);
  }

  function drawChoices(closed) {
    const focused = choices.contains(document.activeElement) ? document.activeElement.value : null;
    replace(
      choices,
      h("legend", {}, `${t(app.start.outcomes[outcome()].label)}. ${t("Compared with A, design B gives:")}`),
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
            onchange: () => choose({ answer: key }),
          }),
          h("label", { for: id }, word(key)),
        );
      }),
    );
    if (focused) choices.querySelector(`[value=${focused}]`)?.focus();
  }

  function drawRange(closed) {
    range.hidden = !isMember() || closed;
    if (range.hidden || range.childElementCount) return;
    const unit = unitOf(guessScale(app.start.outcomes[outcome()].unit));
    replace(
      range,
      h("h2", {}, t("By how much? A number, or a range")),
      h(
        "p",
        { class: "hint", id: "guess-hint" },
        plain(
          t("B less A, in {unit}; with a minus where B gives less. The best range is one that you would bet on evenly.", {
            unit,
          }),
          t("How much more does B give than A? In {unit}. Write a minus if B gives less.", { unit }),
        ),
      ),
      h(
        "div",
        { class: "row" },
        h("label", { for: "guess-low" }, t("From")),
        from,
        h("label", { for: "guess-high" }, t("To")),
        to,
        h("button", { type: "submit" }, t("Send the guess")),
      ),
      error,
    );
  }

  function revealed(a, b) {
    if (running !== `${a}&${b}`) {
      running = `${a}&${b}`;
      runs.run(a, b);
    } else if (figures) draw(a, b);
    if (app.room) guesses.update();
  }

  const runs = refining(app, sure, {
    shown: (found, aloud) => {
      figures = found;
      draw(...pair());
      const guess = found.kind === "estimated" ? progress(found) : "";
      const { unit } = app.start.outcomes[outcome()];
      if (aloud) announce(`${difference(found.differences[outcome()][1], unit)} ${guess}`.trim());
    },
    missing: () => {
      figures = null;
      replace(reveal, h("p", {}, t("The figures of these two designs are on their way.")), sure);
    },
  });

  function draw(a, b) {
    const [one, two] = figures.outcomes[outcome()],
      change = figures.differences[outcome()][1],
      { unit } = app.start.outcomes[outcome()];
    line.update(figures);
    replace(
      reveal,
      h("h2", {}, t("The figures")),
      h("p", { class: "side-A-text" }, level("A", app.nameOf(a), one, unit)),
      h("p", { class: "side-B-text" }, level("B", app.nameOf(b), two, unit)),
      h("p", { class: "apart" }, difference(change, unit)),
      line.node,
      sure,
      answer ? h("p", {}, t("Your guess: {answer}.", { answer: guessText() })) : null,
      app.room?.predictions ? [votes(app.room.predictions), guesses.node] : null,
      one.dots && two.dots ? twenty.node : null,
    );
    if (one.dots && two.dots) twenty.update();
  }

  function votes(given) {
    return h(
      "ul",
      { class: "counts" },
      ["more", "same", "fewer"].map((key) =>
        h(
          "li",
          {},
          h("span", {}, `${word(key)}: `),
          h("strong", {}, tn("{count} group", "{count} groups", given[key])),
          h("meter", {
            min: 0,
            max: Math.max(1, given.more + given.same + given.fewer),
            value: given[key],
            "aria-hidden": "true",
          }),
        ),
      ),
    );
  }

  function changed(before) {
    const asked = (state) => state && [...state.question.map((design) => design.short), state.outcome].join("&");
    if (asked(before) !== asked(app.room)) {
      answer = null;
      figures = null;
      running = "";
      replace(range);
      from.value = "";
      to.value = "";
    }
    answer = isMember() ? app.room.you.prediction : answer;
    update();
  }

  update();
  return {
    node,
    room: changed,
    leave: () => {
      runs.stop();
      guesses.stop();
    },
  };
}

function shortest(value) {
  return Number.isInteger(value) ? 0 : Math.min(2, (String(value).split(".")[1] ?? "").length);
}
