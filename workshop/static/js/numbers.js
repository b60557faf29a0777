// Numbers for people. Everything that shows a figure rounds it here, so that a headline and a chart never differ.
// The browser has no Kyrgyz numbers; both Kyrgyz and Russian write 1 234,5 and the signs are set here for all three.

import { language, t, tn, unitUpTo, unitWord } from "./words.js";

export const MISSING = "–";
const COUNTED = new Set([
  "jobs",
  "persons",
  "people",
  "families",
  "households",
  "contracts",
  "seats",
  "job-years",
  "person-years",
  "employers",
  "full-time equivalents",
]);
const LARGE = [
  [1e9, 1e9, "billion"],
  [1e6, 1e6, "million"],
  [1e5, 1e3, "thousand"],
];
const MANY = [[1e7, 1e6, "million"]]; // what is counted is written out in full up to here

/** Return how a row of figures of one unit is written: divisor, size word and decimals (below 0: rounded to tens). */
export function scaleOf(values, unit) {
  const sizes = values.filter(Number.isFinite).map(Math.abs);
  const largest = sizes.length ? Math.max(...sizes) : 0;
  if (unit.startsWith("share")) {
    return { divisor: 0.01, size: "", unit, decimals: largest >= 10 ? 0 : largest >= 0.01 ? 1 : 2 };
  }
  const steps = COUNTED.has(unit) ? MANY : LARGE;
  const [, divisor, size] = steps.find(([least]) => largest >= least) ?? [0, 1, ""];
  const scaled = largest / divisor;
  const digits = scaled > 0 ? Math.floor(Math.log10(scaled)) + 1 : 1;
  let decimals = digits <= 3 ? Math.min(3 - digits, 2) : Math.min(0, 4 - digits);
  if (COUNTED.has(unit) && divisor === 1 && largest >= 10) decimals = Math.min(decimals, 0);
  return { divisor, size, unit, decimals };
}

/** Return a value rounded half away from zero; the same three operations as `rounded` in experiments/language.py. */
export function rounded(value, decimals = 0) {
  const factor = 10 ** decimals;
  return (Math.sign(value) * Math.floor(Math.abs(value) * factor + 0.5)) / factor + 0;
}

/** Return a number in the signs of the language, with so many decimals. */
export function written(value, decimals = 0, signed = false) {
  if (!Number.isFinite(value)) return MISSING;
  const near = rounded(value, decimals);
  const [whole, part] = Math.abs(near).toFixed(Math.max(0, decimals)).split(".");
  const english = language() === "en";
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, english ? "," : "\u00a0");
  const sign = near < 0 ? "−" : signed && near > 0 ? "+" : "";
  return sign + grouped + (part ? (english ? "." : ",") + part : "");
}

/** Return a figure of a scale without its unit. */
export function figure(value, scale, signed = false) {
  return value === null || value === undefined ? MISSING : written(value / scale.divisor, scale.decimals, signed);
}

/** Return the unit of a scale for the head of a column or an axis: "million som", "% of staff". */
export function unitOf(scale) {
  if (scale.unit.startsWith("share")) return percentOf(scale.unit);
  const unit = unitWord(scale.unit);
  if (scale.size === "billion") return t("billion {unit}", { unit });
  if (scale.size === "million") return t("million {unit}", { unit });
  return scale.size === "thousand" ? t("thousand {unit}", { unit }) : unit;
}

/** Return the unit of a share that is written in percent: "% of staff" for "share of staff". */
export function percentOf(unit) {
  return unitWord(`%${unit.slice(5)}`);
}

/** Return a figure with its unit, the noun in the form that the number asks for. */
export function quantity(value, scale, signed = false) {
  const n = figure(value, scale, signed);
  if (n === MISSING) return MISSING;
  if (scale.unit.startsWith("share")) return `${n}\u00a0%`;
  if (scale.size) return `${n}\u00a0${unitOf(scale)}`;
  const count = rounded(value / scale.divisor, scale.decimals);
  switch (scale.unit) {
    case "jobs":
      return tn("{count} job", "{count} jobs", count, { count: n });
    case "persons":
    case "people":
      return tn("{count} person", "{count} people", count, { count: n });
    case "families":
      return tn("{count} family", "{count} families", count, { count: n });
    case "contracts":
      return tn("{count} contract", "{count} contracts", count, { count: n });
    case "som":
      return tn("{count} som", "{count} som", count, { count: n });
    default:
      return `${n}\u00a0${unitWord(scale.unit, n)}`;
  }
}

/** Return an interval in words. */
export function between(low, high, scale, signed = false) {
  const first = figure(low, scale, signed),
    second = figure(high, scale, signed);
  if (first === MISSING || second === MISSING) return MISSING;
  return first === second ? first : t("{low} to {high}", { low: first, high: second });
}

/** Return an interval in words, its unit behind the second number. */
export function span(low, high, scale, signed = false) {
  return t("{low} to {high}", { low: figure(low, scale, signed), high: upTo(high, scale, signed) });
}

/** Return the second figure of an interval with its unit, in the form that follows "from ... to" in every language. */
export function upTo(value, scale, signed = false) {
  const n = figure(value, scale, signed);
  if (scale.unit.startsWith("share")) return `${n}\u00a0%`;
  return scale.size ? `${n}\u00a0${unitOf(scale)}` : `${n}\u00a0${unitUpTo(scale.unit, n)}`;
}

/** Return a month: "March 2027" for "2027-03". */
export function month(text, short = false) {
  const [year, number] = text.split("-");
  if (short) return year;
  switch (Number(number)) {
    case 1:
      return t("January {year}", { year });
    case 2:
      return t("February {year}", { year });
    case 3:
      return t("March {year}", { year });
    case 4:
      return t("April {year}", { year });
    case 5:
      return t("May {year}", { year });
    case 6:
      return t("June {year}", { year });
    case 7:
      return t("July {year}", { year });
    case 8:
      return t("August {year}", { year });
    case 9:
      return t("September {year}", { year });
    case 10:
      return t("October {year}", { year });
    case 11:
      return t("November {year}", { year });
    default:
      return t("December {year}", { year });
  }
}

/** Return the number that a person typed, with a comma or a point, spaces allowed; NaN where it is none. */
export function typed(text) {
  let bare = text
    .replace(/[\s\u00a0\u202f]/g, "")
    .replace(/%$/, "")
    .replace("−", "-");
  const thousands = language() === "en" && /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(bare);
  bare = thousands ? bare.replaceAll(",", "") : bare.replace(",", ".");
  return bare === "" || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(bare) ? NaN : Number(bare);
}

/** Return round numbers for an axis from low to high, about `count` of them. */
export function ticks(low, high, count = 5) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((k) => k >= raw);
  const first = Math.floor(low / step) * step,
    last = Math.ceil(high / step) * step;
  const out = [];
  for (let k = 0; first + k * step <= last + step / 2; k += 1) out.push(Number((first + k * step).toPrecision(12)));
  return out;
}
