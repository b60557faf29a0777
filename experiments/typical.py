"""Typical families: three contract families of a design and their twins without it, chosen by what they gain.

One run with every parameter at its median; the families stand where a tenth, half and nine tenths of all real contract
families gain less. Nobody is described: the families are simulated.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.marks import N_
from experiments.store import write_json
from experiments.worlds import populated
from sim.behaviour import Behaviour
from sim.outcomes.families import deciles, effects
from sim.scenario import Scenario
from sim.state.households import SECTORS as NAMES
from sim.state.households import proportions
from sim.twins import Ground

if TYPE_CHECKING:
    from experiments.summary import Summary
    from experiments.telling import Telling
    from sim.outcomes.records import Lives
    from sim.world import World

FILE = "families.json"
SHARES = (0.1, 0.5, 0.9)
SETTLED = 12  # months since payment
TITLES = {
    0.1: N_("A family among the tenth that gains least"),
    0.5: N_("A family in the middle"),
    0.9: N_("A family among the tenth that gains most"),
}
SECTORS = {
    "agriculture": N_("agriculture"), "production": N_("production"), "trade": N_("trade"), "services": N_("services"),
}  # fmt: skip


def write(summary: Summary, folder: Path) -> Path | None:
    """Write the typical families of a finished study beside its results, unless they are there already."""
    path = folder / FILE
    if not path.exists():
        write_json(path, of(Scenario.of(dict(summary.manifest["scenario"]))))
    return path


def read(folder: Path) -> dict[str, Any]:
    """Return the typical families of a folder; nothing if there are none."""
    path = folder / FILE
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def of(scenario: Scenario) -> dict[str, Any]:
    """Return the typical families of the first design under which families get contracts, as plain values."""
    people = populated(scenario)
    ground = Ground.of(people, scenario, Behaviour.central(scenario.country), scenario.seed)
    ground.most_kept = len(scenario.designs)
    lives = {name: ground.live(scenario, name) for name in scenario.designs}
    for name, mine in lives.items():
        rows = _chosen(mine, scenario.last_month)
        if rows:
            families = [_family(lives, row, share, scenario.last_month) for share, row in rows]
            return {"design": name, "months": scenario.last_month - ground.before.t + 1, "families": families}
    return {}


def _chosen(lives: Lives, last: int) -> list[tuple[float, int]]:
    """Return (share of contract families that gain less, row) of the chosen ones; nothing with fewer than three."""
    import numpy as np

    effect = effects(lives.final, lives.base, last)
    settled = np.flatnonzero(effect.participant & (effect.months >= SETTLED))
    if len(settled) < len(SHARES):
        return []
    gain = effect.recurrent[settled] / effect.months[settled]
    order = settled[np.lexsort((lives.final.households.identifier[settled], gain))]
    weight = proportions(lives.final.households)[order]
    middles = np.cumsum(weight) - weight / 2.0
    middles -= middles[0]
    places = np.interp(np.array(SHARES) * middles[-1], middles, np.arange(len(order)))
    return [(share, int(order[round(place)])) for share, place in zip(SHARES, places.tolist(), strict=True)]


def _family(lives: dict[str, Lives], row: int, share: float, last: int) -> dict[str, Any]:
    some = next(iter(lives.values()))
    h = some.before.households
    return {
        "share": share,
        "identifier": int(h.identifier[row]),
        "oblast": some.before.population.country.regions[int(h.oblast[row])],
        "people": int(h.size[row]),
        "children": int(h.children[row]),
        "decile": int(deciles(some.before)[row]),
        "disability": bool(h.with_disability[row]),
        "twin": _life(some.base, row, last),
        "lives": {name: _life(each.final, row, last) for name, each in lives.items()},
    }


def _life(world: World, row: int, last: int) -> dict[str, Any]:
    """Return what became of a household, som of 2023."""
    s = world.state
    paid = int(s.paid_at[row])
    new = paid >= world.start
    sector = int(s.sector[row])
    return {
        "paid_at": paid if new else None,
        "grant": float(s.grant[row]) if new else 0.0,
        "business": NAMES[sector - 1] if s.operating[row] and sector else "",
        "closed": bool(new and not s.operating[row]),
        "workers": int(s.hired[row]),
        "works": bool(max(int(s.employed[row]), int(s.operating[row]))),
        "benefit": float(s.benefit_total[row]),
        "income": float(s.recurrent_total[row]),
        "months": last - paid + 1 if new else 0,
    }


def cards(told: Telling, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the families in words: title, who they are, and rows of what happens to them and to their twin."""
    return [_card(told, each, found["design"], found["months"]) for each in found.get("families", [])]


def _card(told: Telling, family: dict[str, Any], design: str, months: int) -> dict[str, Any]:
    text, number = told.say.text, told.say.number
    mine, twin = family["lives"][design], family["twin"]
    som = told.say.text("som", context="unit")
    yes = {True: text("yes"), False: text("no")}

    def business(life: dict[str, Any]) -> str:
        if life["business"]:
            return text(SECTORS[life["business"]])
        return text("closed") if life["closed"] else text("none")

    def money(value: float) -> str:
        return f"{number(value, -2)} {som}"

    rows = [
        (text("Grant"), money(mine["grant"]), text("none")),
        (text("Paid in"), told.say.month(mine["paid_at"]), "–"),
        (text("Business at the end"), business(mine), business(twin)),
        (text("Somebody works in it or elsewhere"), yes[mine["works"]], yes[twin["works"]]),
        (text("Paid workers"), number(mine["workers"]), number(twin["workers"])),
        (text("Child benefit, whole time"), money(mine["benefit"]), money(twin["benefit"])),
        (text("Income a month, on average"), money(mine["income"] / months), money(twin["income"] / months)),
    ]

    def more(life: dict[str, Any], over: int) -> str:
        return f"{number((life['income'] - twin['income']) / max(over, 1), -1, signed=True)} {som}"

    others = [
        text("Under '{design}': {gain} a month over the whole time.", design=told.title(name), gain=more(life, months))
        for name, life in family["lives"].items()
        if name != design and life["income"] != mine["income"]
    ]
    since, whole = more(mine, mine["months"]), more(mine, months)
    gain = text("Compared with its twin: {since} a month since the grant, {whole} a month over the whole time.",
                since=since, whole=whole)  # fmt: skip
    about = [
        f"{text('Oblast')}: {text(family['oblast'])}", f"{text('People')}: {number(family['people'])}",
        f"{text('Children under 16')}: {number(family['children'])}",
        f"{text('Tenth of the population, 1 is the poorest')}: {number(family['decile'])}",
        f"{text('Member with a disability')}: {yes[family['disability']]}",
    ]  # fmt: skip
    return {
        "title": text(TITLES[family["share"]]),
        "about": about,
        "header": ["", text("With '{design}'", design=told.title(design)), text("Its twin, without a contract")],
        "rows": rows,
        "gain": gain,
        "others": others,
    }
