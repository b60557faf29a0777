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
  const ids = new URLSearchParams(location.search).has("ids"); // reviewers see the identifier of each message
  const query = ids ? "?ids=1" : "";
  const answer = await fetch(`/api/languages/${chosen}${query}`).catch(() => null); // of English, the words of the country
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

const CATEGORIES = { en: ["one", "other"], ky: ["one", "other"], ru: ["one", "few", "many"] };
const NO_NUMBER = 5; // what a word without a number is written for, as in experiments/plurals.py

/** Return the plural category of a number, or of a number as it is written; "other" for anything else. */
function category(value) {
  const bare = String(value).replace(/[\s\u00a0\u202f+−-]/g, "");
  const number = Number(code === "en" ? bare.replaceAll(",", "") : bare.replace(",", "."));
  if (bare === "" || !Number.isFinite(number) || /[.,]/.test(code === "en" ? bare.replaceAll(",", "") : bare)) return "other";
  return CATEGORIES[code][PLURAL[code](number)];
}

/** Return a text with the forms that belong to its numbers: {count, plural, one {# family} other {# families}}. */
function chosen(text, values) {
  let out = text;
  for (let at = out.indexOf(", plural,"); at >= 0; at = out.indexOf(", plural,")) {
    const start = out.lastIndexOf("{", at);
    const forms = {};
    let place = at + 9,
      close = place;
    while (out[place] !== "}" && place < out.length) {
      const open = out.indexOf("{", place);
      if (open < 0) return out;
      let depth = 0;
      for (close = open; close < out.length; close += 1) {
        depth += out[close] === "{" ? 1 : out[close] === "}" ? -1 : 0;
        if (!depth) break;
      }
      forms[out.slice(place, open).trim()] = out.slice(open + 1, close);
      place = close + 1;
      while (out[place] === " ") place += 1;
    }
    const value = values?.[out.slice(start + 1, at).trim()] ?? NO_NUMBER;
    const form = forms[category(value)] ?? forms.other ?? "";
    out = out.slice(0, start) + form.replaceAll("#", String(value)) + out.slice(place + 1);
  }
  return out;
}

function put(source, values) {
  const text = chosen(source, values);
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : text;
}

/** Return a text in the language in use, with values for its {placeholders}. */
export function t(text, values) {
  const found = messages[text];
  return put(typeof found === "string" && found ? found : text, values);
}

/**
 * Return a unit in the language in use, as it stands behind a number, or alone without one; "share of staff" stands for
 * "% of staff" where figures are in percent.
 */
export function unitWord(unit, number = NO_NUMBER) {
  return put(messages[`unit|${unit}`] || unit, { n: number });
}

/** Return a unit as it follows "from ... to": in the genitive, which for whole numbers but one is the form of many. */
export function unitUpTo(unit, number) {
  return unitWord(unit, category(number) === "one" ? 0.5 : NO_NUMBER);
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
