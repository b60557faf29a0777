// How it works: five short answers, the assumptions that can be changed, sources, what is left out.

import { h } from "../dom.js";
import { leverText } from "../levers.js";
import { plain, t } from "../words.js";

export function how(app) {
  const { health, levers } = app.start;
  const answers = [
    [
      t("Where do the figures come from?"),
      plain(
        t(
          "A computer simulates the families, persons with disabilities and employers of Kyrgyzstan month by month under the rules of a design. The same country, with the same luck, is also simulated without it. The difference is what the design does.",
        ),
        t("A computer plays the life of the country. It plays it twice: with the rules and without. Then it compares."),
      ),
    ],
    [
      t("Are these real people?"),
      plain(
        t(
          "No. The simulated country has as many families, persons and employers of each kind as the published statistics say, but no row describes a real household.",
        ),
        t("No. The families are invented. But there are as many of each kind as in the country."),
      ),
    ],
    [
      t("How sure is it?"),
      plain(
        t(
          "Each run takes other values for what nobody knows exactly and other luck. The middle value is shown with the range that holds 9 of 10 runs, and with 20 dots. Two designs are compared run by run; where that does not tell them apart, the page says so.",
        ),
        t(
          "Nobody knows the future. So we show many results, not one. The dots show 20 of them. Sometimes we cannot say which design is better. Then we say so.",
        ),
      ),
    ],
    [
      t("Is it a forecast?"),
      [t(health.basis.text), health.judgement?.text && t(health.judgement.text, health.judgement.figures)].filter(Boolean).join(" "),
    ],
    [
      t("What is left out?"),
      plain(
        t(
          "Families do not age, marry or move here; the population stays at its size of 2022. Real life under a rule depends on much that no model holds: trust, courts, roads, respect.",
        ),
        t(
          "Much is left out. For example: people do not age or move. Trust and respect are not in the model. People who live with the rules know things that the model does not.",
        ),
      ),
    ],
  ];
  const sources = levers;
  return {
    node: h(
      "div",
      { class: "how" },
      h("h1", { tabindex: "-1" }, t("How it works")),
      answers.map(([question, answer]) => h("section", {}, h("h2", {}, question), h("p", {}, answer))),
      h(
        "section",
        {},
        h("h2", {}, t("Assumptions you can change")),
        h(
          "p",
          {},
          t(
            "Every lever is one. Today’s value, its source and how sure it is: A official, B press or research, C judgement.",
          ),
        ),
        h(
          "div",
          { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Table of levers") },
          h(
            "table",
            {},
            h("caption", {}, t("Levers, today’s law and sources")),
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                [t("Lever"), t("Today"), t("Source"), t("Confidence")].map((text) => h("th", { scope: "col" }, text)),
              ),
            ),
            h(
              "tbody",
              {},
              sources.map((lever) =>
                h(
                  "tr",
                  {},
                  h("th", { scope: "row" }, t(lever.label)),
                  h("td", {}, leverText(lever, lever.today)),
                  h("td", {}, h("span", { lang: "en" }, lever.source ?? "–")),
                  h("td", {}, confidence(lever.confidence ?? "–")),
                ),
              ),
            ),
          ),
        ),
      ),
      h(
        "section",
        {},
        h("h2", {}, t("What the words mean")),
        h(
          "dl",
          { class: "meanings" },
          Object.values(app.start.outcomes).map((outcome) => [
            h("dt", {}, t(outcome.label)),
            h("dd", {}, t(outcome.definition)),
          ]),
        ),
      ),
    ),
  };
}

function confidence(code) {
  switch (code) {
    case "derived":
      return t("derived");
    case "B-judged":
      return t("B, judged");
    default:
      return code;
  }
}
