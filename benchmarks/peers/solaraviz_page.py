"""The real model on Mesa's own page, as a fair expert of SolaraViz would make it; run by ``benchmarks/page_peers.py``.

One lever, the grant; one headline; one line for two figures. The render interval is the whole time that is simulated,
so that after Reset one Step gives the last month, drawn once: the fastest that this page can be.
"""

from __future__ import annotations

import solara
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from sim import Kelishim, Scenario, months
from workshop.country import HORIZON, LAST_MONTH, START
from workshop.levers import levers

GRANT = next(lever for lever in levers() if lever.key == "grant")
STEPS = LAST_MONTH - months.parse("2022-01") + 1


class Country(Kelishim):
    """The model with its lever as an argument, which is how SolaraViz hands it over."""

    def __init__(self, grant: int = int(GRANT.today)) -> None:
        asked = {"social_contract": {"grant": float(grant)}}
        self.grant = grant
        super().__init__(Scenario.of({"start": START, "horizon": HORIZON, "designs": {"asked": asked}}), "asked")


@solara.component
def headline(model: Country) -> None:
    """Say the figure in one sentence; it has no interval, because there is one run."""
    update_counter.get()  # drawn anew with every step
    jobs = model.figure("gross_jobs")
    said = "press Step" if jobs != jobs else f"{jobs:,.0f} jobs in {model.month}"
    solara.Text(f"Grant of {model.grant} som: {said}", classes=["headline"])


page = SolaraViz(
    Country(),
    components=[headline, make_plot_component(["contracts", "gross_jobs"])],
    model_params={
        "grant": {
            "type": "SliderInt", "label": "Grant, som", "value": int(GRANT.today),
            "min": int(GRANT.low), "max": int(GRANT.high), "step": int(GRANT.step),
        },
    },
    name="Kelishim",
    render_interval=STEPS,
)  # fmt: skip
page  # noqa: B018  # Mesa shows the last value of the page
