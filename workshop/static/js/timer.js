// A timer that the facilitator sets: it counts down by itself and is said aloud at one minute and at the end.

import { h, setText } from "./dom.js";
import { announce } from "./live.js";
import { t } from "./words.js";

let ticking = 0;
let toldAt = null;

/** Return seconds as minutes and seconds: 4:05. */
export function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Return an element that shows what is left of the timer; nothing while none is set. */
export function timer(app) {
  const node = h("span", { class: "timer", role: "timer", "aria-label": t("Time left") });
  show(app, node);
  clearInterval(ticking);
  ticking = setInterval(() => {
    for (const each of document.querySelectorAll(".timer")) show(app, each);
    tell(app);
  }, 500);
  return node;
}

function left(app) {
  return app.room && app.ends !== null && app.ends !== undefined ? (app.ends - performance.now()) / 1000 : null;
}

function show(app, node) {
  const seconds = left(app);
  node.hidden = seconds === null;
  setText(node, seconds === null ? "" : seconds <= 0 ? t("time is up") : clock(seconds));
}

function tell(app) {
  const seconds = left(app);
  if (seconds === null) {
    toldAt = null;
    return;
  }
  const now = seconds <= 0 ? 0 : seconds <= 60 ? 60 : null;
  if (now === toldAt) return;
  toldAt = now;
  if (now === 0) announce(t("Time is up."));
  else if (now === 60) announce(t("One minute is left."));
}
