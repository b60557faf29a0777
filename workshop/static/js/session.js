// The session on this device: joining, following its state and its rounds, leaving.

import { keep } from "./keep.js";
import { announce } from "./live.js";
import { roundName, roundScreen, roundTask } from "./rounds.js";
import { ask, followRoom } from "./server.js";
import { t } from "./words.js";

/** Return {joined, leave, take}; `changed(before)` is called after every change of the room. */
export function session(app, changed) {
  let end = null;

  /** Take part in a room from now on; its question is loaded as A and B. */
  function joined(state) {
    app.code = state.code;
    keep("room", state.code);
    end?.();
    app.room = null;
    if (state.you.role === "member") load(state);
    take(state);
    end = followRoom(state.code, take, () => leave());
  }

  function load(state) {
    const [a, b] = state.question.map((design) => design.short);
    app.setSide("a", a);
    app.setSide("b", b);
  }

  /** Leave the room on this device; what was submitted stays with the facilitator. */
  function leave() {
    const before = app.room;
    if (before?.you.role === "member") {
      ask(`/api/rooms/${encodeURIComponent(before.code)}/leave`, { method: "POST", body: {} }).catch(() => null);
    }
    end?.();
    end = null;
    app.room = null;
    app.code = "";
    keep("room", "");
    changed(before);
  }

  function take(state) {
    if (app.room && app.room.code === state.code && state.version < app.room.version) return;
    const before = app.room;
    app.room = state;
    app.ends = state.timer === null ? null : performance.now() + 1000 * state.timer;
    changed(before);
    if (before && state.you.role === "member") follow(before, state);
  }

  function follow(before, now) {
    const asked = (state) => [...state.question.map((design) => design.short), state.outcome].join("&");
    if (asked(before) !== asked(now)) {
      const own = app.b !== before.question[1].short && app.b !== "today";
      if (!own) load(now);
      announce(t("The facilitator asks another question."));
    }
    if (before.round === now.round) return;
    announce(`${roundName(now.round)}. ${roundTask(now.round)}`);
    const typing = document.activeElement?.matches("input[type=text], textarea") && document.activeElement.value;
    const wanted = roundScreen(now.round);
    const stays = ["briefing", "debate"].includes(now.round) && app.screen !== "predict";
    if (app.follows && !typing && !stays && app.screen !== wanted) app.go(wanted);
  }

  return { joined, leave, take };
}
