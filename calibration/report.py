"""Report: what a calibration did and found, as text that a referee can check (docs/calibration.md is one of these)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from calibration import targets
from calibration.posterior import Posterior

METHOD = """
# Calibration

{status}

## What was done

1. **Targets.** `calibration/targets.csv` has every published figure with its interval, its use, its discrepancy (one
   standard deviation of what a correct model may miss) and its source. A *fit* figure enters the likelihood. Figures
   that are inputs, are solved for, repeat others, or have no counterpart in the model are named below with the reason.
   Ministry counts of jobs meet the reporting layer only (rule R1): 1.96 jobs a contract in 2022 and 1.18 in 2023 with
   the same grant is a change of definition, decided before fitting. No figure dated after 2023 is used.
2. **Bank.** {runs} runs of the years 2020 to 2023 over the whole prior (a Latin hypercube in all uncertain parameters),
   one household for {scale}.
3. **Emulator.** Each figure gets the parameters that move it beyond chance and a polynomial in them; the luck of a run
   is carried as a covariance across figures. {held_out} runs kept apart judge it.
4. **History matching and a wave.** {wave} more runs where the record is plausible, and a second emulator there.
5. **Step to the scale of studies**, one household for {policy_scale}: shift of each figure and the share of luck left.
6. **Posterior.** Tempered sampling, {points} points, {seeds} seeds, prior of every parameter standard normal in latent
   space, and a sentinel that touches nothing.
7. **Checks.** {truths} invented truths from the prior and {posterior_truths} from the posterior, simulated at the scale
   of studies; ranks of true parameters among their posterior draws.
"""


def summary(found: Posterior) -> list[str]:
    """Return a few sentences for the screen."""
    d = found.about["diagnostics"]
    prior, after = d["sbc_prior"], d["sbc_posterior"]
    missed = [row["target"] for row in d["predictive"] if row["use"] == "fit" and not row["inside"]]
    passed = "Calibrated: the checks on invented truths were passed."
    failed = "Prior scenario: the checks on invented truths were not passed; scenarios go on drawing from the prior."
    held = (
        f"Invented truths: 90 % intervals held {prior['pooled_90']:.1%} of {prior['truths']} from the prior and "
        f"{after['pooled_90']:.1%} of {after['truths']} from the posterior; 50 % intervals {prior['pooled_50']:.1%} "
        f"and {after['pooled_50']:.1%}."
    )
    lines = [
        passed if found.sound else failed,
        held,
        "Figures outside their band: " + (", ".join(missed) or "none") + ".",
    ]
    if found.quick:
        lines.insert(0, "A quick calibration, for trying out only.")
    return lines


def text(found: Posterior) -> str:
    """Return the whole report as Markdown."""
    about, d = found.about, found.about["diagnostics"]
    effort = about["effort"]
    parts = [
        METHOD.strip().format(status=status(found), **effort),
        *_provenance(about), *_targets(about, d), *_parameters(d), *_checks(d), *_emulators(d), *_hold_outs(d),
        *_rivals(d),
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def status(found: Posterior) -> str:
    """Return what the posterior may be called."""
    word = "**Calibrated.**" if found.sound else "**Prior scenario**, not calibrated: the checks below were not passed."
    return f"{word} {found.coverage}"


def _provenance(about: Mapping[str, Any]) -> Iterable[str]:
    made = about.get("made") or {}
    yield "\n## Where it comes from\n"
    yield from _table(["what", "value"], [
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
           "meets the band.\n")  # fmt: skip
    rows = []
    for row in d["predictive"]:
        if row["target"].startswith("PO") and "R" in row["target"]:
            continue
        t = known[row["target"]]
        rows.append([
            t.name, f"{t.metric}, {t.period}", row["use"], number(row["published"]),
            f"{number(row['middle'])} [{number(row['low'])}, {number(row['high'])}]",
            "in" if row["inside"] else "**out**",
        ])  # fmt: skip
    yield from _table(["id", "figure", "use", "published", "model", ""], rows)
    oblasts = [row for row in d["predictive"] if row["target"].startswith("PO") and "R" in row["target"]]
    if oblasts:
        inside = sum(row["inside"] for row in oblasts)
        yield f"\nPoverty by oblast and year (solved): {inside} of {len(oblasts)} figures lie in their band.\n"
    conflict = d["prior_predictive"]["outside"]
    yield "\nFigures outside the central 99 % of the prior's predictions: " + (", ".join(conflict) or "none") + ".\n"
    yield "\nFigures that are not compared, and why:\n"
    reasons: dict[str, list[str]] = {}
    for t in known.values():
        if t.use in ("not represented", "prior", "input", "reported", "solved"):
            reasons.setdefault(f"{t.use}: {t.note}", []).append(t.name)
    yield from _table(["figures", "reason"], [[_span(names), why] for why, names in reasons.items()])
    jobs = d["jobs_reported"]
    yield (f"\nJobs reported in 2023: {number(jobs['published'])} in the record; the model gives "
           f"{number(jobs['with_change'])} with the definition of 2023 and {number(jobs['without_change'])} with that "
           "of 2022. Nothing else in the model depends on the definition.\n")  # fmt: skip


def _parameters(d: Mapping[str, Any]) -> Iterable[str]:
    yield "\n## What the figures inform\n"
    yield ("Width of the posterior over that of the prior: below .5 *informed*, to .85 *weak*, above *prior-driven*. "
           "Parameters that are not listed move no figure and keep their prior.\n")  # fmt: skip
    rows = [
        [row["name"], f"{row['ratio']:.2f}", f"{row['moved']:+.2f}", row["label"]]
        for row in d["contraction"]
    ]  # fmt: skip
    yield from _table(["parameter", "width", "moved (prior standard deviations)", ""], rows)


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
    yield from _table(
        ["truths", "number", "90 % covers", "50 % covers", "each parameter, 90 %", "outside the band", "sentinel",
         "least p of uniform ranks", "passed"], rows,
    )  # fmt: skip
    yield "\nWanted: .87 to .93 and .45 to .55 pooled, .83 to .96 for each parameter.\n"


def _emulators(d: Mapping[str, Any]) -> Iterable[str]:
    yield "\n## Emulator and sampler\n"
    rows = []
    for title, key in (("whole prior", "emulator_prior"), ("near the record", "emulator_near")):
        if key in d:
            e = d[key]
            worst = max(e["figures"], key=lambda name: abs(e["figures"][name]["sd"] - 1.0))
            beyond = max(row["beyond_3"] for row in e["figures"].values())
            rows.append([
                title, str(e["runs"]), f"{e['least_sd']:.2f} to {e['largest_sd']:.2f}", worst, f"{beyond:.1%}",
            ])  # fmt: skip
    yield from _table(["emulator", "runs kept apart", "standardised residuals", "worst", "most beyond 3"], rows)
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
    yield from _table(["figure", "published", "predicted", "", "distance (sd)"], rows)
    yield "\nFit to 2021 and 2022, predicting 2023, beside naive rivals:\n"
    rows = [
        [*_predicted(row), number(row["as_before"]), number(row["in_proportion"]), "yes" if row["beats"] else "no"]
        for row in d["year_left_out"]
    ]
    yield from _table(
        ["figure", "published", "predicted", "", "distance (sd)", "as in 2022", "in proportion", "model nearest"], rows
    )
    yield "\nOther sizes of discrepancy:\n"
    rows = [
        [f"x {row['factor']:g}", f"{row['log_evidence']:.1f}", f"{row['sentinel_sd']:.3f}", str(row["informed"]),
         str(row["weak"]), f"{row['largest_move']:.2f}"]
        for row in d["discrepancy"]
    ]  # fmt: skip
    yield from _table(
        ["discrepancy", "log evidence", "sentinel", "informed", "weak", "largest move (posterior sd)"], rows
    )


def _rivals(d: Mapping[str, Any]) -> Iterable[str]:
    yield "\n## Other methods on the same runs\n"
    rows = []
    for title, key in (("regression on the bank (ABC)", "regression"), ("ensemble sampler", "ensemble")):
        m = d.get(key) or {}
        if m:
            low, high = m["width_ratios"]
            rows.append([
                title, f"{m['largest_difference']:.2f}", f"{low:.2f} to {high:.2f}", f"{m['agree']} of {m['of']}",
            ])  # fmt: skip
    yield from _table(
        ["method", "largest difference of means (posterior sd)", "ratio of widths", "informed parameters that agree"],
        rows,
    )
    yield "\nAgree: means within .25 posterior standard deviations and widths within .8 to 1.25.\n"


def number(value: float) -> str:
    """Return a figure with three to five meaningful digits.

    >>> number(83824.0), number(0.164), number(5.54), number(101234.5)
    ('83,824', '0.164', '5.54', '101,234')
    """
    size = abs(value)
    if size >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 100.0 else f"{value:.2f}" if size >= 1.0 else f"{value:.3f}"


def _predicted(row: Mapping[str, Any]) -> list[str]:
    band = f"{number(row['middle'])} [{number(row['low'])}, {number(row['high'])}]"
    return [
        row["target"],
        number(row["published"]),
        band,
        "in" if row["inside"] else "**out**",
        f"{row['distance']:+.1f}",
    ]


def _list(values: Sequence[float]) -> str:
    return ", ".join(f"{v:g}" for v in values)


def _span(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{names[0]} to {names[-1]} ({len(names)})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]
