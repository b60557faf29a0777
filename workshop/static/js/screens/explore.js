// Explore: three questions, levers on one side, what they do on the other.

import { changesOf, shortOf, standing } from "../address.js";
import { button, h, replace, select, setText, steadily } from "../dom.js";
import { setAbout } from "../figure.js";
import { control, leverText } from "../levers.js";
import { announce } from "../live.js";
import { written } from "../numbers.js";
import { listDesigns, refining } from "../pair.js";
import { picture } from "../picture.js";
import { presets } from "../presets.js";
import { progressLine, results, said } from "../results.js";
import { progress } from "../sentences.js";
import { stories } from "../stories.js";
import { plain, t } from "../words.js";

const PAUSE = 120; // milliseconds without a movement before the last of many is asked; the first is asked at once

export function explore(app) {
  const { levers, groups, questions, choices, outcomes, health } = app.start;
  let changes = changesOf(app.b, levers),
    last = null, // the lever that was moved last
    figures = null;
  const controls = new Map();
  const line = progressLine();
  const status = h("p", { class: "status" });
  const big = h("div", { class: "headline" });
  const pinned = h("p", { class: "pinned", "aria-hidden": "true" });
  const contracts = h("p", { class: "contracts" });
  const notes = h("div", { class: "notes" });
  const view = results(app);
  const tales = stories(app);
  const hidden = h("p", { class: "notice" }, t("The facilitator has hidden the results for now."));
  const asked = select(
    choices.map((name) => [name, t(outcomes[name].label)]),
    app.headline,
    (name) => {
      app.moveTo({ headline: name });
      if (figures) show(figures, true);
    },
    { id: "headline" },
  );
  const answers = h(
    "div",
    { class: "answers" },
    h("h2", { id: "answer-heading", tabindex: "-1" }, t("What changes if B replaces A")),
    h("p", { class: "pair asked" }, h("label", { for: "headline" }, t("I want to know about")), asked),
    big,
    line.node,
    status,
    notes,
    view.node,
    tales.node,
  );
  const undo = button(t("Undo"), () => history.back());
  const note = h("p", { class: "notice" });
  const copied = h("p", { class: "hint", role: "status" });
  const sideA = select([], app.a, (short) => move({ a: short }), { id: "side-a" });
  const sideB = select(
    [],
    app.b,
    (short) => {
      if (short !== "–") move({ b: short });
    },
    { id: "side-b" },
  );
  const name = h("input", { type: "text", id: "design-name", maxlength: 40, autocomplete: "off" });
  const nameSaid = h("p", { class: "hint", role: "status" });
  const suggested = presets((short) => move({ b: shortOf({ ...changes, ...changesOf(short, levers) }, levers) }));
  const asks = questions.map((question) =>
    h(
      "li",
      {},
      button(t(question.label), () => move({ a: question.first, b: question.second, headline: question.headline }, true), {
        class: "question",
        "aria-describedby": `about-${question.name}`,
      }),
      h("p", { id: `about-${question.name}`, class: "hint" }, t(question.about)),
    ),
  );

  const node = h(
    "div",
    { class: "explore" },
    h(
      "div",
      { class: "opening" },
      h(
        "div",
        {},
        h("h1", { tabindex: "-1" }, t("What would another rule change?")),
        h(
          "p",
          { class: "lead" },
          plain(
            t(
              "A model of Kyrgyzstan: families, people and employers as surveys describe them. Change a rule for grants to poor families, work places for persons with disabilities, or benefits, and see what is different by the end of 2029. It is a scenario, not a forecast.",
            ),
            t("This is a small model of Kyrgyzstan. Change a rule. See what is different in 2029. It is not a forecast."),
          ),
        ),
      ),
      h("nav", { class: "questions", "aria-label": t("Questions to begin with") }, h("h2", {}, t("Try a question")), h("ul", {}, asks)),
      picture(written(health.scale), written(health.finer)),
    ),
    note,
    h(
      "div",
      { class: "columns" },
      h(
        "section",
        { class: "levers", "aria-labelledby": "levers-heading" },
        h("h2", { id: "levers-heading" }, t("Your question: move the rules of B")),
        h("p", { class: "pair" }, h("label", { for: "side-a", class: "letter side-A" }, t("A is")), sideA),
        h("p", { class: "pair" }, h("label", { for: "side-b", class: "letter side-B" }, t("B is")), sideB),
        h(
          "div",
          { class: "buttons" },
          undo,
          button(t("Today’s law on both sides"), () => move({ a: "today", b: "today" })),
          button(t("Make B the new A"), () => move({ a: app.b })),
          button(t("Copy link"), copy),
        ),
        copied,
        groups.map((group, k) => leverGroup(group, k)),
        suggested.node,
        contracts,
        h(
          "form",
          {
            class: "keep",
            onsubmit: (event) => {
              event.preventDefault();
              keepIt();
            },
          },
          h("label", { for: "design-name" }, t("Name this design to find it again")),
          h("div", { class: "row" }, name, h("button", { type: "submit" }, t("Keep"))),
          nameSaid,
        ),
      ),
      h("section", { class: "answer", "aria-labelledby": "answer-heading" }, hidden, answers),
    ),
    pinned,
  );

  function leverGroup(group) {
    const mine = levers.filter((lever) => lever.group === group.key);
    const made = (lever) => {
      const part = control(lever, value(lever), (next) => {
        last = lever;
        move({ b: shortOf({ ...changes, [lever.key]: next }, levers) });
      });
      controls.set(lever.key, part);
      return part.node;
    };
    const more = mine.filter((lever) => !lever.main);
    return h(
      "fieldset",
      {},
      h("legend", {}, t(group.label)),
      mine.filter((lever) => lever.main).map(made),
      more.length
        ? h(
            "details",
            { class: "more", open: more.some((lever) => lever.key in changes) },
            h("summary", {}, t("More rules: {group}", { group: t(group.label) })),
            more.map(made),
          )
        : null,
    );
  }

  function value(lever) {
    return lever.key in changes ? changes[lever.key] : standing(lever, changes);
  }

  async function copy() {
    const address = location.href;
    try {
      await navigator.clipboard.writeText(address);
      setText(copied, t("The link is copied. It opens exactly this comparison."));
    } catch {
      const field = h("input", { type: "text", readonly: true, value: address, "aria-label": t("Link") });
      replace(copied, t("Copy this link:"), " ", field);
      field.select();
    }
  }

  function keepIt() {
    const chosen = name.value.trim();
    if (!chosen) {
      setText(nameSaid, t("Write a name first."));
      name.focus();
      return;
    }
    app.keepDesign(chosen, app.b);
    setText(nameSaid, t("“{name}” is kept on this device.", { name: chosen }));
    lists();
  }

  /** Go to other designs or another outcome, as one step that Back undoes; `far` shows the answer where it is below. */
  function move(parts, far = false) {
    app.moveTo(parts);
    moved();
    if (far) answers.querySelector("h2").scrollIntoView({ block: "start" });
  }

  /** Show what the address now says. */
  function moved() {
    changes = changesOf(app.b, levers);
    for (const lever of levers) controls.get(lever.key)?.set(value(lever));
    asked.value = app.headline;
    lists();
    stale();
    soon();
  }

  const soon = steadily(() => run(), PAUSE);

  function lists() {
    listDesigns(app, sideA, app.a);
    listDesigns(app, sideB, app.b);
    undo.disabled = !(history.state?.step > 0);
  }

  function stale() {
    runs.stop();
    answers.setAttribute("aria-busy", "true");
    status.className = "status waiting";
    setText(status, t("These figures belong to the design before. The new ones are on their way."));
    pin(null);
  }

  const runs = refining(app, status, { shown: show, missing: stale });

  function run() {
    runs.run(app.a, app.b);
  }

  /** Say on the bar at the foot of a narrow screen what was moved and what it gives; nothing of a design before. */
  function pin(found) {
    const moved_ = last && last.key in changes ? `${t(last.label)}: ${leverText(last, changes[last.key])}` : "";
    const result = found ? `${found.label}: ${found.value} ${found.unit} (${found.band})` : t("The new figures are on their way.");
    replace(pinned, moved_ ? h("span", {}, moved_) : null, h("strong", {}, result));
  }

  function show(next, aloud) {
    figures = next;
    answers.removeAttribute("aria-busy");
    const found = next.answer.headlines[app.headline] ?? Object.values(next.answer.headlines)[0];
    const guessed = next.kind === "estimated";
    const names = [app.nameOf(app.a), app.nameOf(app.b)];
    replace(
      big,
      h("p", { class: `value is-${found.verdict.replaceAll(" ", "-")}` }, h("strong", {}, found.value), " ", h("span", {}, `${found.unit}, ${found.when}`), guessed ? h("span", { class: "badge" }, t("estimate")) : null),
      h("p", { class: "sentences" }, said(found)),
      h(
        "dl",
        { class: "sides" },
        found.sides.map(({ letter, value: level, band }, k) => [
          h("dt", { class: `letter side-${letter}` }, `${letter}, ${names[k]}`),
          h("dd", {}, level, band ? ` (${t("9 of 10: {interval}", { interval: band })})` : ""),
        ]),
      ),
    );
    replace(notes, [found.note, ...next.answer.notes].filter(Boolean).map((text) => h("p", { class: "hint" }, text)));
    setText(contracts, t("Contracts a year with this grant and budget: {number}.", { number: written(next.designs[1].contracts) }));
    line.update(next);
    view.update(next);
    tales.set(app.a, app.b);
    pin(guessed ? { ...found, label: `${found.label} – ${t("estimate")}` } : found);
    if (!isHidden() && aloud) {
      announce(`${said(found)} ${guessed || next.stage === "complete" ? progress(next) : ""}`.trim());
    }
  }

  function isHidden() {
    return Boolean(app.room?.hidden && app.room.you.role === "member");
  }

  function room() {
    const away = isHidden();
    hidden.hidden = !away;
    answers.hidden = away;
    pinned.hidden = away;
    lists();
    const spot = app.room?.designs.find((design) => design.number === app.room.spotlight);
    if (app.otherModel)
      setText(note, t("This link was made with another version of the model; its figures may differ."));
    else if (spot && spot.design.short !== app.b) {
      replace(
        note,
        t("The facilitator shows the design “{name}”.", { name: spot.name }),
        " ",
        button(t("Open it as B"), () => {
          move({ b: spot.design.short });
          replace(note);
          note.hidden = true;
        }),
      );
    } else replace(note);
    note.hidden = !note.textContent;
  }

  setAbout(() => [
    `A: ${app.nameOf(app.a)}. B: ${app.nameOf(app.b)}.`,
    t("Kelishim, model {model}: {draws} runs, one simulated family for {scale} real ones. {basis}", {
      model: health.model,
      draws: figures?.draws ?? 0,
      scale: written(health.scale),
      basis: t(health.basis.text),
    }),
  ]);
  lists();
  room();
  return {
    node,
    room,
    moved,
    answer: () => answers.querySelector("h2"),
    shown: run,
    leave: () => {
      runs.stop();
      soon.stop();
    },
  };
}
