"""Set a population made of a survey beside the country that the survey was drawn from, figure by figure.

    python benchmarks/survey_reproduces.py --replicates 20

Draws the example survey from the invented country, makes a population of it, and sets every figure of
``kelishim population`` that speaks of people and households beside that of the whole country. The survey is drawn from
one household in ten, so that hardly any luck is in those. The standard error of each figure is its spread over
populations of replicates of the survey. Figures that the new weights fix have hardly any; one that differs by less than
half a thousandth counts as met. By chance alone some 5 % of the figures would be outside two standard errors. Prints
the count by table, and each figure outside.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from experiments.intake import example, margins, peopling, replicates, reweighting  # noqa: E402
from experiments.intake.mapping import survey_map  # noqa: E402
from experiments.intake.survey import take  # noqa: E402
from sim.population import Population, build, load_country  # noqa: E402
from sim.population.surveyed import peopled  # noqa: E402
from sim.population.validation import of_people  # noqa: E402

MET = 5e-4  # relative difference that counts as none
LIMIT = 2.0  # standard errors
CAP = 3.0  # of new over old weights
SCALE = 10  # of the simulated country that the survey is drawn from


def main() -> None:
    """Print what is reproduced."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--country", default="velnia")
    asked = parser.parse_args()
    land = load_country(asked.country)
    base = build(land)
    with tempfile.TemporaryDirectory() as place:
        example.into(Path(place) / "try", ".csv", asked.country, asked.seed, SCALE)
        survey = take(Path(place) / "try/survey.csv", survey_map(Path(place) / "try/survey.toml")).survey
    assert survey is not None
    alike, done = (
        peopling.likeness(survey, base),
        reweighting.reweight(survey.weight, margins.of_country(survey, land), CAP),
    )
    mine = reweighting.whole_numbers(done.new, asked.seed)
    spread = []
    for made in replicates.populations(survey, base, done, alike, (asked.seed, asked.replicates)):
        spread.append(_figures(peopled(base, made))["simulated"].to_numpy(np.float64))
    found = _figures(base).rename(columns={"simulated": "country"})
    found["survey"] = _figures(peopled(base, peopling.peopled(survey, mine, base, asked.seed, alike).made))["simulated"]
    found["error"] = np.std(spread, axis=0, ddof=1)
    apart = found["survey"] - found["country"]
    met = apart.abs() <= MET * found["country"].abs()
    found["errors"] = np.where(met, 0.0, apart / found["error"].where(found["error"] > 0.0, np.nan))
    found["within"] = met | (found["errors"].abs() <= LIMIT)
    counts = found.groupby("table", sort=False)["within"].agg(["sum", "count"])
    print(counts.to_string())
    print(f"{int(found['within'].sum())} of {len(found)} figures within {LIMIT:g} standard errors")
    outside = found[~found["within"]]
    print(outside[["table", "cell", "country", "survey", "error", "errors"]].to_string(index=False))


def _figures(people: Population) -> pandas.DataFrame:
    return of_people(people)[["table", "cell", "simulated"]]


if __name__ == "__main__":
    main()
