// Elements without a framework: small makers for HTML and SVG, and the few habits every screen shares.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return an element. A property that starts with "on" is a listener, one named "text" its text; true and false set or
 * leave out an attribute. Text of people is only ever put in as text, never as markup.
 */
export function h(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/** Return an SVG element. */
export function s(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (name === "value") element.value = value;
    else if (name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

/** Append nodes and texts, however deeply listed; nothing is appended for null, undefined or false. */
export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** Put other children in place of those an element has. */
export function replace(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

/** Set a text only where it differs, so that nothing is read out twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let ruler = null;

/** Return how wide a text is, in pixels, at a size of letters. */
export function textWidth(text, size) {
  ruler ??= document.createElement("canvas").getContext("2d");
  ruler.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

let last = 0;

/** Return an identifier that no other element has. */
export function unique(stem) {
  last += 1;
  return `${stem}-${last}`;
}

/** Return a button; the type keeps it from sending a form. */
export function button(text, action, properties = {}) {
  return h("button", { type: "button", onclick: action, ...properties }, text);
}

/** Return a field with its label: a pair that stays together when lines wrap. */
export function field(label, control, help = null) {
  const id = control.id || unique("field");
  control.id = id;
  const hint = help ? h("p", { class: "hint", id: `${id}-hint` }, help) : null;
  if (hint) control.setAttribute("aria-describedby", hint.id);
  return h("div", { class: "field" }, h("label", { for: id }, label), hint, control);
}

/** Return a drop-down list of [value, text] pairs. */
export function select(options, chosen, action, properties = {}) {
  const list = h(
    "select",
    { onchange: () => action(list.value), ...properties },
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
  return list;
}

/** Return a function that runs another one only after a pause. */
export function later(action, milliseconds) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

/** Return a function that runs another one at once, and while it is called on and on only once more, after a pause. */
export function steadily(action, milliseconds) {
  let timer = 0;
  const run = () => {
    const quiet = !timer;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      if (!quiet) action();
    }, milliseconds);
    if (quiet) action();
  };
  run.stop = () => {
    clearTimeout(timer);
    timer = 0;
  };
  return run;
}

/** Offer a file to the reader. */
export function download(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
