// Explore: levers on one side, what they do on the other.

import { changesOf, shortOf } from "../address.js";
import { button, h, replace, select, setText, steadily } from "../dom.js";
import { control } from "../levers.js";
import { announce } from "../live.js";
import { between, quantity, scaleOf, written } from "../numbers.js";
import { listDesigns, refining } from "../pair.js";
import { progressLine, results } from "../results.js";
import { difference, level, progress } from "../sentences.js";
import { plain, t } from "../words.js";
import { stories } from "../stories.js";

const PAUSE = 120; // milliseconds without a movement before the last of many is asked; the first is asked at once

export function explore(app) {
  const { levers, groups } = app.start;
  let changes = changesOf(app.b, levers);
  const past = [];
  const controls = new Map();
  const line = progressLine();
  const status = h("p", { class: "status" });
  const sentences = h("div", { class: "sentences" });
  const pinned = h("p", { class: "pinned", "aria-hidden": "true" });
  const contracts = h("p", { class: "contracts" });
  const view = results(app);
  const tales = stories(app);
  const hidden = h("p", { class: "notice" }, t("The facilitator has hidden the results for now."));
  const answers = h(
    "div",
    { class: "answers" },
    h("h2", {}, t("Net jobs")),
    sentences,
    line.node,
    status,
    view.node,
    tales.node,
  );
  const undo = button(
    t("Undo"),
    () => {
      const before = past.pop();
      if (before) put(before, false);
      undo.disabled = !past.length;
    },
    { disabled: true },
  );
  const note = h("p", { class: "notice" });

  const sideA = select(
    [],
    app.a,
    (short) => {
      app.setSide("a", short);
      run();
    },
    { id: "side-a" },
  );
  const sideB = select(
    [],
    app.b,
    (short) => {
      if (short !== "–") put(changesOf(short, levers));
    },
    { id: "side-b" },
  );
  const name = h("input", { type: "text", id: "design-name", maxlength: 40, autocomplete: "off" });
  const nameSaid = h("p", { class: "hint", role: "status" });

  const node = h(
    "div",
    { class: "explore" },
    h("h1", { tabindex: "-1" }, t("What would another rule change?")),
    h(
      "p",
      { class: "lead" },
      plain(
        t(
          "Design A is compared with design B on the same simulated country, with the same luck. Move the levers: B follows.",
        ),
        t("You see two designs: A and B. Move the levers. B changes."),
      ),
    ),
    note,
    h(
      "div",
      { class: "columns" },
      h(
        "section",
        { class: "levers", "aria-labelledby": "levers-heading" },
        h("h2", { id: "levers-heading" }, t("Levers")),
        h("p", { class: "pair" }, h("label", { for: "side-a", class: "letter side-A" }, t("A is")), sideA),
        h("p", { class: "pair" }, h("label", { for: "side-b", class: "letter side-B" }, t("B is")), sideB),
        h(
          "div",
          { class: "buttons" },
          undo,
          button(t("Back to today’s law"), () => put({})),
          button(t("Make B the new A"), () => {
            app.setSide("a", app.b);
            lists();
            run();
          }),
        ),
        contracts,
        groups.map((group) => leverGroup(group)),
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
      h("section", { class: "answer", "aria-label": t("Results") }, hidden, answers),
    ),
    pinned,
  );

  function leverGroup(group) {
    const mine = levers.filter((lever) => lever.group === group.key);
    const made = (lever) => {
      const part = control(lever, lever.key in changes ? changes[lever.key] : lever.today, (value) => {
        put({ ...changes, [lever.key]: value });
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
            h("summary", {}, t("More levers")),
            more.map(made),
          )
        : null,
    );
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

  function put(next, remember = true) {
    if (remember) {
      past.push(changes);
      undo.disabled = false;
    }
    changes = Object.fromEntries(
      Object.entries(next).filter(
        ([key, value]) => String(value) !== String(levers.find((lever) => lever.key === key)?.today),
      ),
    );
    app.setSide("b", shortOf(changes, levers));
    for (const lever of levers) controls.get(lever.key)?.set(lever.key in changes ? changes[lever.key] : lever.today);
    lists();
    stale();
    soon();
  }

  const soon = steadily(() => run(), PAUSE);

  function lists() {
    listDesigns(app, sideA, app.a);
    listDesigns(app, sideB, app.b);
  }

  function stale() {
    runs.stop();
    answers.setAttribute("aria-busy", "true");
    status.className = "status waiting";
    setText(status, t("These figures belong to the design before. The new ones are on their way."));
  }

  const runs = refining(app, status, { shown: show, missing: stale });

  function run() {
    runs.run(app.a, app.b);
  }

  function show(figures, aloud) {
    answers.removeAttribute("aria-busy");
    const names = [app.nameOf(app.a), app.nameOf(app.b)];
    const [a, b] = figures.outcomes.net_jobs,
      change = figures.differences?.net_jobs?.[1];
    const words = [level("A", names[0], a, "jobs"), level("B", names[1], b, "jobs"), difference(change, "jobs")];
    replace(
      sentences,
      words.map((text, k) => h("p", { class: ["side-A-text", "side-B-text", "apart"][k] }, text)),
    );
    setText(
      contracts,
      t("Contracts a year with this grant and budget: {number}.", { number: written(figures.designs[1].contracts) }),
    );
    line.update(figures);
    view.update(figures, names);
    tales.set(app.a, app.b);
    const scale = scaleOf([b.median, b.low ?? 0, b.high ?? 0], "jobs");
    const guessed = figures.kind === "estimated";
    const kind = guessed ? ` – ${t("estimate")}` : "";
    setText(pinned, `${t("Net jobs")}, B: ${quantity(b.median, scale)} (${between(b.low, b.high, scale)})${kind}`);
    if (!isHidden() && aloud) {
      announce(
        `${t("Net jobs")}. ${words[1]} ${words[2]} ${guessed || figures.stage === "complete" ? progress(figures) : ""}`.trim(),
      );
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
          put(changesOf(spot.design.short, levers));
          replace(note);
          note.hidden = true;
        }),
      );
    } else replace(note);
    note.hidden = !note.textContent;
  }

  lists();
  room();
  return {
    node,
    room,
    shown: run,
    leave: () => {
      runs.stop();
      soon.stop();
    },
  };
}
