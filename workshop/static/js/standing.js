// The picture of a session: what each design gives, how many votes it has, and how the guesses of the groups did.

import { h, replace, s } from "./dom.js";
import { announce } from "./live.js";
import { ask } from "./server.js";
import { language, plain, t, tn } from "./words.js";

const AGAIN = 2500; // milliseconds until designs that are still being simulated are asked for again
const TOGETHER = 200; // milliseconds in which many changes of a busy room are one question

/**
 * Return what asks for the picture of the room whenever the room changed or figures are still missing:
 * {update(), stop()}; `shown(picture)` draws it.
 */
export function pictured(app, shown) {
  let timer = 0,
    asked = null;
  function update(force = false) {
    const { room } = app;
    if (!room) return;
    const key = `${room.code} ${room.version} ${language()}`;
    if (key === asked && !force) return;
    const first = asked === null;
    asked = key;
    clearTimeout(timer);
    if (first || force) fetched(room, key);
    else timer = setTimeout(() => fetched(room, key), TOGETHER);
  }
  async function fetched(room, key) {
    try {
      const found = await ask(`/api/rooms/${room.code}/picture?lang=${language()}`);
      if (asked !== key) return;
      shown(found);
      if (found.pending) timer = setTimeout(() => update(true), AGAIN);
    } catch {
      if (asked === key) timer = setTimeout(() => update(true), 2 * AGAIN);
    }
  }
  function stop() {
    clearTimeout(timer);
    asked = null;
  }
  return { update, stop };
}

/** Return from lowest to highest of some ranges, zero included. */
function reach(ranges) {
  const known = ranges.flatMap((range) => (range ? [range.low, range.median, range.high] : []));
  const values = known.filter((value) => value !== null && value !== undefined);
  const low = Math.min(0, ...values),
    high = Math.max(0, ...values);
  return [low, high > low ? high : low + 1];
}

/** Return a range as a drawing: a bar from low to high, a mark at the middle, a line at zero. */
export function rangeBar(range, [low, high], kind = "") {
  const x = (value) => 1 + (98 * (value - low)) / (high - low);
  const parts = [s("line", { x1: x(0), x2: x(0), y1: 0, y2: 10, class: "zero" })];
  if (range?.low !== null && range?.low !== undefined) {
    const from = x(range.low),
      wide = Math.max(0.6, x(range.high) - from);
    parts.push(s("rect", { x: from, y: 2.5, width: wide, height: 5, class: "extent" }));
  }
  if (range?.median !== null && range?.median !== undefined) {
    parts.push(s("rect", { x: x(range.median) - 0.4, y: 0.5, width: 0.8, height: 9, class: "middle" }));
  }
  return drawing(`range-bar ${kind}`, parts);
}

/** Return a share of a whole as a drawing. */
export function shareBar(count, whole) {
  const width = whole > 0 ? (100 * Math.min(count, whole)) / whole : 0;
  return drawing("share-bar", [
    s("rect", { x: 0, y: 0, width: 100, height: 10, class: "track" }),
    s("rect", { x: 0, y: 0, width, height: 10, class: "part" }),
  ]);
}

function drawing(kind, parts) {
  const settings = { class: kind, viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" };
  return s("svg", settings, parts);
}

/** Return the designs of a picture as a list, ranked, with bars and, once they are counted, votes. */
export function designBars(picture, { votes = true } = {}) {
  const ends = reach(picture.designs.map((row) => row.change));
  const counted = votes && picture.designs.some((row) => row.votes !== null);
  const most = Math.max(1, ...picture.designs.map((row) => row.votes ?? 0));
  const rows = [...picture.designs];
  if (counted) rows.sort((one, two) => (two.votes ?? 0) - (one.votes ?? 0));
  return h(
    "ol",
    { class: "bars" },
    rows.map((row) =>
      h(
        "li",
        {},
        h("p", { class: "bar-name" }, h("strong", {}, row.name), ` (${row.group})`),
        counted
          ? h(
              "p",
              { class: "bar-row" },
              shareBar(row.votes ?? 0, most),
              h("span", {}, tn("{count} vote", "{count} votes", row.votes ?? 0)),
            )
          : null,
        h(
          "p",
          { class: "bar-row" },
          rangeBar(row.change, ends),
          h("span", {}, row.change ? `${row.text}, ${row.verdict}` : row.text),
        ),
      ),
    ),
  );
}

/** Return the guesses of a picture with the simulation on top, the best guess first. */
export function guessBars(picture) {
  const { rows, truth, text, verdict } = picture.guesses;
  const ends = reach([truth, ...rows]);
  const entry = (name, range, said, kind) =>
    h(
      "li",
      { class: kind },
      h("p", { class: "bar-name" }, h("strong", {}, name)),
      h("p", { class: "bar-row" }, rangeBar(range, ends, kind), h("span", {}, said)),
    );
  const scored = (row) =>
    row.points === null ? row.text : `${row.text}; ${tn("{count} point of 100", "{count} points of 100", row.points)}`;
  return h(
    "ul",
    { class: "bars guesses" },
    entry(t("The simulation"), truth, truth ? `${text}, ${verdict}` : text, "truth"),
    rows.map((row) => entry(row.name, row.low === null ? null : row, scored(row), "guess")),
  );
}

/** Return how the bars of designs are read. */
export function legend(picture) {
  const values = { outcome: `${picture.label} (${picture.unit})` };
  return plain(
    t("{outcome}, against today’s law. The mark is the middle result, the bar holds 9 of 10 cases.", values),
    t("{outcome}. Zero is today’s law. The longer the bar, the less sure we are.", values),
  );
}

/** Return who has the most votes in one sentence. */
export function winner(picture) {
  const counted = picture.designs.filter((row) => row.votes !== null);
  const most = Math.max(0, ...counted.map((row) => row.votes));
  if (!most) return t("Nobody has voted.");
  const first = counted.filter((row) => row.votes === most);
  const all = counted.reduce((sum, row) => sum + row.votes, 0);
  const names = first.map((row) => `${row.name} (${row.group})`).join(", ");
  return first.length === 1
    ? tn("{names} has the most votes: {most} of {count}.", "{names} has the most votes: {most} of {count}.", all, {
        names,
        most,
      })
    : tn(
        "These have the same number of votes, {most} of {count} each: {names}.",
        "These have the same number of votes, {most} of {count} each: {names}.",
        all,
        { names, most },
      );
}

/** Return a section that holds the ranked designs of the room with bars. */
export function standing(app, { heading, guesses = false }) {
  const body = h("div", {});
  let told = "";
  const say = (text) => {
    if (text && text !== told) announce(text);
    told = text;
  };
  const node = h("section", { class: "standing" }, h("h2", {}, heading), body);
  const runs = pictured(app, (picture) => {
    node.hidden = false;
    if (picture.hidden) {
      replace(body, h("p", { class: "notice" }, t("The facilitator has hidden the results for now.")));
      return;
    }
    const closed = app.room?.round === "closed";
    const mine = guesses ? picture.guesses.rows.find((row) => row.group === app.room?.you.group) : null;
    const own =
      mine && mine.points !== null
        ? tn("Your group has {count} point of 100.", "Your group has {count} points of 100.", mine.points)
        : "";
    say(closed ? winner(picture) : own);
    const label = legend(picture);
    replace(
      body,
      guesses
        ? [own ? h("p", { class: "finding" }, own) : null, guessBars(picture)]
        : picture.designs.length
          ? [closed ? h("p", { class: "finding" }, winner(picture)) : null, h("p", {}, label), designBars(picture, { votes: ["vote", "closed"].includes(app.room?.round) })]
          : h("p", {}, t("No group has submitted a design yet.")),
      picture.pending
        ? h("p", { class: "status" }, tn("{count} design is still being simulated.", "{count} designs are still being simulated.", picture.pending))
        : null,
    );
  });
  return { node, update: runs.update, stop: runs.stop };
}
