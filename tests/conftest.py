"""Fixtures shared by tests: small countries and the worlds they live through, a browser and the page's server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library, "1")  # before they load: threads of tests that run side by side take turns
os.environ.pop("COLUMNS", None)  # tests that run side by side are given one, and a sentence would be broken at it

import pytest  # noqa: E402
import small  # noqa: E402
from browser import MISSING, browser  # noqa: E402
from page_server import Running  # noqa: E402

from sim.behaviour import Behaviour  # noqa: E402
from sim.population import Population  # noqa: E402
from sim.world import World  # noqa: E402
from workshop import results, simulations  # noqa: E402

LONGEST = (  # files that take longest, the longest first
    "test_workshop_results.py", "test_room_whole.py", "test_page_browser.py", "test_population.py",
    "test_invariance.py", "test_package.py", "test_runner.py", "test_report_real.py", "test_wounds_world.py",
    "test_reference.py", "test_notebook.py", "test_demography.py", "test_adding.py", "test_second_country.py",
    "test_room_browser.py", "test_explain.py", "test_explore_browser.py", "test_surveyed.py", "test_calibration.py",
    "test_start_up.py", "test_survival.py", "test_workshop_lost.py", "test_supports.py", "test_tables.py",
    "test_explain_person.py", "test_people.py", "test_lean.py", "test_time.py", "test_questions.py", "test_library.py",
    "test_country_kit.py", "test_model_mesa.py", "test_slides.py", "test_population_country.py", "test_outlook.py",
    "test_same_headline.py", "test_reading.py", "test_corrections.py", "test_no_browser.py", "test_report.py",
    "test_posterior.py", "test_arms.py", "test_precision.py", "test_twins.py", "test_peers.py", "test_waterfalls.py",
    "test_workshop_sessions.py", "test_survey.py", "test_cli.py", "test_simulated.py", "test_golden.py",
    "test_page_offline.py", "test_work_world.py", "test_wounds.py", "test_one_verdict.py", "test_conserved_money.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files that take longest begin first, so that no core waits for the other at the end."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session")
def central() -> Behaviour:
    """Every parameter at the median of its prior."""
    return Behaviour.central(small.COUNTRY)


@pytest.fixture(scope="session")
def eventful() -> Behaviour:
    """Parameters under which much happens to few families."""
    return small.eventful()


@pytest.fixture(scope="session")
def tiny() -> Population:
    """A country of 120 households, each for 200, with very little labour."""
    return small.small(120)


@pytest.fixture(scope="session")
def village() -> Population:
    """A country of 500 households, each for 200, with very little labour."""
    return small.small(500)


@pytest.fixture(scope="session")
def never(village: Population, eventful: Behaviour) -> World:
    """The village without any programme until the end of 2026; fork it, never advance it."""
    return small.burnt_in(village, eventful, until=60)


@pytest.fixture(scope="session")
def before(village: Population, eventful: Behaviour) -> Callable[[], World]:
    """Return a maker of the village in January 2022, before any programme."""
    kept = small.burnt_in(village, eventful)
    return lambda: kept.fork()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; skips with the reason where there is none."""
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The workshop's server with figures of its own, on this machine."""
    running = Running(tmp_path_factory.mktemp("sessions"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def patient() -> Iterator[None]:
    """Let the page wait for the real model as long as a machine takes that does other work: no test is about time."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (results, simulations):
            patch.setattr(module, "PATIENCE", 600.0)  # seconds
        yield


WITHOUT = "without a browser"  # how pytest counts the tests that were skipped for want of one


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Count the tests that were skipped for want of a browser by themselves, so that they are told in one line."""
    return (WITHOUT, "s", "NO BROWSER") if report.skipped and MISSING in str(report.longrepr) else None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Say as the very last line how many tests were skipped for want of a browser."""
    result = yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and (left_out := len(reporter.stats.get(WITHOUT, ()))):  # only in the process that collects
        tests = "1 TEST WAS" if left_out == 1 else f"{left_out} TESTS WERE"
        advice = "To run them: KELISHIM_BROWSER=/path/to/chromium make test"
        reporter.write_line(f"{tests} NOT RUN, FOR NO BROWSER WAS FOUND OR INSTALLED. {advice}", red=True, bold=True)
    return result
