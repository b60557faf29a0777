"""Mapping: the file that says which column is which, and what its codes mean (docs/survey.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from experiments.intake.variables import REGISTER, SURVEY, Kind, Variable, with_regions
from experiments.middles import COUNTRY
from sim.checking import checked, shown
from sim.countries import resolved
from sim.errors import InputError, nearest
from sim.policies.law import regions
from sim.toml import file_tables

Name = Annotated[str, Field(min_length=1, max_length=300)]
Code = Name | int | float


class Written(BaseModel):
    """A map as it is written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    country: Name = COUNTRY
    columns: dict[str, Name]
    households_file: Name | None = None
    household_columns: dict[str, Name] = Field(default_factory=dict)
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    missing: dict[str, list[Code]] = Field(default_factory=dict)
    factors: dict[str, Annotated[float, Field(gt=0.0, le=1e9)]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Map:
    """A checked map. A coded value becomes the place of its word among the variable's words."""

    path: Path
    country: str
    variables: Mapping[str, Variable]  # all that are known
    columns: Mapping[str, str]  # of the first file: variable -> column
    households_file: Path | None
    household_columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    missing: Mapping[str, frozenset[str]]
    factors: Mapping[str, float]

    @property
    def named(self) -> tuple[str, ...]:
        """All variables that the map gives, in the order in which they are known."""
        return tuple(name for name in self.variables if name in self.columns or name in self.household_columns)


def survey_map(path: Path) -> Map:
    """Return the map of a survey."""
    return _read(path, SURVEY, households=True)


def register_map(path: Path) -> Map:
    """Return the map of a register of contracts."""
    return _read(path, REGISTER, households=False)


def _read(path: Path, variables: Mapping[str, Variable], *, households: bool) -> Map:
    if path.suffix.lower() != ".toml":
        raise InputError(f"{path}: the name of a map must end in .toml")
    if not path.is_file():
        raise InputError(f"{path}: there is no such map; 'kelishim survey map FILE' writes a first one")
    raw = file_tables(path, "a map")

    def known(location: Sequence[Any]) -> Iterable[str]:
        return Written.model_fields if not location else variables

    written = checked(lambda: Written.model_validate(raw), str(path), raw, known)
    country = resolved(written.country, path.parent)
    every = with_regions(variables, regions(country))
    made = Map(
        path, country, every, written.columns,
        None if written.households_file is None else path.parent / written.households_file,
        written.household_columns, written.codes,
        {name: frozenset(map(_text, codes)) for name, codes in written.missing.items()}, written.factors,
    )  # fmt: skip
    _agrees(made, households)
    return made


def _text(code: str | float) -> str:
    """Return a code as text: 9 and 9.0 are the same.

    >>> _text(9.0), _text("9"), _text(0.5)
    ('9', '9', '0.5')
    """
    if isinstance(code, str):
        return code.strip()
    return str(int(code)) if code == int(code) else repr(code)


def _agrees(made: Map, households: bool) -> None:
    """Refuse a map whose parts do not fit each other."""
    path, every = made.path, made.variables
    for table in ("columns", "household_columns", "codes", "missing", "factors"):
        for name in getattr(made, table):
            if name not in every:
                raise InputError(f"{path}: {table}.{shown(name)[1:-1]} is not a known variable; {nearest(name, every)}")
            if table in ("codes", "missing", "factors") and name not in made.named:
                raise InputError(f"{path}: {table}.{name} has no column; name the column in [columns], or leave it out")
    if not households and (made.households_file or made.household_columns):
        raise InputError(f"{path}: household_columns is for surveys; a register has one file")
    if (made.households_file is None) != (not made.household_columns):
        raise InputError(
            f"{path}: households_file and [household_columns] belong together; give both, or neither where persons "
            "and households are in one file"
        )
    if made.household_columns and "household" not in made.household_columns:
        raise InputError(f"{path}: household_columns.household is missing; it joins the two files")
    for name in made.household_columns:
        if name != "household" and name in made.columns:
            raise InputError(f"{path}: {name} stands in [columns] and in [household_columns]; name it once")
        if name != "household" and not every[name].of_household:
            raise InputError(f"{path}: household_columns.{name} belongs to persons; name its column in [columns]")
    for name, one in every.items():
        if one.required and name not in made.named:
            raise InputError(f"{path}: columns.{name} is missing; it must be given")
    _coded(made)


def _coded(made: Map) -> None:
    """Refuse codes for what has none, words that nobody knows, and factors for what is no amount."""
    for name, table in made.codes.items():
        one = made.variables[name]
        if one.kind != Kind.CODE:
            raise InputError(f"{made.path}: codes.{name} is given; {name} has no codes, leave it out")
        for code, word in table.items():
            if word not in one.words:
                raise InputError(
                    f"{made.path}: codes.{name} gives {shown(code)} the word {shown(word)}; {nearest(word, one.words)}"
                )
    for name in made.factors:
        if made.variables[name].kind != Kind.NUMBER:
            raise InputError(f"{made.path}: factors.{name} is given; {name} is no number, leave it out")
