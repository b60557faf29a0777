"""The command ``population --survey``: a country whose households are those of a survey."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import typer

from calibration import posterior
from experiments import kit
from experiments.commands.survey import usable
from experiments.intake import margins, peopling, replicates, reweighting, words
from experiments.intake.mapping import survey_map
from experiments.intake.survey import take
from experiments.language import Language
from experiments.screen import Screen
from sim.errors import InputError
from sim.population import build, load_country, surveyed
from sim.population.country import REPLICATES, SURVEY

OTHERS = (SURVEY, REPLICATES)
FITTED = (*posterior.OF_A_FOLDER, *OTHERS)  # not true of other households


class Wanted(NamedTuple):
    """What is wanted: the file and its map, the folder of the new country, the cap of the weights, seed, replicates."""

    file: Path
    map: Path
    out: Path
    cap: float
    seed: int
    replicates: int

    @property
    def luck(self) -> tuple[int, int]:
        """Seed and number of the replicates."""
        return self.seed, self.replicates


def of_survey(wanted: Wanted, say: Language) -> None:
    """Make the folder of a country whose households are those of a survey, and say what was done."""
    made = survey_map(wanted.map)
    survey, country = usable(take(wanted.file, made), say), load_country(made.country)
    if (country.folder / SURVEY).is_file():
        raise InputError(f"country is '{made.country}'; it is made of a survey itself, name the one it was made from")
    kit.checked(wanted.out.name, wanted.out.parent)
    done = reweighting.reweight(survey.weight, margins.of_country(survey, country), wanted.cap)
    base = build(country)
    alike = peopling.likeness(survey, base)
    found = peopling.peopled(survey, reweighting.whole_numbers(done.new, wanted.seed), base, wanted.seed, alike)
    people = surveyed.peopled(base, found.made)

    def written(draft: Path) -> None:
        surveyed.write(found.made, draft / SURVEY)
        for number, made in enumerate(replicates.populations(survey, base, done, alike, wanted.luck), start=2):
            surveyed.write(made, surveyed.file_of(draft, number))

    folder, _ = kit.new(wanted.out.name, made.country, wanted.out.parent, FITTED, written)
    told = [
        words.misses_said(done, reweighting.contradictions(done), say), words.weights_said(done, say),
        words.imputed_said(found, say), words.people_said(survey, people, done, say),
    ]  # fmt: skip
    with Screen() as show:
        show.print(*told)
    typer.echo(say.text("The country with these households is in {folder}. Try: {command}", folder=folder,
                        command=f"kelishim --country {folder} validate"))  # fmt: skip
