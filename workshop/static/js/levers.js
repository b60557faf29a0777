// Levers: a slider and a number field for each parameter, with today's law marked, or a list of choices.

import { standing } from "./address.js";
import { button, field, h, select, setText, unique } from "./dom.js";
import { percentOf, typed, written } from "./numbers.js";
import { t, unitWord } from "./words.js";

/** Tell whether a lever is a share, which people read in percent. */
function isShare(lever) {
  return lever.unit.startsWith("share");
}

function decimalsOf(step) {
  for (let k = 0; k <= 4; k += 1) if (Math.abs(step * 10 ** k - Math.round(step * 10 ** k)) < 1e-9) return k;
  return 4;
}

/** Return a value of a lever for people, without its unit. */
export function valueText(lever, value) {
  if (value === null || value === undefined) return t("not set");
  if (lever.kind === "yes_no") return value ? t("yes") : t("no");
  if (lever.kind === "choice") {
    return t(lever.choices.find((choice) => choice.value === value)?.label ?? String(value));
  }
  if (lever.shown) return written(10 * Math.round((value * lever.shown.factor) / 10));
  const factor = isShare(lever) ? 100 : 1;
  const text = written(value * factor, Math.max(decimalsOf(lever.step * factor), decimalsOf(value * factor)));
  return isShare(lever) ? `${text}\u00a0%` : text;
}

/** Return the unit of a lever for people. */
export function unitText(lever, number = undefined) {
  if (lever.kind !== "number" || !lever.unit || lever.unit === "ratio") return "";
  return isShare(lever) ? percentOf(lever.unit) : unitWord(lever.shown?.unit ?? lever.unit, number);
}

/** Return a value of a lever with its unit. */
export function leverText(lever, value) {
  const text = valueText(lever, value);
  const unit = unitText(lever, text);
  return !unit || isShare(lever) || lever.unit === "ratio" || value === null || value === undefined
    ? text
    : `${text}\u00a0${unit}`;
}

/**
 * Return the control of one lever: {node, set(value)}. `moving(value)` is called while it moves, `moved(value)` when a
 * value stands.
 */
export function control(lever, value, moved) {
  if (lever.kind === "number") return slider(lever, value, moved);
  const options =
    lever.kind === "yes_no"
      ? [
          ["true", t("yes")],
          ["false", t("no")],
        ]
      : lever.choices.map((choice) => [String(choice.value), t(choice.label)]);
  const id = `lever-${lever.key.replaceAll(".", "-")}`;
  const list = select(
    options,
    String(value),
    (chosen) => {
      moved(
        lever.kind === "yes_no"
          ? chosen === "true"
          : lever.choices.find((choice) => String(choice.value) === chosen).value,
      );
      today.update(lever.kind === "yes_no" ? chosen === "true" : chosen);
    },
    { id },
  );
  const today = todayLine(lever, () => {
    set(lever.today);
    moved(lever.today);
  });
  const node = h(
    "div",
    { class: "lever", "data-key": lever.key },
    field(t(lever.label), list, lever.help ? t(lever.help) : null),
    today.node,
  );
  function set(next) {
    list.value = String(next);
    today.update(next);
  }
  today.update(value);
  return { node, set };
}

/** Return the line that says what today's law has, and goes back to it. */
function todayLine(lever, back) {
  const reset = button(t("Back to today"), back, {
    class: "small",
    "aria-label": t("{lever}: back to today", { lever: t(lever.label) }),
  });
  const changed = h("span", { class: "changed" }, t("changed"));
  const node = h(
    "p",
    { class: "today" },
    h("span", {}, t("Today: {value}", { value: leverText(lever, lever.today) })),
    changed,
    reset,
  );
  return {
    node,
    update(value) {
      const same = String(value) === String(lever.today);
      changed.hidden = same;
      reset.hidden = same;
    },
  };
}

function slider(lever, value, moved) {
  const id = `lever-${lever.key.replaceAll(".", "-")}`;
  const factor = isShare(lever) ? 100 : (lever.shown?.factor ?? 1);
  const decimals = lever.shown ? 0 : decimalsOf(lever.step * factor);
  const step = lever.shown ? lever.shown.step / factor : lever.step;
  const high = Math.floor(lever.high / step) * step;
  const errorId = unique("error");
  const range = h("input", {
    type: "range",
    id: `${id}-range`,
    min: lever.low,
    max: high,
    step,
    "aria-labelledby": `${id}-label`,
    oninput: () => show(near(Number(range.value))),
    onchange: () => settle(near(Number(range.value))),
  });
  const number = h("input", {
    type: "text",
    inputmode: "decimal",
    id,
    autocomplete: "off",
    size: 9,
    "aria-describedby": `${id}-today ${errorId}`,
    onchange: () => take(),
  });
  const error = h("p", { class: "error", id: errorId, role: "alert" });
  const today = todayLine(lever, () => {
    set(lever.today);
    moved(lever.today);
  });
  today.node.firstChild.id = `${id}-today`;
  const tick = h("span", { class: "today-mark", "aria-hidden": "true" });
  const share = (lever.today - lever.low) / (lever.high - lever.low || 1);
  if (Number.isFinite(share)) tick.style.setProperty("--share", Math.min(1, Math.max(0, share)));
  else tick.hidden = true;
  const unit = unitText(lever);
  const node = h(
    "div",
    { class: "lever", "data-key": lever.key },
    h("label", { for: id, id: `${id}-label`, class: "lever-name" }, t(lever.label)),
    lever.help ? h("p", { class: "hint" }, t(lever.help)) : null,
    h(
      "div",
      { class: "lever-row" },
      h("span", { class: "track" }, range, tick),
      h("span", { class: "number" }, number, unit ? h("span", { class: "unit" }, unit) : null),
    ),
    today.node,
    error,
  );
  let placed = value;

  /** Return a value as a design writes it. */
  function near(next) {
    return lever.shown ? Number(next.toFixed(decimalsOf(lever.step))) : next;
  }

  function show(next) {
    range.value = next ?? lever.low;
    range.setAttribute("aria-valuetext", leverText(lever, next));
    number.value =
      next === null || next === undefined
        ? ""
        : lever.shown
          ? valueText(lever, next)
          : written(next * factor, Math.max(decimals, decimalsOf(next * factor)));
    number.removeAttribute("aria-invalid");
    setText(error, "");
    today.update(next);
  }

  function settle(next) {
    show(next);
    if (next !== placed) {
      placed = next;
      moved(next);
    }
  }

  function take() {
    const given = typed(number.value);
    const next = near(Number((given / factor).toPrecision(12)));
    if (Number.isFinite(next) && next >= lever.low && next <= lever.high) {
      settle(next);
      return;
    }
    number.setAttribute("aria-invalid", "true");
    setText(
      error,
      t("{lever} is “{value}”; give a number from {low} to {high}.", {
        lever: t(lever.label),
        value: number.value,
        low: leverText(lever, lever.low),
        high: leverText(lever, lever.high),
      }),
    );
  }

  function set(next) {
    placed = next;
    show(next);
  }

  set(value);
  return { node, set };
}

/** Return the sentences that say how two designs differ: one for each lever. */
export function differences(levers, first, second) {
  const out = [];
  for (const lever of levers) {
    const a = lever.key in first ? first[lever.key] : standing(lever, first);
    const b = lever.key in second ? second[lever.key] : standing(lever, second);
    if (String(a) !== String(b)) out.push({ lever, a: leverText(lever, a), b: leverText(lever, b) });
  }
  return out;
}
