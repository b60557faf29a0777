// Wall: the session for a projector. One large thing at a time; the facilitator steers, everybody looks.

import { changesOf } from "../address.js";
import { designBars, guessBars, legend, pictured, shareBar, winner } from "../standing.js";
import { invitation } from "../desk.js";
import { button, h, replace } from "../dom.js";
import { differences } from "../levers.js";
import { roundName, roundTask } from "../rounds.js";
import { ask } from "../server.js";
import { timer } from "../timer.js";
import { t, tn } from "../words.js";

export function wall(app) {
  const top = h("div", { class: "wall-top" });
  const stage = h("div", { class: "wall-stage" });
  const error = h("p", { class: "error", role: "alert" });
  let picture = null,
    live = false;
  const node = h("div", { class: "wall" }, top, error, stage);
  const runs = pictured(app, (found) => {
    picture = found;
    update();
  });

  function update() {
    const state = app.room;
    if (!state) {
      replace(top, h("h1", { tabindex: "-1" }, t("Projector view")));
      replace(
        stage,
        h("p", {}, t("You are not in a session yet.")),
        h("p", {}, h("a", { href: app.link("room"), "data-screen": "room", class: "as-button" }, t("Go to the room"))),
      );
      return;
    }
    const focus = document.activeElement?.dataset?.wall;
    replace(
      top,
      h("h1", { tabindex: "-1" }, state.title),
      h("p", { class: "wall-round" }, roundName(state.round)),
      timer(app),
      h("p", { class: "wall-code" }, t("code {code}", { code: state.code })),
      controls(state),
    );
    replace(stage, scene(state));
    if (focus) (top.querySelector(`[data-wall="${focus}"]`) ?? top.querySelector("a"))?.focus();
    runs.update();
  }

  function controls(state) {
    const next = state.rounds[state.rounds.indexOf(state.round) + 1];
    const leads = state.you.role === "facilitator";
    return h(
      "div",
      { class: "buttons" },
      leads && next
        ? button(t("Next: {round}", { round: roundName(next) }), () => step({ round: next }), { "data-wall": "next" })
        : null,
      leads && state.round === "vote"
        ? button(live ? t("Hide the votes until the vote is closed") : t("Show the votes as they come in"), toggle, {
            "data-wall": "live",
            "aria-pressed": String(live),
          })
        : null,
      document.fullscreenEnabled
        ? button(t("Full screen"), () => document.documentElement.requestFullscreen?.().catch(() => null), {
            "data-wall": "full",
          })
        : null,
      h("a", { href: app.link("room"), "data-screen": "room", "data-wall": "back" }, t("Back to the desk")),
    );
  }

  function toggle() {
    live = !live;
    update();
  }

  let busy = false;
  async function step(body) {
    if (busy) return;
    busy = true;
    try {
      app.took(await ask(`/api/rooms/${app.room.code}`, { method: "PATCH", body }));
      replace(error);
    } catch (problem) {
      replace(error, problem.message);
    }
    setTimeout(() => {
      busy = false;
    }, 600);
  }

  function scene(state) {
    switch (state.round) {
      case "briefing":
        return [invitation(state, 460), people(state)];
      case "predict":
        return [question(state), guessing(state)];
      case "reveal":
        return [
          question(state),
          picture && !picture.hidden ? guessBars(picture) : h("p", {}, t("The figures of these two designs are on their way.")),
        ];
      case "debate":
        return [h("p", { class: "task" }, roundTask(state.round)), submitted(state)];
      case "vote":
        return [voting(state), live && picture ? designBars(picture) : submitted(state)];
      default:
        return picture ? [h("p", { class: "finding" }, winner(picture)), h("p", {}, legend(picture)), designBars(picture)] : [];
    }
  }

  function people(state) {
    return h("ul", { class: "chips" }, state.groups.map((group) => h("li", {}, group.name)));
  }

  function question(state) {
    const [a, b] = state.question.map((design) => changesOf(design.short, app.start.levers));
    const rows = differences(app.start.levers, a, b);
    return h(
      "section",
      {},
      h(
        "h2",
        {},
        t("How does design B change “{outcome}”, compared with A?", {
          outcome: t(app.start.outcomes[state.outcome].label),
        }),
      ),
      h(
        "ul",
        {},
        rows.map((row) => h("li", {}, t("{lever}: A {a}, B {b}", { lever: t(row.lever.label), a: row.a, b: row.b }))),
      ),
    );
  }

  function counted(count, whole, text) {
    return h("div", { class: "live-bar" }, h("p", {}, text), shareBar(count, whole));
  }

  function guessing(state) {
    const done = state.groups.filter((group) => group.predicted).length;
    return counted(
      done,
      state.groups.length,
      tn("{done} of {count} group has guessed.", "{done} of {count} groups have guessed.", state.groups.length, { done }),
    );
  }

  function voting(state) {
    return counted(
      state.voted,
      state.devices,
      tn("{voted} of {count} phone has voted.", "{voted} of {count} phones have voted.", state.devices, {
        voted: state.voted,
      }),
    );
  }

  function submitted(state) {
    const groups = new Map(state.groups.map((group) => [group.number, group.name]));
    return state.designs.length
      ? h(
          "ul",
          { class: "wall-designs" },
          state.designs.map((design) =>
            h(
              "li",
              { class: design.number === state.spotlight ? "spot" : null },
              h("strong", {}, design.name),
              ` (${groups.get(design.group) ?? t("facilitator")})`,
            ),
          ),
        )
      : h("p", {}, t("No group has submitted a design yet."));
  }

  update();
  return { node, room: update, leave: runs.stop };
}
