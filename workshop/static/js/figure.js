// A figure: the finding as a sentence, the picture, then the same numbers as a table and as files.

import { button, download, h, replace, s, setText, textWidth, unique } from "./dom.js";
import { t } from "./words.js";

let about = () => [];

/** Say what stands below every picture that is taken away: lines with the designs, the model and the source. */
export function setAbout(lines) {
  about = lines;
}

/** Shape properties that make an exported picture look like the one on the page. */
const KEPT = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "stroke-linejoin",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
  "opacity",
];

/**
 * Return a figure. `draw(width, em)` returns an SVG element; `table()` returns {columns, rows} with texts for people and
 * `raw` rows for files. `finding()` is the sentence that the figure shows.
 */
export function panel({ name, heading, finding, draw, table, above = null, below = null, picture = null, level = 3 }) {
  const id = unique(name);
  const sentence = h("p", { class: "finding", id: `${id}-finding` });
  const holder = h("div", { class: "picture" });
  const rows = h("div", {
    class: "scroll",
    tabindex: "0",
    role: "region",
    "aria-label": t("Table: {name}", { name: heading }),
  });
  const node = h(
    "section",
    { class: `panel panel-${name}`, "aria-labelledby": `${id}-heading` },
    h(`h${level}`, { id: `${id}-heading` }, heading),
    sentence,
    above,
    holder,
    below,
    h(
      "details",
      {
        class: "files",
        ontoggle: (event) => {
          if (event.target.open) listed();
        },
      },
      h("summary", {}, t("Table and files")),
      rows,
      h(
        "div",
        { class: "buttons" },
        button(t("Table (CSV)"), () => download(`kelishim-${name}.csv`, csv(table()), "text/csv;charset=utf-8")),
        button(t("Picture (SVG)"), () => download(`kelishim-${name}.svg`, standing(drawn()), "image/svg+xml")),
        button(t("Picture (PNG)"), async () => download(`kelishim-${name}.png`, await painted(drawn()), "image/png")),
      ),
    ),
  );

  function drawn() {
    const shown = holder.querySelector("svg.chart");
    if (shown) return shown;
    const made = picture();
    made.classList.add("offstage");
    holder.append(made);
    queueMicrotask(() => setTimeout(() => made.remove(), 1000));
    return made;
  }

  function update() {
    ready = true;
    const text = finding();
    setText(sentence, text);
    const width = Math.max(240, holder.clientWidth || 640);
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    if (draw) replace(holder, draw(width, em, text));
    if (rows.parentElement.open) listed();
  }

  function listed() {
    if (ready) replace(rows, tableOf(heading, table()));
  }

  let before = 0,
    ready = false; // nothing is drawn before there are figures
  const watch = new ResizeObserver(() => {
    if (ready && holder.clientWidth && Math.abs(holder.clientWidth - before) > 2) {
      before = holder.clientWidth;
      update();
    }
  });
  if (draw) watch.observe(holder);
  return { node, holder, update };
}

/** Return a table with a caption, column heads and row heads. */
export function tableOf(caption, { columns, rows }) {
  return h(
    "table",
    {},
    h("caption", {}, caption),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        columns.map((column) => h("th", { scope: "col" }, column)),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map(([first, ...rest]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, first),
          rest.map((cell) => h("td", {}, cell)),
        ),
      ),
    ),
  );
}

/** Return a table as CSV with a mark that makes spreadsheets read its letters right; raw numbers where there are any. */
export function csv({ columns, rows, raw, heads }) {
  const safe = (value) => {
    let text = value === null || value === undefined || Number.isNaN(value) ? "" : String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return "\ufeff" + [heads ?? columns, ...(raw ?? rows)].map((row) => row.map(safe).join(",")).join("\r\n") + "\r\n";
}

/** Return an SVG as a text that looks the same outside of the page. */
export function standing(svg) {
  const copy = svg.cloneNode(true);
  const seen = [svg, ...svg.querySelectorAll("*")],
    made = [copy, ...copy.querySelectorAll("*")];
  seen.forEach((element, k) => {
    const style = getComputedStyle(element);
    for (const name of KEPT) made[k].setAttribute(name, style.getPropertyValue(name));
    made[k].removeAttribute("class");
  });
  const [, , width, drawn] = svg.getAttribute("viewBox").split(" ").map(Number);
  const size = width / 48, style = getComputedStyle(document.body);
  const title = copy.querySelector("title");
  const above = broken(title?.textContent ?? "", width - size, size), below = about().flatMap((line) => broken(line, width - size, size));
  const top = 1.35 * size * above.length + size, height = top + drawn + 1.35 * size * below.length + size;
  const word = (text, y, weight) =>
    s("text", { x: size / 2, y, fill: style.color, "font-family": style.fontFamily, "font-size": size, "font-weight": weight, text });
  const picture = s("g", { transform: `translate(0 ${top})` }, [...copy.childNodes].filter((node) => node !== title));
  copy.append(
    s("rect", { width, height, fill: style.backgroundColor }),
    ...above.map((line, k) => word(line, 1.35 * size * (k + 1), 700)),
    picture,
    ...below.map((line, k) => word(line, top + drawn + 1.35 * size * (k + 1), 400)),
  );
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.setAttribute("lang", document.documentElement.lang);
  return new XMLSerializer().serializeToString(copy);
}

/** Break words into lines that fit a width at a size of letters. */
export function broken(words, width, size) {
  const out = [];
  for (const word of words.split(" ")) {
    const last = out.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width) out[out.length - 1] = `${last} ${word}`;
    else out.push(word);
  }
  return out;
}

/** Return an SVG painted as a PNG, twice as large as shown. */
export function painted(svg) {
  const text = standing(svg);
  const [width, height] = ["width", "height"].map((name) => Number(text.match(new RegExp(`<svg[^>]* ${name}="([\\d.]+)"`))[1]));
  return new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => {
      const canvas = h("canvas", { width: 2 * width, height: 2 * height });
      canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png");
    };
    image.onerror = () => fail(new Error("no picture"));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  });
}

/** Return an SVG element of a chart: its title is the finding, its parts are not read one by one. */
export function chart(width, height, title, ...parts) {
  const svg = s("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  svg.append(s("title", { text: title }), ...parts.flat(Infinity).filter(Boolean));
  return svg;
}
