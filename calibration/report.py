"""Report: what a calibration did and found, as text that a referee can check (docs/calibration.md is one of these)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from calibration import checks, targets
from calibration.posterior import Posterior

METHOD = """
# Calibration

{status}

## What was done

1. **Targets.** `{file}` has every published figure with its interval, its use, its discrepancy (one
   standard deviation of what a correct model may miss) and its source. A *fit* figure enters the likelihood. Figures
   that are inputs, are solved for, repeat others, or have no counterpart in the model are named below with the reason.
   {jobs}No figure dated after 2023 is used.
2. **Bank.** {runs} runs of the years 2020 to 2023 over the whole prior (a Latin hypercube in all uncertain parameters),
   one household for {scale}. Poverty, work and disability are read from everybody's state in December, by the functions
   of `kelishim validate`.
3. **Emulator.** Each figure gets the parameters that move it beyond chance and a polynomial in them; terms of higher
   degree enter where they predict runs left out, and what it leaves is searched for parameters again. The luck of a run
   is carried as a covariance across figures; how large it is, depending on the parameters, is learned from parts of the
   runs, each predicted by the others. {held_out} runs kept apart judge it.
4. **History matching and a wave.** {wave} more runs where the record is plausible, around points of a first posterior.
   A second emulator is made there, which also looks for parameters that matter near the record alone, judged by
   {wave_held_out} of them.
5. **Posterior.** Tempered sampling, {points} points for each of {seeds} seeds, prior of every parameter standard
   normal in latent space, and a sentinel that touches nothing.
6. **Checks.** Invented truths: the {held_out} runs of the bank kept apart, from the prior, and {posterior_truths} new
   ones from the posterior; ranks of true parameters among their posterior draws; a local test at the record.
"""

JOBS = """\
Ministry counts of jobs meet the reporting layer only (rule R1): 1.96 jobs a contract in 2022 and 1.18 in 2023 with
   the same grant is a change of definition, decided before fitting. """

CHOICES = """
## Choices made before fitting

* **What the record may not inform.** Parameters about what becomes of businesses and markets (own starts, returns,
  survival, labour of a business, investment, feedback) keep their priors: how many families sign contracts, and in
  which sector, is no evidence on deadweight or returns. In a trial without this rule the sector mix moved the rate of
  own starts by more than a prior standard deviation. Their small effects on figures count as luck.
* **What the model is built to meet is not fitted.** Poverty by oblast and year, poverty of children and of towns in
  2021, unemployment by oblast and sex, work by sex and age in 2023 and the register of disability are raked or solved
  for. Rows that `kelishim validate` withholds stay checks. No row of the labour force is left to be fitted.
* **A prior changed because it could not reach the record.** In 96 prior runs the children of a family with the child
  benefit never came above 3.26 (3.40 published). The prior of how much more often larger families claim
  (`claiming.children`) is wide now; its median stays. Earlier changes of this kind are told in
  [the decision](decisions/benefit-threshold.md).
* **Demand is bounded from below only.** That all places of 2022 and 95 % of those of 2023 by the middle of May were
  taken says that at least 1.25 applications came for each place; how many more, nobody published.
* **The Hungarian share in firms of 500 and more staff is fitted** (HU05): since wishes of foreign employers are filled
  by the model's own matching, a firm that owes 25 seats in one town has a local limit. See
  [the decision](decisions/local-supply.md).
* **The employment rate of persons with disabilities is not fitted** (PD05), because its source is that of the prior.
* **Luck stays in.** A published figure counts as one run at the scale of the bank, so contracts and placements keep the
  luck of a sample and inform less than they could. Shrinking it by the ratio of scales made intervals too narrow.
* **One scale.** All runs are at one scale, and no step leads to another. In version 0.5 the step moved
  every figure by less than a discrepancy.
* **Identities count once.** Children with the benefit at two dates and the share of agriculture follow from other
  figures and are compared, not fitted.
"""


OF_A_FOLDER = """
## Choices made before fitting

* **What is fitted** is what the country's `targets.csv` says, row by row.
* **What the record may not inform.** Parameters about what becomes of businesses and markets (own starts, returns,
  survival, labour of a business, investment, feedback) keep their priors. Their small effects on figures count as luck.
* **Luck stays in.** A published figure counts as one run at the scale of the bank, so figures keep the luck of a sample
  and inform less than they could.
"""


def summary(found: Posterior) -> list[str]:
    """Return a few sentences for the screen."""
    d = found.about["diagnostics"]
    prior, after = d["sbc_prior"], d["sbc_posterior"]
    missed = [row["target"] for row in d["predictive"] if row["use"] != "check" and not row["inside"]]
    passed = "Calibrated: the checks on invented truths were passed."
    failed = "Prior scenario: not every check on invented truths was passed, so nothing is called calibrated."
    held = (
        f"Invented truths: 90 % intervals held {prior['pooled_90']:.1%} of {prior['truths']} from the prior and "
        f"{after['pooled_90']:.1%} of {after['truths']} from the posterior; 50 % intervals {prior['pooled_50']:.1%} "
        f"and {after['pooled_50']:.1%}."
    )
    quick = "A quick calibration, for trying out only: too few invented truths were tried to call it calibrated."
    return [
        quick if found.quick else passed if found.sound else failed,
        held,
        "Figures outside their band: " + (", ".join(missed) or "none") + ".",
    ]


def text(found: Posterior) -> str:
    """Return the whole report as Markdown."""
    about, d = found.about, found.about["diagnostics"]
    effort = about["effort"]
    shipped = about["country"] in targets.COUNTRIES
    file, jobs = ("calibration/targets.csv", JOBS) if shipped else (targets.FILE.name, "")
    parts = [
        METHOD.strip().format(status=status(found), file=file, jobs=jobs, **effort),
        (CHOICES if shipped else OF_A_FOLDER).rstrip(),
        *_provenance(about), *_remarks(about, "effort"), *_targets(about, d), *_parameters(d), *_checks(d),
        *_remarks(about, "checks"),
        *_local(d), *_emulators(d), *_remarks(about, "emulator"), *_hold_outs(d), *_withheld(d),
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def status(found: Posterior) -> str:
    """Return what the posterior may be called."""
    failed = "**Prior scenario**, not to be called calibrated: not every check below was passed."
    if found.quick:
        failed = "**Prior scenario**, not to be called calibrated."
    word = "**Calibrated.**" if found.sound else failed
    return f"{word} {found.coverage}"


def _remarks(about: Mapping[str, Any], section: str) -> Iterable[str]:
    """Yield what was noted by hand about a section of this very posterior."""
    for remark in (about.get("remarks") or {}).get(section, ()):
        yield f"\n{remark}\n"


def _provenance(about: Mapping[str, Any]) -> Iterable[str]:
    made = about.get("made") or {}
    yield "\n## Where it comes from\n"
    yield from table_of(["what", "value"], [
        ["commit", str(made.get("commit", "not known"))],
        ["model code", about["code"]], ["priors", about["data"]["priors"]], ["targets", about["data"]["targets"]],
        ["population", about["data"]["population"][:12]], ["seed", str(about["seed"])],
        ["runs", str(about["simulations"])], ["seconds", f"{about['seconds']['all']:.0f}"],
        ["fingerprint of the draws", about.get("fingerprint", "written beside the draws")],
    ])  # fmt: skip


def _targets(about: Mapping[str, Any], d: Mapping[str, Any]) -> Iterable[str]:
    known = {t.name: t for t in targets.read(about["country"])}
    yield "\n## Figures and the model\n"
    yield ("Band: the middle 90 % of simulator runs at posterior draws, with discrepancy. *In*: the published interval "
           "meets the band. *Below*: share of these runs that lie below the published figure; under .05 and above .95 "
           "it lies at or beyond the edge of the band, whose ends are themselves known to a few hundredths only. *p*: "
           "how often such a run lies as far out, on either side.\n"
           )  # fmt: skip
    rows = []
    for row in d["predictive"]:
        if _of_oblast(row["target"]):
            continue
        t = known[row["target"]]
        rows.append([
            t.name, f"{t.metric}, {t.period}", row["use"], number(row["published"]),
            f"{number(row['middle'])} [{number(row['low'])}, {number(row['high'])}]",
            f"{row['place']:.2f}", f"{row['p']:.2f}" if "p" in row else "", "in" if row["inside"] else "**out**",
        ])  # fmt: skip
    yield from table_of(["id", "figure", "use", "published", "model", "below", "p", ""], rows)
    for kind, words in (("PO", "Poverty"), ("LU", "Unemployment")):
        oblasts = [row for row in d["predictive"] if _of_oblast(row["target"]) and row["target"].startswith(kind)]
        inside = sum(row["inside"] for row in oblasts)
        if oblasts:
            yield f"\n{words} by oblast and year (solved): {inside} of {len(oblasts)} figures lie in their band.\n"
    missed = [row for row in d["predictive"] if not row["inside"]]
    if missed:
        yield "\nMisses, why, and what each would need:\n"
        yield from table_of(["figure", "reason"], [[row["target"], known[row["target"]].note] for row in missed])
    conflict = d["prior_predictive"]["outside"]
    yield "\nFigures outside the central 99 % of the prior's predictions: " + (", ".join(conflict) or "none") + ".\n"
    yield "\nFigures that are not compared, and why:\n"
    reasons: dict[str, list[str]] = {}
    for t in known.values():
        if t.use in ("not represented", "prior", "input", "reported", "solved"):
            reasons.setdefault(f"{t.use}: {t.note}", []).append(t.name)
    yield from table_of(["figures", "reason"], [[_span(names), why] for why, names in reasons.items()])
    yield from _expected(d.get("expected") or [])
    jobs = d["jobs_reported"]
    if not jobs:
        return
    yield (f"\nJobs reported in 2023: {number(jobs['published'])} in the record; the model gives "
           f"{number(jobs['with_change'])} with the definition of 2023 and {number(jobs['without_change'])} with that "
           "of 2022. Nothing else in the model depends on the definition.\n")  # fmt: skip


def _of_oblast(name: str) -> bool:
    return name[:2] in ("PO", "LU") and "R" in name


def _expected(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    if not rows:
        return
    yield ("\nJudged likely before any run, not published, and not fitted ([why](decisions/benefit-at-entry.md)). "
           "*Met*: the middle of the posterior's runs lies in what was judged likely.\n")  # fmt: skip
    yield from table_of(
        ["share", "judged likely", "model", ""],
        [[row["figure"], f"{number(row['judged'])} [{number(row['least'])}, {number(row['most'])}]", _band(row),
          "met" if row["met"] else "**not met**"] for row in rows],
    )  # fmt: skip
    yield "\n" + " ".join(dict.fromkeys(row["means"] for row in rows if row["means"])) + "\n"


def _parameters(d: Mapping[str, Any]) -> Iterable[str]:
    yield "\n## What the figures inform\n"
    yield ("Width of the posterior over that of the prior: below .5 *informed*, to .85 *weak*, above *prior-driven*. "
           "Parameters that are not listed move no figure and keep their prior.\n")  # fmt: skip
    rows = [
        [row["name"], f"{row['ratio']:.2f}", f"{row['moved']:+.2f}", row["label"]]
        for row in d["contraction"]
    ]  # fmt: skip
    yield from table_of(["parameter", "width", "moved (prior standard deviations)", ""], rows)


def _checks(d: Mapping[str, Any]) -> Iterable[str]:
    yield "\n## Invented truths\n"
    rows = []
    for name, key in (("from the prior", "sbc_prior"), ("from the posterior", "sbc_posterior")):
        c = d[key]
        rows.append([
            name, str(c["truths"]), f"{c['pooled_90']:.3f}", f"{c['pooled_50']:.3f}",
            f"{min(c['each_90'].values()):.2f} to {max(c['each_90'].values()):.2f}", ", ".join(c["outside"]) or "none",
            f"{c['sentinel_sd']:.3f}", f"{c['least_p']:.4f} ({c['least_uniform']})", "yes" if c["sound"] else "**no**",
        ])  # fmt: skip
    yield from table_of(
        ["truths", "number", "90 % covers", "50 % covers", "each parameter, 90 %", "outside the band", "sentinel",
         "least p of uniform ranks", "passed"], rows,
    )  # fmt: skip
    yield ("\nWanted: .87 to .93 and .45 to .55 pooled, .83 to .96 for each parameter that the figures inform "
           "(those whose posteriors of invented truths are on average narrower than half the prior); only these "
           "are judged one by one, because with so many parameters some leave the band by chance. Which ones do is "
           "named above, judged or not.\n")  # fmt: skip


def _emulators(d: Mapping[str, Any]) -> Iterable[str]:
    yield "\n## Emulator and sampler\n"
    rows = []
    kinds = [(title, key) for title, key in (("whole prior", "emulator_prior"), ("near the record", "emulator_near"))
             if key in d]  # fmt: skip
    for title, key in kinds:
        e = d[key]
        inside = len(e["figures"]) - len(e["outside"])
        beyond = max(row["beyond_3"] for row in e["figures"].values())
        rows.append([
            title, str(e["runs"]), f"{inside} of {len(e['figures'])}",
            f"{e['expected_outside']:.1f}", f"{e['least_sd']:.2f} to {e['largest_sd']:.2f}", f"{beyond:.1%}",
        ])  # fmt: skip
    yield from table_of(
        ["emulator", "runs kept apart", "within .9 to 1.1", "outside by chance alone", "standardised residuals",
         "most beyond 3"], rows,
    )  # fmt: skip
    yield ("\nA residual is what the emulator misses of a run, over the size of luck that it states for this run's "
           "parameters; each figure is judged alone, by the standard deviation of its residuals over all runs kept "
           "apart. *Outside by chance alone*: how many figures a right emulator would show outside the band, from the "
           "sampling error of that standard deviation (more where tails are long; that the size of luck was itself "
           "learned from so many runs comes on top). *Of the discrepancy*: what the "
           "emulator misses of a run near the record, over the figure's discrepancy; below .01 nothing hangs on "
           "it.\n")  # fmt: skip
    table = []
    for name in d[kinds[0][1]]["figures"]:
        cells = [name]
        for _, key in kinds:
            row = d[key]["figures"][name]
            mark = "" if checks.well_spread(row["sd"]) else "**"
            cells.append(f"{mark}{row['sd']:.2f}{mark} +- {row['sd_error']:.2f}")
        cells.append(f"{d[kinds[-1][1]]['figures'][name]['of_discrepancy']:.2g}")
        table.append(cells)
    yield from table_of(["figure", *(title for title, _ in kinds), "of the discrepancy"], table)
    s = d["sampler"]
    yield (f"\nShare of the prior that the record does not rule out: {d['plausible_share']:.2%}. Between {s['seeds']} "
           f"seeds posterior means differ by at most {s['largest_difference_of_means']:.3f} prior standard "
           f"deviations; sentinel {s['sentinel_sd']:.3f} (mean {s['sentinel_mean']:+.3f}); stages "
           f"{_list(s['stages'])}; moves taken {_list(s['taken'])}; points that moved "
           f"{_list(s['unique'])}.\n")  # fmt: skip


def _hold_outs(d: Mapping[str, Any]) -> Iterable[str]:
    yield "\n## Left out and predicted\n"
    yield "Each figure predicted by the fit to all others:\n"
    rows = [_predicted(row) for row in d["left_out"]]
    yield from table_of(["figure", "published", "predicted", "", "distance (sd)", "p"], rows)
    yield "\nFit to 2021 and 2022, predicting 2023, beside naive rivals:\n"
    rows = [
        [*_predicted(row), number(row["as_before"]), number(row["in_proportion"]), "yes" if row["beats"] else "no"]
        for row in d["year_left_out"]
    ]
    yield from table_of(
        ["figure", "published", "predicted", "", "distance (sd)", "p", "as in 2022", "in proportion", "model nearest"],
        rows,
    )
    yield from _first_years(d["transfer"]) if d["transfer"] else ()
    yield "\nOther sizes of discrepancy:\n"
    rows = [
        [f"x {row['factor']:g}", f"{row['log_evidence']:.1f}", f"{row['sentinel_sd']:.3f}", str(row["informed"]),
         str(row["weak"]), f"{row['largest_move']:.2f}"]
        for row in d["discrepancy"]
    ]  # fmt: skip
    yield from table_of(
        ["discrepancy", "log evidence", "sentinel", "informed", "weak", "largest move (posterior sd)"], rows
    )


def _first_years(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    yield (
        "\nFigures of employers abroad that are never fitted, in the first year of a law, as those of Hungary and "
        "Austria are. The published ones are from laws of decades, so this tells what a first year gives and is no "
        "test; the test runs each law to its age. *In*: the band meets the published interval, nothing added.\n"
    )
    known = {t.name: t for t in targets.read()}
    cells = []
    for row in rows:
        of = known[row["target"]]
        met = row["low"] <= of.upper and row["high"] >= of.lower
        cells.append([f"{of.name} {of.metric}", number(row["published"]), _band(row), _in(met)])
    yield from table_of(["figure", "published", "model", ""], cells)


def _local(d: Mapping[str, Any]) -> Iterable[str]:
    found = d.get("local") or {}
    if not found:
        return
    yield ("\nAt the record itself: a classifier was trained to tell the parameters of invented truths near the record "
           f"from draws of their posteriors, and asked there (C2ST). Parameters: {', '.join(found['parameters'])}. "
           f"Statistic {found['statistic']:.2g}, {found['of_nothing']:.2g} where there is nothing to tell, "
           f"p = {found['p']:.2f}: {'passed' if found['passed'] else '**not passed**'}. With {found['truths']} truths "
           "it sees gross errors only.\n")  # fmt: skip


def _withheld(d: Mapping[str, Any]) -> Iterable[str]:
    found = d.get("withheld") or {}
    if not found:
        return
    yield (f"\nRows of `kelishim validate` at {found['draws']} draws of the posterior, within their tolerance (90 % of "
           "the withheld ones wanted); rows are named where most draws lie outside:\n")  # fmt: skip
    yield from table_of(
        ["rows", "number", "within", "mostly outside"],
        [[use, str(row["rows"]), f"{row['inside']:.1%}", ", ".join(found["outside"][use]) or "none"]
         for use, row in found["shares"].items()],
    )  # fmt: skip


def number(value: float) -> str:
    """Return a figure with three to five meaningful digits.

    >>> number(83824.0), number(0.164), number(5.54), number(7482688211.0)
    ('83,824', '0.164', '5.54', '7.48 billion')
    """
    size = abs(value)
    if size >= 1e9:
        return f"{value / 1e9:.2f} billion"
    if size >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 100.0 else f"{value:.2f}" if size >= 1.0 else f"{value:.3f}"


def _predicted(row: Mapping[str, Any]) -> list[str]:
    band = _band(row)
    return [
        row["target"],
        number(row["published"]),
        band,
        _in(row["inside"]),
        f"{row['distance']:+.1f}",
        f"{row['p']:.2f}" if "p" in row else "",
    ]


def _band(row: Mapping[str, Any]) -> str:
    return f"{number(row['middle'])} [{number(row['low'])}, {number(row['high'])}]"


def _in(inside: bool) -> str:
    return "in" if inside else "**out**"


def _list(values: Sequence[float]) -> str:
    return ", ".join(f"{v:g}" for v in values)


def _span(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{names[0]} to {names[-1]} ({len(names)})"


def table_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as Markdown."""
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]
