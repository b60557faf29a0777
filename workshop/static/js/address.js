// The address holds the screen, the language and the whole designs, so that a link shows what its sender saw:
//   #explore?lang=ky&a=today&b=grant:200000,levy:0.25&model=1a2b3c4d

/** Return {screen, ...parameters} of an address fragment. */
export function read(fragment) {
  const [screen, query = ""] = fragment.replace(/^#/, "").split("?");
  return { screen: screen || "explore", ...Object.fromEntries(new URLSearchParams(query)) };
}

/** Return the fragment of a state; empty parts are left out. */
export function write({ screen, ...rest }) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value) given.set(name, value);
  const query = given.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%3B", ";");
  return `#${screen}${query ? `?${query}` : ""}`;
}

function written(value) {
  return value === true ? "yes" : value === false ? "no" : value;
}

/** Return the value of a lever where nothing is moved but the quota law. */
export function standing(lever, changes) {
  return lever.laws?.[changes.law] ?? lever.today;
}

/** Return changes as the short form of a design: levers in their order, today's values left out. */
export function shortOf(changes, levers) {
  const parts = levers
    .filter((lever) => lever.key in changes && String(changes[lever.key]) !== String(standing(lever, changes)))
    .map((lever) => `${lever.key}:${written(changes[lever.key])}`);
  return parts.join(",") || "today";
}

/** Return the changes of a short form; what is no lever is left out. */
export function changesOf(short, levers) {
  const out = {};
  for (const part of short.split(",")) {
    const at = part.indexOf(":");
    const lever = levers.find((known) => known.key === part.slice(0, at));
    if (!lever) continue;
    const text = part.slice(at + 1);
    out[lever.key] =
      lever.kind === "number"
        ? Number(text)
        : lever.kind === "yes_no"
          ? text === "yes"
          : (lever.choices.find((choice) => String(choice.value) === text)?.value ?? text);
  }
  return out;
}
