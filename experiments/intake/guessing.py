"""Guessing: a first map of a file, from the names and labels of its columns and codes; a person then reads it.

What is guessed stands in the map as if a person had written it, with the file's own label behind it. What is not found
stands there as a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from experiments.intake.reading import Heading, columns, heading, printable, texts
from experiments.intake.variables import Kind, Variable
from experiments.language import Language
from experiments.middles import COUNTRY
from sim.countries import country_folder
from sim.errors import CountryError, nearest
from sim.policies.law import regions
from sim.population.margins import rows
from sim.toml import key_text, value_text

REGION_NAMES = "region_names.csv"
ROWS, MOST_CODES = 5_000, 60  # rows that codes are looked for in; codes of a column that can be a list of words
FAR = 3  # points for a name or label that says all; less for one that hints

# What the name or label of a column has where it is the variable; English, Russian and Kyrgyz.
SIGNS: Mapping[str, tuple[str, ...]] = {
    "household": (
        r"^(hhid|hh_?id|hh_?no|household_?id|hhnum|hh|household)$",
        r"household (number|id)",
        r"(номер|код|ид).*(домохоз|семь)",
    ),
    "person": (
        r"^(pid|person_?id|pers_?id|mem(ber)?_?(id|no)?|indid|ind_?id|line_?no|person)$",
        r"(person|member|line) (number|id)",
        r"номер (члена|лица)",
    ),
    "weight": (r"^(wgt|weight|hh_?weight|hhw|wt|pweight|fweight|hhwgt)$", r"\bweight\b", r"\bвес\b|взвеш"),
    "stratum": (r"^(strat|strata|stratum)$", r"\bstrat(um|a)\b", r"\bстрат"),
    "psu": (r"^(psu|ea|cluster|clust)$", r"primary sampling unit|enumeration area|\bcluster\b", r"кластер|счетн"),
    "region": (r"^(oblast|region|reg)$", r"\b(oblast|region)\b", r"област|регион"),
    "place": (r"^(resid|urban|rural|urbrur|urb|residence|place)$", r"urban|residence", r"город|местност"),
    "consumption": (
        r"^(hhcons|consumption|cons|totcons|hhexp|totexp)$",
        r"(household|total).*(consumption|expend)",
        r"потреблен|расход",
    ),
    "age": (r"^(age|vozrast)$", r"\bage\b", r"возраст|жаш"),
    "sex": (r"^(sex|gender|pol)$", r"\b(sex|gender)\b", r"\bпол\b|жыныс"),
    "relation": (r"^(rel|relation|relhead)$", r"relation", r"родств|отношен.*глав"),
    "education": (r"^(educ|edu|education|edlevel)$", r"educat", r"образован|билим"),
    "work": (
        r"^(act|work|emp|empstat|lfstat|activity)$",
        r"(main|economic) activity|employment|labou?r status",
        r"занятост|занят",
    ),
    "industry": (r"^(ind|industry|isic|sector)$", r"\bindustry\b|branch of", r"отрасл|вид эконом"),
    "pay": (r"^(wage|pay|salary|earn|earnings)$", r"\b(wage|salary|pay|earnings)\b", r"зарплат|заработн"),
    "benefits": (r"^(transf|benefit|benefits|pension|transfers)$", r"pension|benefit|transfer", r"пенси|пособи"),
    "certificate": (r"^(cert|disab|disability|invalid)$", r"disability (certificate|group)", r"инвалид|овз"),
    "seeing": (r"^(seeing|wg_?see|wg1)$", r"(difficulty|problem).*see", r"зрен|видеть"),
    "hearing": (r"^(hearing|wg_?hear|wg2)$", r"(difficulty|problem).*hear", r"слух|слышать"),
    "walking": (r"^(walking|wg_?walk|wg3)$", r"(difficulty|problem).*walk", r"ходьб|ходить"),
    "remembering": (r"^(remembering|wg_?rem|wg4)$", r"(difficulty|problem).*rememb", r"памят|запомин"),
    "self_care": (r"^(self_?care|wg_?self|wg5)$", r"(difficulty|problem).*self", r"самообслуж"),
    "communicating": (r"^(communicating|wg_?comm|wg6)$", r"(difficulty|problem).*commun", r"общен"),
    "contract": (r"^(contract|contract_?(no|id)|id)$", r"number of the contract|contract number", r"номер.*договор"),
    "year": (r"^(year|contract_?year|god)$", r"year of", r"\bгод\b"),
    "raion": (r"^(raion|rayon|district)$", r"\b(raion|district)\b", r"район"),
    "sector": (r"^(sector|business)$", r"sector|business", r"сектор|вид деятел"),
    "size": (r"^(size|family_?size|hh_?size|members)$", r"members|size", r"членов семьи|размер"),
    "children": (r"^(children|kids)$", r"children", r"детей|дети"),
    "child_benefit": (r"^(benefit|child_?benefit|ubk)$", r"child benefit", r"уй-?бул|пособи"),
    "disability": (r"^(disab|disability)$", r"disabilit", r"инвалид|овз"),
    "paid": (r"^(paid|paid_?on|date|payment_?date)$", r"date of payment|paid on", r"дата"),
    "grant": (r"^(grant|amount|sum)$", r"grant|amount", r"сумма|грант"),
    "status": (r"^(status|visit)$", r"status", r"статус|состоян"),
}

# What the label of a code, or the code itself, has where it means a word; the first that is found counts.
MEANINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "sex": (("woman", r"^(f|w|ж)$|female|wom[ae]n|жен|аял"), ("man", r"^(m|м)$|\bmale|\bm[ae]n\b|муж|эркек")),
    "place": (("urban", r"urban|town|city|город|шаар"), ("rural", r"rural|village|сел|айыл")),
    "relation": (
        ("head", r"head|глав"),
        ("spouse", r"spouse|wife|husband|partner|супруг|жена|муж"),
        ("child", r"son|daughter|child|сын|доч|реб|внук|внуч"),
        ("parent", r"parent|mother|father|мать|отец|родител"),
        ("other", r"other|друг|не родств"),
    ),
    "education": (
        ("higher", r"high(er)? educ|^higher|univers|tertiary|bachelor|master|^высш"),
        ("below", r"below|none|no educ|primary|basic|начальн|основн|нет"),
        ("secondary", r"second|vocat|college|школ|сред|професс"),
    ),
    "work": (
        ("own_account", r"own.?account|self.?empl|employer|самозан|предприним"),
        ("family_worker", r"family work|unpaid|помога"),
        ("employee", r"employee|wage|hired|наемн|работник"),
        ("farm", r"farm|фермер|сельск|подсоб"),
        ("seeking", r"seek|unempl|looking|безработ|ищет"),
        ("student", r"stud|pupil|учащ|учит"),
        ("retired", r"retir|pension|пенси"),
        ("abroad", r"abroad|за рубеж"),
        ("child", r"child|ребен|under"),
        ("home", r"home|house|domest|домаш|other|прочее"),
    ),
    "certificate": (
        ("group1", r"(group|группа)\D?1|^1 |first|перв"),
        ("group2", r"(group|группа)\D?2|second|втор"),
        ("group3", r"(group|группа)\D?3|third|трет"),
        ("none", r"none|no\b|нет"),
    ),
    "child_benefit": (("yes", r"^(yes|y|1|да|ооба)$"), ("no", r"^(no|n|0|нет|жок)$")),
    "disability": (("yes", r"^(yes|y|1|да|ооба)$"), ("no", r"^(no|n|0|нет|жок)$")),
    "status": (
        ("operating", r"operat|works|работа|действ"),
        ("completed", r"complet|заверш"),
        ("failed", r"fail|не выполн|наруш"),
        ("closed", r"clos|закры|прекращ"),
    ),
    "sector": (
        ("agriculture", r"agric|farm|livestock|сельс|животн"),
        ("production", r"produc|manuf|sew|произв|швей"),
        ("trade", r"trad|shop|торг"),
        ("services", r"serv|услуг"),
    ),
}
NO_ANSWER = r"refus|don.?t know|no answer|not stated|missing|нет ответа|отказ|не знаю|затруд"
OF_DIFFICULTY = (("cannot", r"cannot|can't|unable|at all|не мож"), ("much", r"lot|much|great|больш|сильн"),
                 ("some", r"some|little|некотор|немного"), ("none", r"no\b|none|without|нет"))  # fmt: skip


@cache
def region_names(country: str) -> tuple[tuple[str, str], ...]:
    """Return how files call the regions of a country, by pattern; the names themselves if the country says nothing."""
    folder = country_folder(country)
    if not (folder / REGION_NAMES).is_file():
        return tuple((name, re.escape(name.lower())) for name in regions(country))
    found = []
    for place, row in rows(folder / REGION_NAMES, ("region", "pattern")):
        if row["region"] not in regions(country):
            raise CountryError(f"{place}: region is '{row['region']}'; {nearest(row['region'], regions(country))}")
        try:
            re.compile(row["pattern"])
        except re.error:
            raise CountryError(f"{place}: pattern is '{row['pattern']}'; it must be a regular expression") from None
        found.append((row["region"], row["pattern"]))
    return tuple(found)


class Guess(NamedTuple):
    """The column that a variable may be, with its label and the words of its codes, empty where none fits."""

    column: str
    label: str
    codes: dict[str, tuple[str, str]]  # code -> word, label


def guesses(path: Path, variables: Mapping[str, Variable]) -> dict[str, Guess]:
    """Return what the variables of a file may be."""
    about = heading(path)
    raw = columns(path, about.names, ROWS)
    found: dict[str, Guess] = {}
    left = list(about.names)
    for name in sorted(variables, key=lambda one: -_best(one, left, about)[0]):
        score, column = _best(name, left, about)
        if score == 0:
            continue
        one = variables[name]
        codes = _codes(path, name, one, about, column, raw[column]) if one.kind == Kind.CODE else {}
        found[name] = Guess(column, about.labels.get(column, ""), codes)
        left.remove(column)
    return {name: found[name] for name in variables if name in found}


def _best(name: str, left: list[str], about: Heading) -> tuple[int, str]:
    """Return the points of the likeliest column and its name; no points where none is likely."""
    best = (0, "")
    for column in left:
        low, label = column.lower(), about.labels.get(column, "").lower()
        for points, sign in zip((FAR, FAR - 1, FAR - 1), SIGNS.get(name, ()), strict=False):
            text = low if points == FAR else label or low.replace("_", " ")
            if points > best[0] and re.search(sign, text):
                best = (points, column)
    return best


def _codes(
    path: Path, name: str, one: Variable, about: Heading, column: str, series: object
) -> dict[str, tuple[str, str]]:
    labels = dict(about.words.get(column, {}))
    _, there = texts(f"{path}: {column}", series)
    if len(there) <= MOST_CODES:
        labels |= {code: code for code in sorted(there, key=_order) if code not in labels}
    elif not labels:
        return {}
    return {code: (_word(name, one, label), label) for code, label in labels.items()}


def _order(code: str) -> tuple[float, str]:
    return (float(code) if re.fullmatch(r"-?\d{1,9}", code) else 1e9, code)


def _word(name: str, one: Variable, label: str) -> str:
    plain = label.strip().lower()
    for word in one.words:
        if plain in (word.lower(), word.lower().replace("_", " ")):
            return word
    signs = MEANINGS.get(name) or (OF_DIFFICULTY if "cannot" in one.words else ())
    if name == "region":
        signs = region_names(COUNTRY)
    return next((word for word, sign in signs if word in one.words and re.search(sign, plain)), "")


class Files(NamedTuple):
    """The file of persons, or of contracts, and a second one of households, named as the map will name it."""

    first: Path
    households: Path | None = None
    named: str = ""


def written(files: Files, variables: Mapping[str, Variable], say: Language) -> str:
    """Return a first map of a file, or of two, as TOML with comments."""
    of_home = {name: one for name, one in variables.items() if one.of_household or name == "household"}
    homes = {} if files.households is None else guesses(files.households, of_home)
    rest = {name: one for name, one in variables.items() if name == "household" or name not in homes}
    found = guesses(files.first, rest)
    about = say.text(
        "A first map of {file}. Read every line: it was guessed from names and labels.", file=files.first.name
    )
    lines = [f"# {_comment(about, 200)}", f"country = {value_text(COUNTRY)}"]
    if files.households is not None:
        lines.append(f"households_file = {value_text(files.named)}")
    lines += ["", "[columns]", *_named(found, rest, say)]
    if files.households is not None:
        lines += ["", "[household_columns]", *_named(homes, {"household": variables["household"]} | {
            name: variables[name] for name in homes
        }, say)]  # fmt: skip
    coded = found | {name: guess for name, guess in homes.items() if guess.codes}
    lost = {name: [code for code, (_, label) in guess.codes.items() if re.search(NO_ANSWER, label.lower())]
            for name, guess in coded.items()}  # fmt: skip
    if any(lost.values()):
        lines += ["", f"[missing]  # {say.text('codes that mean: no answer')}"]
        lines += [f"{name} = {value_text(codes)}" for name, codes in lost.items() if codes]
    for name, guess in coded.items():
        if guess.codes and not all(code == word for code, (word, _) in guess.codes.items()):
            lines += ["", f"[codes.{name}]  # {say.text('known words')}: {', '.join(variables[name].words)}"]
            lines += list(_code_lines(guess, lost[name]))
    return "\n".join(lines) + "\n"


def _named(found: Mapping[str, Guess], variables: Mapping[str, Variable], say: Language) -> Iterator[str]:
    for name, one in variables.items():
        if name in found:
            label = found[name].label or say.text("no label")
            yield f"{name} = {value_text(found[name].column)}  # {_comment(label)}"
        else:
            yield f'# {name} = ""  # {say.text("not found")}: {say.text(one.label)}'


def _code_lines(guess: Guess, lost: list[str]) -> Iterator[str]:
    for code, (word, label) in guess.codes.items():
        if code in lost:
            continue
        line = f"{key_text(code)} = {value_text(word)}"
        yield f"{line}  # {_comment(label)}" if word else f"# {line}  # {_comment(label)}"


def _comment(text: str, most: int = 80) -> str:
    """Return a text that can stand behind a line of TOML."""
    return printable(text)[:most]
