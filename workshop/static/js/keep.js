// What this browser keeps for its reader: language, colours, named designs, the code of the room. Nothing else.

/** Return what the browser kept, or another value where it keeps nothing. */
export function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`kelishim-${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keep a value; in a private window nothing is kept. */
export function keep(name, value) {
  try {
    localStorage.setItem(`kelishim-${name}`, JSON.stringify(value));
  } catch {
    // nothing is kept
  }
}
