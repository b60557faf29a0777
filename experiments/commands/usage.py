"""One sentence for a wrong number or word on the command line, in the language asked for, not the library's."""

from __future__ import annotations

import inspect
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import typer
from typer.core import TyperGroup

from experiments.commands.options import WRONG_INPUT
from experiments.language import Language, of_errors
from sim.toml import marks_hint

GIVEN = "kelishim.given"


class OneSentence(TyperGroup):
    """A group of commands that says in one sentence which number or word is wrong and what would be right."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Remember what was given, before it is taken apart."""
        ctx.meta[GIVEN] = list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a number that is none, or a word that an option does not know, gets one sentence."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            said = sentence(error, ctx.meta.get(GIVEN, []))
            if not said:
                raise
            typer.echo(said, err=True)
            raise typer.Exit(WRONG_INPUT) from None


def sentence(error: Any, given: list[str]) -> str:
    """Return one sentence about a number or one of some words; empty if the error is about something else."""
    kind, notes = _wanted(getattr(error.ctx, "command", None), getattr(error.param, "name", ""))
    found, words = _number(kind, notes), _words(kind)
    value = _value(given, list(getattr(error.param, "opts", ())))
    if value is None or (found is None and not words):
        return ""
    say = _language(given)
    if found is None:
        return say.text("{option} is '{value}'; it must be one of: {words}", option=max(error.param.opts, key=len),
                        value=value, words=", ".join(words))  # fmt: skip
    hint = say.text("; write decimals with a point, 0.25, and thousands without a mark") if marks_hint(value) else ""
    return _range(found, {"option": max(error.param.opts, key=len), "value": value}, say) + hint


def _range(found: tuple[bool, float | None, float | None], names: dict[str, str], say: Language) -> str:
    """Return the sentence on what a number must be."""
    whole, low, high = found
    ends = {"low": _written(low, say), "high": _written(high, say)}
    if whole and high is not None:
        return say.text("{option} is '{value}'; it must be a whole number from {low} to {high}", **names, **ends)
    if whole and low is not None:
        return say.text("{option} is '{value}'; it must be a whole number from {low} on", **names, **ends)
    if high is not None:
        return say.text("{option} is '{value}'; it must be a number from {low} to {high}", **names, **ends)
    if low is not None:
        return say.text("{option} is '{value}'; it must be a number from {low} on", **names, **ends)
    return say.text("{option} is '{value}'; it must be a number", **names)


def _wanted(command: Any, name: str) -> tuple[Any, list[Any]]:
    """Return the type that an option wants, and the notes on it; ``None`` if there is no such option."""
    signature = inspect.signature(inspect.unwrap(command.callback), eval_str=True) if command is not None else None
    if signature is None or name not in signature.parameters:
        return None, []
    kind, *notes = get_args(signature.parameters[name].annotation) or (None,)
    return kind, notes


def _words(kind: Any) -> list[str]:
    """Return the words that an option knows; empty if it takes any.

    >>> _words(Literal["table", "json"]), _words(int | None)
    (['table', 'json'], [])
    """
    if get_origin(kind) is Literal:
        return [str(word) for word in get_args(kind)]
    kinds = [one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, Enum)]
    return [str(word.value) for one in kinds for word in one]


def _number(kind: Any, notes: list[Any]) -> tuple[bool, float | None, float | None] | None:
    """Return whether an option wants whole numbers, and its ends; ``None`` if it wants no number."""
    kinds = {kind, *get_args(kind)}
    ends = next(((note.min, note.max) for note in notes if hasattr(note, "min")), (None, None))
    return (int in kinds, *ends) if {int, float} & kinds else None


def _value(given: list[str], options: list[str]) -> str | None:
    """Return what was given for an option, the last time that it was.

    >>> _value(["redteam", "--levy", "-1"], ["--levy"]), _value(["compare", "--draws=0"], ["--draws"])
    ('-1', '0')
    """
    for place in reversed(range(len(given))):
        name, equals, value = given[place].partition("=")
        if name in options:
            return value if equals else given[place + 1] if place + 1 < len(given) else None
    return None


def _language(given: list[str]) -> Language:
    code = _value(given, ["--language"])
    return of_errors(code or "en")


def _written(end: float | None, say: Language) -> str:
    return "" if end is None else say.shortest(end, 6)
