// Calculators: what one family has and what one employer owes, under today's law and under design B.

import { changesOf } from "../address.js";
import { button, h, replace, select, setText, unique } from "../dom.js";
import { announce } from "../live.js";
import { ask } from "../server.js";
import { language, plain, t } from "../words.js";

const MOST_ADULTS = 6;

export function reckon(app) {
  const differs = Object.keys(changesOf(app.b, app.start.levers)).length > 0;
  const about = differs
    ? t("Today’s law stands beside design B of Explore: {name}.", { name: app.nameOf(app.b) })
    : t("Today’s law. Move a lever on Explore, and design B stands beside it.");
  const common = () => `&lang=${language()}&d=${encodeURIComponent(app.b)}`;

  /** Return a place for an answer: `show(path)` asks the server and shows sentence and tables. */
  function answer(heading) {
    const error = h("p", { class: "error", role: "alert" });
    const sentence = h("p", { class: "finding" });
    const tables = h("div", {});
    const node = h("div", { class: "reckoned" }, error, sentence, tables);
    async function show(path) {
      try {
        const found = await ask(path);
        setText(error, "");
        setText(sentence, found.sentence);
        replace(tables, found.sections.map(section));
        announce(`${heading}. ${found.sentence}`);
      } catch (problem) {
        setText(error, problem.message);
        replace(tables);
        setText(sentence, "");
      }
    }
    return { node, show };
  }

  function family() {
    const adults = h("div", { class: "members" });
    const children = h("input", { type: "text", inputmode: "text", id: "children", value: "3, 7, 12", autocomplete: "off" });
    const disabled = h("input", { type: "text", id: "children-disability", value: "9", autocomplete: "off" });
    const highland = h("input", { type: "checkbox", id: "highland" });
    const more = button(t("Add an adult"), () => {
      adults.append(adult());
      more.disabled = adults.children.length >= MOST_ADULTS;
    });
    const found = answer(t("A family like mine"));

    function adult(age = "35", woman = "woman", work = "works", pay = "20000", group = "") {
      const id = unique("adult");
      const field = (text, control) => h("p", { class: "field" }, h("label", { for: control.id }, text), control);
      const made = {
        age: h("input", { type: "text", inputmode: "numeric", id: `${id}-age`, value: age, size: 4 }),
        sex: select([["woman", t("woman")], ["man", t("man")]], woman, () => null, { id: `${id}-sex` }),
        work: select(
          [
            ["works", t("employee with a contract")],
            ["budget", t("employee of a budget body")],
            ["informal", t("employee without a contract")],
            ["own", t("works on own account")],
            ["farm", t("works on a farm")],
            ["home", t("does not work for pay")],
            ["seeking", t("registered as unemployed")],
            ["student", t("studies")],
          ],
          work,
          () => null,
          { id: `${id}-work` },
        ),
        pay: h("input", { type: "text", inputmode: "numeric", id: `${id}-pay`, value: pay, size: 9 }),
        group: select([["", t("no disability certificate")], ["1", t("group I")], ["2", t("group II")], ["3", t("group III")]], group, () => null, { id: `${id}-group` }),
        insured: h("input", { type: "checkbox", id: `${id}-insured`, checked: true }),
      };
      const node = h(
        "fieldset",
        { class: "member" },
        h("legend", {}, t("Adult")),
        field(t("Age"), made.age),
        field(t("Sex"), made.sex),
        field(t("Work"), made.work),
        field(t("Pay or income, som a month"), made.pay),
        field(t("Disability"), made.group),
        h("p", { class: "check" }, made.insured, h("label", { for: made.insured.id }, t("has an insurance record"))),
        button(t("Leave out this adult"), () => {
          if (adults.children.length > 1) node.remove();
          more.disabled = false;
        }, { class: "small" }),
      );
      node.words = () => {
        const pay_ = made.pay.value.replace(/[\s\u00a0,]/g, "");
        const paid = ["works", "budget", "informal"].includes(made.work.value) ? `pay=${pay_}` : ["own", "farm"].includes(made.work.value) ? `income=${pay_}` : "";
        return [made.age.value.trim(), made.sex.value, made.work.value, paid, made.group.value && `group=${made.group.value}`, made.insured.checked && made.group.value && "insured"].filter(Boolean).join(":");
      };
      return node;
    }

    const ages = (text, word = "") => text.split(/[\s,;]+/).filter(Boolean).map((age) => `&child=${encodeURIComponent(age + word)}`).join("");
    function run(event) {
      event?.preventDefault();
      const people = [...adults.children].map((one) => `&adult=${encodeURIComponent(one.words())}`).join("");
      found.show(`/api/household?highland=${highland.checked ? 1 : 0}${people}${ages(children.value)}${ages(disabled.value, ":disability")}${common()}`);
    }
    adults.append(adult("35", "woman", "informal", "12000"));
    return {
      node: h(
        "section",
        { class: "calculator", "aria-labelledby": "family-heading" },
        h("h2", { id: "family-heading" }, t("A family like mine")),
        h(
          "form",
          { onsubmit: run },
          adults,
          more,
          h("div", { class: "field" }, h("label", { for: "children" }, t("Ages of children without a disability")), children),
          h("div", { class: "field" }, h("label", { for: "children-disability" }, t("Ages of children with a disability")), disabled),
          h("p", { class: "check" }, highland, h("label", { for: "highland" }, t("lives in a high-mountain or border place"))),
          h("div", { class: "buttons" }, h("button", { type: "submit", class: "main" }, t("Reckon for this family"))),
        ),
        found.node,
      ),
      run,
    };
  }

  function employer() {
    const number = (id, value) => h("input", { type: "text", inputmode: "numeric", id, value, size: 8, autocomplete: "off" });
    const made = {
      staff: number("staff", "43"),
      pay: number("pay", "30000"),
      owner: select([["private", t("private employer")], ["budget", t("budget body")], ["state", t("state enterprise")]], "private", () => null, { id: "owner" }),
      group1: number("group1", "0"),
      group2: number("group2", "0"),
      group3: number("group3", "1"),
    };
    const found = answer(t("An employer"));
    const words = {
      staff: t("Staff"),
      pay: t("Mean pay, som a month"),
      owner: t("Owner"),
      group1: t("Workers of disability group I"),
      group2: t("Workers of disability group II"),
      group3: t("Workers of disability group III"),
    };
    function run(event) {
      event?.preventDefault();
      const query = Object.entries(made).map(([name, field]) => `${name}=${encodeURIComponent(field.value.replace(/[\s\u00a0,]/g, ""))}`);
      found.show(`/api/employer?${query.join("&")}${common()}`);
    }
    return {
      node: h(
        "section",
        { class: "calculator", "aria-labelledby": "employer-heading" },
        h("h2", { id: "employer-heading" }, t("An employer")),
        h(
          "form",
          { onsubmit: run },
          h("div", { class: "member" }, Object.entries(made).map(([name, field]) => h("p", { class: "field" }, h("label", { for: field.id }, words[name]), field))),
          h("div", { class: "buttons" }, h("button", { type: "submit", class: "main" }, t("Reckon for this employer"))),
        ),
        found.node,
      ),
      run,
    };
  }

  const one = family(), other = employer();
  return {
    node: h(
      "div",
      { class: "reckon" },
      h("h1", { tabindex: "-1" }, t("Calculator")),
      h("p", { class: "lead" }, plain(t("What the law gives one family and asks of one employer, som by som. Nothing is simulated and nothing is kept."), t("Say who lives in the family, or who works at the employer. See what the law says."))),
      h("p", { class: "notice" }, about),
      h("div", { class: "calculators" }, one.node, other.node),
    ),
    shown: () => {
      one.run();
      other.run();
    },
  };
}

/** Return one table of a calculator; headings stand above rows that belong together. */
function section({ title, columns, rows, notes }) {
  return h(
    "section",
    { class: "panel" },
    title ? h("h3", {}, title) : null,
    rows.length
      ? h(
          "div",
          { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
          h(
            "table",
            {},
            columns.length ? h("thead", {}, h("tr", {}, h("td", {}), columns.map((text) => h("th", { scope: "col" }, text)))) : null,
            h(
              "tbody",
              {},
              rows.map((row) =>
                row.heading
                  ? h("tr", {}, h("th", { scope: "rowgroup", colspan: columns.length + 1, class: "group" }, row.label))
                  : h("tr", { class: row.inner ? "inner" : null }, h("th", { scope: "row" }, row.label), row.cells.map((cell) => h("td", {}, cell))),
              ),
            ),
          ),
        )
      : null,
    notes.map((note) => h("p", { class: "hint" }, note)),
  );
}
