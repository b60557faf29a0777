"""Kelishim from Mesa, in a plain script: ``python experiments/examples/mesa_script.py``.

A country at 1:1000 lives through two years of a larger grant. The script reads agents, collects data with Mesa's
collector, writes into agents to try something that no design offers, and prints what came out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import ColumnCollector, Kelishim, Scenario
from sim.agentset import Household

SCENARIO = Scenario.of(
    {
        "name": "mesa example",
        "start": "2022-01",
        "horizon": "2023-12",
        "designs": {"today": {}, "large": {"social_contract": {"grant": 200_000.0}}},
    }
)


def main() -> dict[str, Any]:
    """Run the example and return what it prints."""
    model = Kelishim(SCENARIO, design="large", scale=1000, seed=1)
    collector = ColumnCollector(
        model_reporters={
            "poor families": lambda m: m.households.select("consumption < 5124").total(),
            "mean profit": lambda m: m.households.select("operating == 1").mean("profit"),
        },
        agenttype_reporters={Household: {"consumption": "consumption", "a person": lambda s: s.get("declared")}},
    )
    while model.running:
        model.step()
        collector.collect(model)
        if model.month == "2022-06":  # an experiment: every family with three children learns of the programme
            model.households.select("children >= 3").set("aware", 1)
    families = model.households.select("contract >= 5").sort("capital")
    largest = families[0] if len(families) else model.households[0]
    out = {
        "last month": model.month,
        "contract families": families.total(),
        "largest business": largest.to_dict(),
        "aware by children": model.households.groupby("children").agg("aware", np.mean),
        "by month": collector.get_model_vars_dataframe(),
        "by household": collector.get_agenttype_vars_dataframe(Household),
    }
    for name, value in out.items():
        print(f"{name}:\n{value}\n")
    return out


if __name__ == "__main__":
    main()
