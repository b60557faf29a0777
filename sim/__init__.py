"""Kelishim: what grants and employment quotas do to poor families and persons with disabilities.

The names below are fetched when they are first used, so that ``import sim`` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.behaviour import Behaviour
    from sim.model import ColumnCollector, Kelishim
    from sim.scenario import Scenario

_HOMES = {
    "Behaviour": "sim.behaviour", "ColumnCollector": "sim.model", "Kelishim": "sim.model", "Scenario": "sim.scenario",
}  # fmt: skip
__all__ = ["Behaviour", "ColumnCollector", "Kelishim", "Scenario"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"sim has no '{name}'; it offers {', '.join(__all__)} and its modules")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
