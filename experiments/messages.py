"""Messages: every text that needs a translation, found in code, templates and data, and the catalogues kept in step.

``python -m experiments.messages`` adds to ``experiments/languages/*.po`` what is missing (with an empty translation)
and drops what is no longer used; ``python -m experiments.messages FOLDER PACKAGE`` does so for the texts of another
package, less those that the experiments' catalogues already have.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from calibration.headlines import ON_JUDGEMENT, WITHOUT_FORM
from calibration.sets import OF_MEDIANS, OF_PRIOR
from calibration.structural import VARIANTS
from experiments.certainty import RULE
from experiments.language import FOLDER, NAMES, PLURALS, read
from experiments.law_words import LAW, phrases, vocabulary
from sim import behaviour
from sim.outcomes import CODEBOOK
from sim.outcomes.history import published
from sim.outcomes.quota import GROUPS, SIZES, SMALL, UNKNOWN
from sim.policies.design import codes, load
from sim.policies.household_law import HOUSEHOLD_LAW
from sim.policies.law import regions
from sim.policies.policy import declared
from sim.policies.registry import INSTRUMENTS, PAID
from sim.population.country import folder_of
from sim.scenario import SAME_MONEY
from sim.state.labour import OWNERS

HERE = Path(__file__).parent
COUNTRY = "kyrgyzstan"
OF_SETS = "Intervals hold the middle 90 % of the parameter sets given."


class Wanted(NamedTuple):
    """A text to translate; ``many`` is its plural, empty without one."""

    context: str
    one: str
    many: str = ""


def wanted() -> set[Wanted]:
    """Return all messages of the experiments: of their code and templates, and of the data that they show."""
    return of_package(HERE) | set(of_data())


def welcome() -> set[Wanted]:
    """Return messages that may be translated but need not be: names and words of laws, which come with their files."""
    laws = [load(code) for code in codes()]
    return {Wanted("", law.name) for law in laws} | {Wanted(LAW, words) for law in laws for words in phrases(law)}


def of_package(folder: Path) -> set[Wanted]:
    """Return the messages in a package: ``.text("...")``, ``.plural("...", "...")``, ``N_("...")``, ``_("...")``."""
    found: set[Wanted] = set()
    for path in sorted(folder.rglob("*.py")):
        if path.name != Path(__file__).name:
            found |= set(_in_python(ast.parse(path.read_text(encoding="utf-8"))))
    for path in sorted(folder.rglob("*.html")):
        found |= set(_in_template(path.read_text(encoding="utf-8")))
    return found


def _in_python(tree: ast.AST) -> Iterator[Wanted]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        words = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        context = next((key.value.value for key in node.keywords
                        if key.arg == "context" and isinstance(key.value, ast.Constant)), "")  # fmt: skip
        if name in ("text", "N_") and words:
            yield Wanted(str(context), words[0])
        elif name == "plural" and len(words) > 1:
            yield Wanted("", words[0], words[1])


def _in_template(source: str) -> Iterator[Wanted]:
    from jinja2 import Environment, nodes

    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        name = getattr(call.node, "name", "")
        words = [part.value for part in call.args if isinstance(part, nodes.Const) and isinstance(part.value, str)]
        if name == "_" and words:
            yield Wanted("", words[0])
        elif name == "many" and len(words) > 1:
            yield Wanted("", words[0], words[1])


def of_data(country: str = COUNTRY) -> Iterator[Wanted]:
    """Yield the messages in data: outcomes, parameters, priors, regions, published figures, laws and scenarios."""
    yield Wanted("", SAME_MONEY)
    yield from (Wanted("", text) for text in (OF_PRIOR, OF_MEDIANS, ON_JUDGEMENT, WITHOUT_FORM, OF_SETS, RULE))
    for outcome in CODEBOOK.values():
        yield from (Wanted("", text) for text in (outcome.label, outcome.definition))
        yield from _unit(outcome.unit)
    for instrument in INSTRUMENTS:
        yield Wanted("", instrument.title)
        for parameter in declared(instrument.policy):
            yield Wanted("", parameter.label)
            yield from _unit(parameter.unit)
    for parameter in declared(HOUSEHOLD_LAW.policy):
        yield Wanted("", parameter.label)
    yield from (Wanted("", title) for title in PAID.values())
    yield from (Wanted("", variant.label) for variant in VARIANTS)
    for prior in behaviour.priors(country):
        yield Wanted("", prior.meaning)
        yield from _unit(prior.unit)
    for figure in published(folder_of(country)):
        yield Wanted("", figure.label)
        yield from (Wanted("", text) for text in (figure.means,) if text)
        yield from _unit(figure.unit)
    yield from (Wanted("", name) for name in (*regions(country), *SIZES, *GROUPS, *OWNERS, SMALL, UNKNOWN))
    yield from (Wanted(LAW, words) for words in vocabulary())
    yield from _scenarios()


def _unit(unit: str) -> Iterator[Wanted]:
    if unit:
        yield Wanted("unit", unit)
    if unit.startswith("share"):
        yield Wanted("unit", ("%" + unit.removeprefix("share")).strip())


def _scenarios() -> Iterator[Wanted]:
    import tomllib

    for path in sorted([*(HERE / "scenarios").glob("*.toml"), *(HERE / "studies").glob("*.toml")]):
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        if raw.get("question"):
            yield Wanted("", str(raw["question"]))
        for part in _labelled(raw):
            yield Wanted("", part)


def _labelled(raw: object) -> Iterator[str]:
    for value in raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ():
        if isinstance(value, dict) and isinstance(value.get("label"), str) and value["label"]:
            yield value["label"]
        yield from _labelled(value)


def update(folder: Path, wish: Iterable[Wanted]) -> dict[str, int]:
    """Bring the catalogues of a folder in step with the messages wished for; return how many each lacks."""
    lacking = {}
    for code in (name for name in NAMES if name != "en"):
        path = folder / f"{code}.po"
        old = read(path) if path.exists() else {}
        forms = len(PLURALS[code][1])
        text = f'# {NAMES[code]}\nmsgid ""\nmsgstr ""\n"Language: {code}\\n"\n'
        text += f'"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {PLURALS[code][0]};\\n"\n'
        lacking[code] = 0
        for entry in sorted(set(wish)):
            said = old.get((entry.context, entry.one), ("",) * forms if entry.many else "")
            lacking[code] += not said or not all(said)
            text += "\n" + (f"msgctxt {_quoted(entry.context)}\n" if entry.context else "")
            text += f"msgid {_quoted(entry.one)}\n"
            if entry.many:
                text += f"msgid_plural {_quoted(entry.many)}\n"
                text += "".join(f"msgstr[{k}] {_quoted(form)}\n" for k, form in enumerate(said))
            else:
                text += f"msgstr {_quoted(str(said))}\n"
        folder.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return lacking


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> None:
    """Update catalogues from the command line."""
    if len(sys.argv) == 3:
        lacking = update(Path(sys.argv[1]), of_package(Path(sys.argv[2])) - wanted())
    else:
        lacking = update(FOLDER, wanted() | welcome())
    for code, number in lacking.items():
        print(f"{NAMES[code]}: {number} texts lack a translation")


if __name__ == "__main__":
    main()
