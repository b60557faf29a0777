// Sonification: a line is heard as a tone that rises and falls. Always optional, always with the same text beside it.

import { button, h, setText } from "./dom.js";
import { announce } from "./live.js";
import { t } from "./words.js";

const SECONDS = 4;
const LOWEST = 220,
  HIGHEST = 880; // hertz: two octaves
let context = null;
let playing = null;

/** Stop whatever is heard. */
export function silence() {
  if (!playing) return;
  try {
    playing.stop();
  } catch {
    /* it had ended by itself */
  }
  playing = null;
}

/** Return the pitch of a value: equal steps of the value are equal steps to the ear. */
export function pitch(value, low, high) {
  const share = high > low ? (value - low) / (high - low) : 0.5;
  return LOWEST * (HIGHEST / LOWEST) ** share;
}

function play(series, low, high) {
  silence();
  context ??= new AudioContext();
  const tone = context.createOscillator(),
    volume = context.createGain();
  const now = context.currentTime + 0.05;
  tone.type = "triangle";
  const frequencies = Float32Array.from(series, (value) => pitch(value, low, high));
  tone.frequency.setValueCurveAtTime(frequencies, now, SECONDS);
  volume.gain.setValueAtTime(0, now);
  volume.gain.linearRampToValueAtTime(0.15, now + 0.05);
  volume.gain.setValueAtTime(0.15, now + SECONDS - 0.1);
  volume.gain.linearRampToValueAtTime(0, now + SECONDS);
  tone.connect(volume).connect(context.destination);
  tone.start(now);
  tone.stop(now + SECONDS);
  playing = tone;
}

/** Return buttons that let each line be heard; `lines()` gives [{letter, median, text}]. Nothing where there is no sound. */
export function soundButtons(lines) {
  if (typeof AudioContext === "undefined") return null;
  const text = h("span", { class: "sound-text" });
  const hear = (k) => {
    const all = lines();
    const values = all.flatMap((line) => line.median);
    if (!all[k]) return;
    play(all[k].median, Math.min(0, ...values), Math.max(...values));
    setText(text, all[k].text);
    announce(all[k].text);
  };
  return h(
    "div",
    { class: "sound", role: "group", "aria-label": t("Sound of the chart") },
    button(t("Hear the line"), () => hear(0)),
    button(t("Stop the sound"), silence),
    text,
  );
}
