// Languages: every word of the page comes through t() or tn(); English is the source, the others are catalogues.

export const LANGUAGES = [
  ["ky", "Кыргызча"],
  ["ru", "Русский"],
  ["en", "English"],
];

let code = "en";
let messages = {};
let easy = false;

/** Plural form by language: an index into the forms of a catalogue; fractions take the form of few in Russian. */
const PLURAL = {
  en: (n) => (n === 1 ? 0 : 1),
  ky: (n) => (n === 1 ? 0 : 1),
  ru: (n) => {
    if (!Number.isInteger(n)) return 1;
    const ten = n % 10,
      hundred = n % 100;
    if (ten === 1 && hundred !== 11) return 0;
    return ten >= 2 && ten <= 4 && !(hundred >= 12 && hundred <= 14) ? 1 : 2;
  },
};

/** Use a language; its catalogue is fetched. */
export async function use(language) {
  const chosen = LANGUAGES.some(([known]) => known === language) ? language : "en";
  const answer = await fetch(`/api/languages/${chosen}`).catch(() => null); // of English, the words of the country
  if (!answer?.ok && chosen !== "en") return false;
  messages = answer?.ok ? (await answer.json()).messages : {};
  code = chosen;
  document.documentElement.lang = chosen;
  return true;
}

/** Return the language in use. */
export function language() {
  return code;
}

/** Switch short sentences on or off. */
export function setEasy(on) {
  easy = on;
}

/** Tell whether short sentences are wanted. */
export function isEasy() {
  return easy;
}

function put(text, values) {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : text;
}

/** Return a text in the language in use, with values for its {placeholders}. */
export function t(text, values) {
  const found = messages[text];
  return put(typeof found === "string" && found ? found : text, values);
}

/** Return a unit in the language in use; "share of staff" stands for "% of staff" where figures are in percent. */
export function unitWord(unit) {
  return messages[`unit|${unit}`] || unit;
}

/** Return a text that depends on a count; `{count}` is the count, or as it is written in `values`. */
export function tn(one, many, count, values = {}) {
  const found = messages[one];
  const size = Math.abs(count);
  const forms = Array.isArray(found) ? found : [one, many];
  const form = (Array.isArray(found) ? PLURAL[code] : PLURAL.en)(size);
  return put(forms[Math.min(form, forms.length - 1)], { count, ...values });
}

/** Return one of two texts: the short one in easy-read mode. */
export function plain(long, short) {
  return easy ? short : long;
}

/** Return the language a reader most likely wants. */
export function preferred() {
  for (const wish of navigator.languages ?? [navigator.language]) {
    const stem = String(wish).slice(0, 2).toLowerCase();
    if (LANGUAGES.some(([known]) => known === stem)) return stem;
  }
  return "ky";
}
