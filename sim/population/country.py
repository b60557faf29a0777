"""The country: a folder of numbers, checked once and held as arrays (model.md section 16.1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.countries import country_folder, word_of
from sim.errors import CountryError, InputError
from sim.months import month_index
from sim.population import expected, places
from sim.population.fitting import ipf
from sim.population.margins import COUNTRY, Margin, Margins, read
from sim.population.places import CITY, Organisation, Raion

Floats = npt.NDArray[np.float64]

MARGIN_FILES = (
    "margins_households.csv", "margins_persons.csv", "margins_employers.csv", "margins_work.csv",
    "margins_demography.csv", "assumptions.csv",
)
FILES = (*MARGIN_FILES, "regions.csv", "raions.csv", "copula.csv", "organisations.csv")
SURVEY = "survey.npz"  # households of a survey, in place of those that are built
REPLICATES = "survey_replicates"  # folder of what the survey might have drawn instead: 2.npz, 3.npz and so on
CENSUS_YEAR = 2022


@dataclass(frozen=True)
class Country:
    """What the model knows of a country before it is peopled. Arrays follow the order of ``regions``."""

    folder: Path
    name: str
    regions: tuple[str, ...]
    capital: int  # index of the capital
    raions: tuple[Raion, ...]
    copula: dict[str, float]  # covariate -> correlation with log consumption
    organisations: tuple[Organisation, ...]
    margins: Margins
    population: Floats  # persons, census base: regions of January 2023 scaled to the census of 2022
    urban_population: Floats  # of these, in cities and towns
    digest: str = field(repr=False)  # SHA-256 of the files

    @property
    def word(self) -> str:
        """What a scenario writes for this country: the name of one that comes along, or the path of its folder."""
        return word_of(self.folder)

    def margin(self, name: str, region: str = COUNTRY, year: int | None = None) -> Margin:
        """Return one published number or judgement; without a year, the latest.

        Raises :class:`CountryError`, saying what exists, if there is none.
        """
        return self.margins.row(name, region, year)

    def value(self, name: str, region: str = COUNTRY, year: int | None = None) -> float:
        """Return the value of :meth:`margin`."""
        return self.margins.value(name, region, year)

    def share(self, name: str, region: str = COUNTRY, year: int | None = None) -> float:
        """Return a percentage as a share."""
        return self.margins.value(name, region, year) / 100.0

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.population, self.urban_population):
            array.setflags(write=False)

    def by_region(self, name: str, year: int | None = None) -> Floats:
        """Return a margin of all regions."""
        return self.margins.array(name, self.regions, year)

    def by_area(self, name: str) -> Floats:
        """Return a margin of a survey by region; regions that the survey puts together have the same value."""
        return np.array([self.value(name, self.margins.area(name, region)) for region in self.regions])

    @cached_property
    def areas(self) -> npt.NDArray[np.int64]:
        """Index of the survey's area of each region."""
        names = [self.margins.area("household_size", region) for region in self.regions]
        return np.array([sorted(set(names)).index(name) for name in names], np.int64)

    def deflated(self, name: str, region: str = COUNTRY) -> float:
        """Return a benefit level in som of 2023."""
        row = self.margins.row(name, region)
        return row.value / self.value("price_level", COUNTRY, row.year)

    @cached_property
    def poverty(self) -> dict[int, Floats]:
        """Share of persons below the national line, by year (A: National Statistical Committee)."""
        return {year: self.by_region("poverty", year) / 100.0 for year in expected.OUTCOME_YEARS}

    @cached_property
    def gdp_per_person(self) -> Floats:
        """Gross domestic product of 2022, som per person and year (A)."""
        return self.by_region("gdp_per_person", 2022) * 1000.0

    @cached_property
    def wages(self) -> Floats:
        """Average wage of 2025, som per month (B)."""
        return self.by_region("average_wage", 2025)

    @cached_property
    def national_wages(self) -> dict[int, float]:
        """Average wage of the country by year, som per month (A to 2023, B)."""
        return {m.year: m.value for m in self.margins if m.name == "average_wage" and m.region == COUNTRY}

    @cached_property
    def employment_rate(self) -> Floats:
        """Share of adults employed, mean of 2021 to 2023, [man 0 or woman 1][rural 0 or urban 1].

        Labour force survey (A); the cross of sex and place, which is not published, is taken as proportional.
        """

        def mean(name: str) -> float:
            return float(np.mean([self.share(name, COUNTRY, year) for year in expected.OUTCOME_YEARS]))

        sex = np.array([mean("employment_rate[men]"), mean("employment_rate[women]")])
        place = np.array([mean("employment_rate[rural]"), mean("employment_rate[urban]")])
        return np.outer(sex, place) / mean("employment_rate")

    @cached_property
    def incumbents(self) -> Floats:
        """Employment in pooled small businesses and own-account work, persons, [region][business sector].

        Sectors: agriculture, production, trade, services. Informal employment of 2021 to 2023 by sector and by urban
        and rural place (A), spread over regions by population; the split of services, the place of construction and
        the region within each sector are judgement (C).
        """

        def mean(kind: str) -> float:
            values = [self.value(f"informal_employment[{kind}]", COUNTRY, y) for y in expected.OUTCOME_YEARS]
            return 1000.0 * float(np.mean(values))

        building = self.share("construction_to_services") * mean("construction")
        trade = self.share("trade_share_of_services") * mean("services")
        sectors = np.array([
            mean("agriculture"), mean("industry") + mean("construction") - building, trade,
            mean("services") - trade + building,
        ])  # fmt: skip
        urban, rural = self.urban_population, self.population - self.urban_population
        regions = mean("urban") * urban / urban.sum() + mean("rural") * rural / rural.sum()
        farming = self.value("urban_density[agriculture]") * urban + rural
        density = self.value("urban_density[services]") * urban + rural
        years = [self.by_region("manufacturing_share", y) for y in expected.OUTCOME_YEARS]
        seed = np.stack([farming, np.mean(years, axis=0) * self.population, density, density], axis=1)
        names = "informal_employment[urban, rural]", "informal_employment[agriculture, industry, services]"
        return ipf(seed, [((0,), regions * sectors.sum() / regions.sum()), ((1,), sectors)], names)

    @cached_property
    def slot_weights(self) -> Floats:
        """Weight of each raion in the slot formula beside its need: that of a city is less (D12)."""
        city = np.array([raion.urban_share > CITY for raion in self.raions])
        return np.where(city, self.share("slot_weight[city]"), 1.0)

    @cached_property
    def herd(self) -> Floats:
        """Livestock of each region, cattle-equivalents; equals the households' herds at full scale.

        Heads of 2019 and regional shares of cattle are published in part (B), other shares are judgement (C).
        """
        return self.sheep_equivalents / self.value("sheep_equivalent[cattle]")

    @cached_property
    def sheep_equivalents(self) -> Floats:
        """Livestock of each region, sheep-equivalents."""
        total = np.zeros(len(self.regions))
        for animal in expected.ANIMALS:
            share = self.by_region(f"livestock_share[{animal}]")
            head = self.value(f"livestock[{animal}]") * self.value(f"sheep_equivalent[{animal}]")
            total += head * share / share.sum()
        return total

    @cached_property
    def register(self) -> tuple[npt.NDArray[np.int64], int]:
        """Persons with disabilities on the register at the end of each month, and the index of the first of them.

        Year ends are published (A to 2023, B); between them the path is straight, after the last it is constant.
        """
        given = sorted((m.year, m.value) for m in self.margins if m.name == "disability_register")
        count = np.array([value for _, value in given])
        for (year, before), (later, after) in pairwise(given):
            if after < before:
                raise CountryError(
                    f"disability_register falls from {before:.0f} in {year} to {after:.0f} in {later}; it must not fall"
                )
        at = np.array([month_index(year, 12) for year, _ in given])
        months = np.arange(at[0], at[-1] + 1)
        return np.floor(np.interp(months, at, count) + 0.5).astype(np.int64), int(at[0])

    @cached_property
    def raion_names(self) -> tuple[str, ...]:
        """Names of the raions, in the order of the raion codes."""
        return tuple(raion.name for raion in self.raions)

    @cached_property
    def raion_oblast(self) -> npt.NDArray[np.int64]:
        """Region index of each raion."""
        return np.array([raion.oblast for raion in self.raions], np.int64)

    @cached_property
    def raion_population(self) -> Floats:
        """Share of the country's people in each raion (C)."""
        return np.array([raion.population_share for raion in self.raions], np.float64)

    def raion_poor(self, year: int) -> Floats:
        """Return each raion's share of the country's poor, with the region's poverty rate in all its raions (C)."""
        poor = self.raion_population * self.poverty[year][self.raion_oblast]
        return np.asarray(poor / poor.sum(), np.float64)


def folder_of(name_or_path: str | Path) -> Path:
    """Return the folder of a country that comes with the model, or the folder itself if a path is given."""
    try:
        return country_folder(str(name_or_path))
    except InputError as error:
        raise CountryError(str(error)) from None


def load_country(name_or_path: str | Path) -> Country:
    """Return a country from its name or its folder; raise :class:`CountryError` if a number is missing or senseless."""
    folder = folder_of(name_or_path)
    regions, capital = places.read_regions(folder)
    margins = Margins(m for file in MARGIN_FILES for m in read(folder / file, regions))
    expected.check(margins, regions)
    census = margins.value("population_census")
    people = margins.array("population_1jan", regions)
    people *= census / people.sum()
    raions = places.read_raions(folder, regions, people, margins.value("population_census[urban]"))
    urban = np.zeros(len(regions))
    for raion in raions:
        urban[raion.oblast] += census * raion.population_share * raion.urban_share
    copula, organisations = places.read_copula(folder), places.read_organisations(folder)
    digest = hashlib.sha256()
    of_survey = [path for path in (folder / SURVEY, *sorted((folder / REPLICATES).glob("*.npz"))) if path.is_file()]
    for path in (*(folder / file for file in FILES), *of_survey):
        digest.update(path.read_bytes())
    country = Country(
        folder=folder, name=folder.name, regions=regions, capital=capital, raions=raions, copula=copula,
        organisations=organisations, margins=margins, population=people,
        urban_population=np.minimum(urban, people), digest=digest.hexdigest(),
    )  # fmt: skip
    if country.register[0][-1] <= country.value("disability_children"):
        raise CountryError("disability_children is not below the last disability_register; it must be a part of it")
    return country
