"""Kelishim in Mesa's browser page.

    pip install solara "ipyvuetify<2" networkx altair
    solara run experiments/examples/solara_page.py

Without a network it shows only where Solara and its assets have the same version: "solara==1.58.2"
"solara-server==1.58.2" "solara-ui==1.58.2" "solara-assets==1.58.2".

The page has Mesa's buttons for step, run and reset, a slider for the seed, a choice of designs, and a line for each
figure. Everything runs on this computer at 1:1000; a step is a month.
"""

from __future__ import annotations

from mesa.visualization import SolaraViz, make_plot_component

from sim import Kelishim, Scenario

SCENARIO = Scenario.of(
    {
        "name": "page",
        "start": "2022-01",
        "horizon": "2026-12",
        "designs": {
            "today": {},
            "large": {"label": "Larger grants", "social_contract": {"grant": 200_000.0}},
            "taper": {"label": "Child benefit tapered", "social_contract": {"exclusion": "taper"}},
            "none": {"label": "No new contracts"},
        },
    }
)

model_params = {
    "scenario": SCENARIO,
    "design": {"type": "Select", "value": "today", "values": list(SCENARIO.designs), "label": "Design"},
    "seed": {"type": "SliderInt", "value": 1, "min": 1, "max": 100, "step": 1, "label": "Seed"},
    "scale": 1000,
}

page = SolaraViz(
    Kelishim(SCENARIO),
    components=[make_plot_component("poor"), make_plot_component(["contracts", "gross_jobs"])],
    model_params=model_params,
    name="Kelishim",
)
page  # noqa: B018  # Mesa shows the last value of the page
