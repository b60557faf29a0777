// The page: reads the address, asks the server once for everything that the first sight needs, and shows a screen.

import * as address from "./address.js";
import { append, button, h, replace, setText } from "./dom.js";
import { facilitatorBar } from "./facilitator.js";
import { listenTo } from "./live.js";
import { keep, kept } from "./keep.js";
import { knownAs } from "./pair.js";
import { easy, reading, startReading } from "./reading.js";
import { ask, designsQuery, problemText } from "./server.js";
import { explore } from "./screens/explore.js";
import { session } from "./session.js";
import { silence } from "./sound.js";
import { isEasy, language, LANGUAGES, preferred, t, use } from "./words.js";

const SCREENS = {
  explore,
  compare: later("compare", () => import("./screens/compare.js")),
  reckon: later("reckon", () => import("./screens/reckon.js")),
  predict: later("predict", () => import("./screens/predict.js")),
  room: later("room", () => import("./screens/room.js")),
  join: later("join", () => import("./screens/join.js")),
  how: later("how", () => import("./screens/how.js")),
  save: later("save", () => import("./screens/save.js")),
  wall: later("wall", () => import("./screens/wall.js")),
};

/** Return a screen whose script is fetched when it is first wanted; the first sight does not wait for it. */
function later(name, load) {
  return (owner) => {
    const node = h("div", {}, h("h1", { tabindex: "-1" }, screenName(name)));
    let inner = null,
      left = false;
    load().then(
      (module) => {
        if (left) return;
        const focused = node.contains(document.activeElement);
        inner = module[name](owner);
        replace(node, inner.node);
        inner.shown?.();
        if (focused) node.querySelector("h1")?.focus();
        refreshLinks();
      },
      () => append(node, [h("p", { class: "error" }, problemText(null))]),
    );
    return {
      node,
      room: (before) => inner?.room?.(before),
      leave: () => {
        left = true;
        inner?.leave?.();
      },
    };
  };
}

/** Return the designs kept on this device that can be read. */
function keptDesigns() {
  const found = kept("designs", []);
  return Array.isArray(found)
    ? found.filter(({ name, short }) => typeof name === "string" && typeof short === "string")
    : [];
}

const app = {
  start: null, // answer of /api/start
  known: new Map(), // figures by the designs they belong to
  a: "today",
  b: "today",
  headline: "net_jobs", // the outcome that is asked for
  screen: "explore",
  own: keptDesigns(), // [{name, short}] kept on this device
  room: null,
  ends: null, // when the timer of the room ends
  follows: true, // the rounds of the facilitator
  brought: "", // name of a design that a link brought along
  code: kept("room", ""),
  facilitator: false,
  ranking: false, // the table of many designs is wanted at once
  link,
  go,
  nameOf,
  designs,
  keepDesign,
  setSide,
  moveTo,
  joined: (state) => taking.joined(state),
  took: (state) => taking.take(state),
  leave: () => taking.leave(),
  show,
};

function screenName(name) {
  switch (name) {
    case "explore":
      return t("Explore");
    case "compare":
      return t("Compare");
    case "reckon":
      return t("Calculator");
    case "predict":
      return t("Predict");
    case "room":
      return t("Room");
    case "join":
      return t("Join");
    case "wall":
      return t("Projector view");
    case "how":
      return t("How it works");
    default:
      return t("Save");
  }
}

let current = null; // the screen shown: {node, room?(), leave?()}
const parts = {};
const taking = session(app, roomChanged);

/** Return the fragment of a screen that holds the language and both designs. */
function link(screen = app.screen, more = {}) {
  return address.write({
    screen,
    lang: language(),
    a: app.a,
    b: app.b,
    h: screen === "explore" ? app.headline : "",
    model: app.start?.health.model,
    easy: isEasy() ? "1" : "",
    ...more,
  });
}

/** Go to a screen. */
function go(screen) {
  location.hash = link(screen);
}

/** Return the name of a design in short form. */
function nameOf(short) {
  return designs().find((design) => design.short === short)?.name ?? t("your design");
}

/** Return every design that has a name: [{short, name, from}]. */
function designs() {
  const out = [{ short: "today", name: t("today’s law"), from: "law" }];
  for (const example of app.start.examples)
    out.push({ short: example.design.short, name: t(example.label), from: "example" });
  const groups = new Map((app.room?.groups ?? []).map((group) => [group.number, group.name]));
  for (const design of app.room?.designs ?? []) {
    out.push({
      short: design.design.short,
      name: design.group === null ? design.name : `${design.name} (${groups.get(design.group) ?? "–"})`,
      from: "room",
    });
  }
  for (const design of app.own) out.push({ short: design.short, name: design.name, from: "own" });
  return merged(out);
}

/** Return each design once, under every name that it was given: nobody's design vanishes under an equal one. */
function merged(all) {
  const out = new Map();
  for (const design of all) {
    const known = out.get(design.short);
    if (!known) out.set(design.short, { ...design });
    else if (!known.name.split(" = ").includes(design.name)) known.name += ` = ${design.name}`;
    if (known && design.from === "room") known.from = "room";
  }
  return [...out.values()];
}

/** Keep a design under a name on this device. */
function keepDesign(name, short) {
  app.own = [...app.own.filter((design) => design.name !== name), { name, short }].slice(-12);
  keep("designs", app.own);
}

/** Put a design on side a or b; the address follows, with a step in the history that Back undoes. */
function setSide(side, short) {
  moveTo({ [side]: short });
}

/** Change sides or the outcome that is asked for, as one step in the history. */
function moveTo(parts_) {
  const before = link();
  Object.assign(app, parts_);
  const now = link();
  if (now !== before) history.pushState({ step: (history.state?.step ?? 0) + 1 }, "", now);
  refreshLinks();
}

/** Let every link to a screen carry the designs as they are now. */
function refreshLinks() {
  for (const item of document.querySelectorAll("a[data-screen]")) item.href = link(item.dataset.screen);
}

function roomChanged(before) {
  parts.bar?.update();
  current?.room?.(before);
}

function show() {
  current?.leave?.();
  silence();
  const name = SCREENS[app.screen] ? app.screen : "explore";
  current = SCREENS[name](app);
  document.title = `${screenName(name)} – Kelishim`;
  document.body.dataset.screen = name;
  replace(parts.main, current.node);
  current.shown?.();
  setText(parts.skip, current.answer ? t("Skip to the answer") : t("Skip to the content"));
  for (const item of parts.nav.querySelectorAll("a")) {
    if (item.dataset.screen === name) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
  refreshLinks();
}

async function arrived() {
  const given = address.read(location.hash);
  const before = app.screen;
  if (location.hash.startsWith("#facilitator=")) return facilitator(location.hash.split("=")[1] ?? "");
  const wrong = await mended(given);
  app.screen = given.screen;
  const usual = given.a || given.b ? app.start.choices[0] : app.headline;
  const heard = app.start.choices.includes(given.h) ? given.h : usual;
  const changed = (given.a && given.a !== app.a) || (given.b && given.b !== app.b) || heard !== app.headline;
  if (given.b && !given.a) app.a = "today"; // what a link leaves out is today's law
  if (given.a) app.a = given.a;
  if (given.b) app.b = given.b;
  app.headline = heard;
  app.otherModel = Boolean(given.model && app.start && given.model !== app.start.health.model);
  if (given.easy !== undefined && !isEasy()) easy(true);
  if (given.name && given.b) {
    app.brought = given.name;
    keepDesign(given.name, given.b);
  }
  if (given.lang && given.lang !== language()) await speak(given.lang);
  else if (before === app.screen && changed && current?.moved) current.moved();
  else if (before !== app.screen || changed || !current) {
    show();
    if (before !== app.screen) parts.main.querySelector("h1")?.focus();
  }
  setText(parts.notice, wrong);
  return null;
}

/** Put right what a link asks for and nobody knows; return the sentence that says so, nothing where all is well. */
async function mended(given) {
  let wrong = "";
  if (!Object.hasOwn(SCREENS, given.screen)) {
    wrong = t("There is no screen “{name}” on this page.", { name: given.screen.slice(0, 40) });
    given.screen = "explore";
  }
  if (given.lang && !LANGUAGES.some(([code]) => code === given.lang)) {
    wrong = t("The page is not written in the language “{name}”.", { name: given.lang.slice(0, 40) });
    given.lang = undefined;
  }
  given.name = given.name?.trim().slice(0, 40);
  for (const side of ["a", "b"]) {
    if (!given[side] || given[side] === app[side] || designs().some((design) => design.short === given[side])) continue;
    try {
      given[side] = (await ask(`/api/design?${designsQuery([given[side]])}`)).short;
    } catch (error) {
      if (error.status !== 400) continue;
      wrong = t("The design of this link cannot be used. {reason}", { reason: error.message });
      given[side] = "today";
    }
  }
  return wrong;
}

async function facilitator(token) {
  let wrong = "";
  try {
    await ask("/api/facilitator", { method: "POST", body: { token } });
    app.facilitator = true;
    history.replaceState(null, "", link("room"));
    app.screen = "room";
  } catch (error) {
    wrong = error.message;
    history.replaceState(null, "", link("explore"));
  }
  shell();
  show();
  setText(parts.notice, wrong);
}

async function speak(code) {
  if (!(await use(code))) return;
  keep("language", code);
  history.replaceState(null, "", link());
  shell();
  show();
  parts.languages.querySelector("[aria-current]")?.focus({ preventScroll: true });
}

function shell() {
  const { health } = app.start;
  parts.nav = h(
    "nav",
    { "aria-label": t("Screens") },
    h(
      "ul",
      {},
      Object.keys(SCREENS)
        .filter((name) => name !== "wall" && (name !== "join" || !app.facilitator))
        .map((name) => h("li", {}, h("a", { href: link(name), "data-screen": name }, screenName(name)))),
    ),
  );
  parts.languages = h(
    "div",
    { class: "languages", role: "group", "aria-label": t("Language") },
    LANGUAGES.map(([code, name]) =>
      button(name, () => speak(code), {
        lang: code,
        class: "language",
        "aria-current": code === language() ? "true" : null,
      }),
    ),
  );
  parts.main = h("main", { id: "main", tabindex: "-1" });
  parts.bar = facilitatorBar(app);
  parts.notice = h("p", { class: "error alert", role: "alert" });
  const live = h("div", { class: "visually-hidden", "aria-live": "polite", role: "status", id: "live" });
  replace(
    document.getElementById("page"),
    (parts.skip = h(
      "a",
      {
        class: "skip",
        href: "#main",
        onclick: (event) => {
          event.preventDefault();
          (current?.answer?.() ?? parts.main).focus();
        },
      },
      "",
    )),
    h(
      "header",
      {},
      h("div", { class: "top" }, h("p", { class: "brand" }, "Kelishim"), parts.languages, reading(redrawn)),
      parts.nav,
    ),
    parts.bar.node,
    parts.notice,
    parts.main,
    h(
      "footer",
      {},
      h("p", {}, t(health.basis.text)),
      h(
        "p",
        {},
        /^\d/.test(health.version)
          ? t("Model {model}, program {version}.", { model: health.model, version: health.version })
          : t("Model {model}.", { model: health.model }),
        " ",
        t("Everything runs on this computer; nothing is sent to the internet."),
      ),
    ),
    live,
  );
  listenTo(live);
  parts.bar.update();
}

function redrawn() {
  history.replaceState(null, "", link());
  show();
}

async function begin() {
  const given = address.read(location.hash);
  const code = location.pathname.match(/^\/r\/([^/]+)/)?.[1].slice(0, 12);
  startReading();
  const wish = given.lang ?? kept("language", null) ?? preferred();
  const [start] = await Promise.all([started(wish), use(wish)]);
  app.start = start;
  app.a = start.questions[0].first;
  app.b = start.questions[0].second;
  app.headline = start.questions[0].headline;
  if (start.first && start.first.answer.lang === language())
    app.known.set(knownAs(...start.first.designs.map((design) => design.short)), start.first);
  if (code) {
    app.code = code.toUpperCase();
    app.screen = "join";
  }
  shell();
  if (!location.hash.startsWith("#facilitator=")) {
    ask("/api/facilitator").then(
      ({ facilitator: known }) => {
        if (known) {
          app.facilitator = true;
          shell();
          show();
        }
      },
      () => null,
    );
  }
  if (code) {
    history.replaceState(null, "", `/${link("join")}`);
    show();
    ask(`/api/rooms/${encodeURIComponent(app.code)}`).then(
      (state) => {
        if (state.you) {
          app.joined(state);
          app.go("room");
        }
      },
      (error) => setText(parts.notice, error.message),
    );
  } else await arrived();
  window.addEventListener("hashchange", arrived);
  if (app.code && !code) {
    ask(`/api/rooms/${encodeURIComponent(app.code)}`).then(
      (state) => {
        if (state.you) app.joined(state);
      },
      (error) => {
        if (error.status === 404) app.leave();
      },
    );
  }
}

/** Ask for the first sight until the model is ready. */
async function started(wish) {
  const waiting = document.getElementById("waiting");
  for (;;) {
    try {
      return await ask(`/api/start?lang=${LANGUAGES.some(([code]) => code === wish) ? wish : "en"}`);
    } catch (error) {
      setText(waiting, error.message || problemText(null));
      await new Promise((done) => {
        setTimeout(done, 1000 * Math.max(1, Math.min(5, error.wait || 1)));
      });
    }
  }
}

begin();
