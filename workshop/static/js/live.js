// One live region for the whole page. Results are said once, after a pause, and never twice in the same words.

import { later, setText } from "./dom.js";

const PAUSE = 700; // milliseconds
let region = null;
let said = "";

const speak = later((text) => {
  if (!region || text === said) return;
  said = text;
  setText(region, text);
}, PAUSE);

/** Take the element that screen readers listen to. */
export function listenTo(element) {
  region = element;
}

/** Say a text after a pause; a later text replaces one that has not been said. */
export function announce(text) {
  speak(text);
}
