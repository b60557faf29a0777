// What figures mean, in sentences: the same ones are read, heard and used as titles of charts.

import { figure, quantity, scaleOf, span, upTo } from "./numbers.js";
import { isEasy, t } from "./words.js";

/** Tell whether people count the unit (more, fewer) or measure it (higher, lower). */
export function counted(unit) {
  return ["jobs", "persons", "families", "contracts", "person-years", "job-years"].includes(unit);
}

/** Return the sentence of one design: its figure and how sure it is. */
export function level(letter, name, spread, unit) {
  if (!spread || spread.median === null) return t("{letter}, {name}: no figure.", { letter, name });
  const scale = scaleOf([spread.median, spread.low ?? 0, spread.high ?? 0], unit);
  const value = quantity(spread.median, scale);
  if (spread.low === null)
    return t("{letter}, {name}: about {value}. The first runs are too few to say how sure this is.", {
      letter,
      name,
      value,
    });
  const low = figure(spread.low, scale),
    high = upTo(spread.high, scale);
  if (low === figure(spread.high, scale)) return t("{letter}, {name}: {value} in all runs.", { letter, name, value });
  return isEasy()
    ? t("{letter}, {name}: about {value}. It can be as low as {low}. It can be as high as {high}.", {
        letter,
        name,
        value,
        low,
        high,
      })
    : t("{letter}, {name}: about {value}; in 9 of 10 runs between {low} and {high}.", {
        letter,
        name,
        value,
        low,
        high,
      });
}

/** Return the sentence of the paired difference of B to A. */
export function difference(change, unit, first = "A", second = "B") {
  const names = { first, second };
  if (!change || change.verdict === "undefined") return t("{first} and {second} have no common figure.", names);
  if (change.verdict === "the same") return t("{first} and {second} are the same here.", names);
  if (change.verdict === "too early" || change.low === null)
    return t("Too early to tell {first} and {second} apart.", names);
  const scale = scaleOf([change.median, change.low, change.high], unit);
  const interval = span(change.low, change.high, scale, true);
  if (change.verdict === "cannot be told apart") {
    if (!isEasy() && (change.low > 0 || change.high < 0)) {
      return t(
        "{first} and {second} cannot be told apart for certain: {second} less {first} is {interval} in these runs, but other runs could give zero.",
        { ...names, interval },
      );
    }
    return isEasy()
      ? t("We cannot say which one has more, {first} or {second}.", names)
      : t("{first} and {second} cannot be told apart: {second} less {first} is {interval}.", { ...names, interval });
  }
  const up = change.verdict === "more";
  const size = Math.abs(change.median);
  const many =
    change.more_in === null || change.more_in === undefined ? null : up ? change.more_in : 20 - change.more_in;
  const values = { ...names, value: quantity(size, scale), interval, number: many };
  if (isEasy() || many === null) {
    if (counted(unit))
      return up
        ? t("{second} gives more than {first}: about {value} more.", values)
        : t("{second} gives fewer than {first}: about {value} fewer.", values);
    return up
      ? t("{second} is higher than {first}: about {value} higher.", values)
      : t("{second} is lower than {first}: about {value} lower.", values);
  }
  if (counted(unit)) {
    return up
      ? t("{second} gives more than {first} in {number} of 20 runs: about {value} more ({interval}).", values)
      : t("{second} gives fewer than {first} in {number} of 20 runs: about {value} fewer ({interval}).", values);
  }
  return up
    ? t("{second} is higher than {first} in {number} of 20 runs: by about {value} ({interval}).", values)
    : t("{second} is lower than {first} in {number} of 20 runs: by about {value} ({interval}).", values);
}

/** Return a verdict of a table in one word or two. */
export function verdict(change, unit) {
  switch (change?.verdict) {
    case "more":
      return counted(unit) ? t("more") : t("higher");
    case "fewer":
      return counted(unit) ? t("fewer") : t("lower");
    case "the same":
      return t("the same");
    case "cannot be told apart":
      return change.low > 0 || change.high < 0
        ? t("cannot be told apart: other runs could give zero")
        : t("cannot be told apart");
    case "too early":
      return t("too early to tell");
    default:
      return t("no figure");
  }
}

/** Return the probability that the second design is better, without false certainty. */
export function chance(change, draws) {
  if (change?.better === null || change?.better === undefined) return "–";
  const least = Math.max(1, Math.ceil(100 / Math.max(1, draws)));
  const percent = Math.floor(100 * change.better + 0.5);
  if (percent > 100 - least) return `> ${100 - least}\u00a0%`;
  return percent < least ? `< ${least}\u00a0%` : `${percent}\u00a0%`;
}

/** Return what an estimate is, and how far such estimates miss. */
export function estimate(figures) {
  const error = figures.error.net_jobs;
  return [
    t(figures.interval.text),
    error === undefined
      ? ""
      : t("Nine in ten such estimates are off by less than {error}.", {
          error: quantity(error, scaleOf([error], "jobs")),
        }),
  ]
    .join(" ")
    .trim();
}

/** Return how far the runs are. */
export function progress(figures) {
  if (figures.kind === "estimated") return t("An estimate; no run of this design is in yet.");
  const values = { draws: figures.draws, of: figures.of };
  return figures.stage === "complete"
    ? t("All {of} paired runs are in.", values)
    : t("{draws} of {of} paired runs; the range narrows as more come in.", values);
}
