"""Money codebook: the steps between what is spent on a design and what families have of it (people.md B1; model.md Y9).

Two identities, in som of 2023 over the horizon, more than without the design, checked in every run:

``net cost to the budget = grants + running + benefits of the design + entitled - child benefit saved - recovered
- paid back - levies - taxes``;
``money of families = grants - put into businesses + business income - pay given up + child benefit + benefits of the
design - levies borne + given - loans repaid - paid back - what covers the cost + other income``, and
``consumption = money of families - saved``.

Other income and saving are what remains of their sums; every other step is a sum of the books.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.engine.sums import added
from sim.errors import IdentityError
from sim.outcomes import costs
from sim.outcomes.compared import Compared
from sim.outcomes.jobs import series
from sim.outcomes.outcome import Outcome
from sim.policies.registry import OF_DESIGNS

TOLERANCE = 1e-6  # of the largest step
OF_PUBLIC = {
    "grants_paid": 1.0, "running_paid": 1.0, "protection_paid": 1.0, "entitled_paid": 1.0, "benefit_saved": -1.0,
    "grants_recovered": -1.0, "grants_paid_back": -1.0, "levies_received": -1.0, "taxes_received": -1.0,
}  # fmt: skip
BENEFITS = tuple(f"paid_{name}" for name in OF_DESIGNS)
HORIZON_SOM = "som of 2023 over the horizon, more than without the design"


def more(c: Compared, *names: str) -> float:
    """Return how much more some lines of the books are over the horizon than without the design, som of 2023."""
    return float(sum(c.more(series(name)).sum() for name in names))


def running(c: Compared) -> float:
    """Return what the programme costs beside its grants and the benefits of the design: administration, services."""
    return float(c.programme.sum()) - more(c, "grants", *BENEFITS)


def benefit_saved(c: Compared) -> float:
    """Return the child benefit that is no longer paid, at the rate of the law."""
    return float(costs.benefit_lost(c.final, c.base).sum())


def levies_received(c: Compared) -> float:
    """Return levies and fines received, less what one part of government pays to another."""
    return more(c, "labour_levy", "labour_fines_paid") - more(c, "labour_charged_inside")


def taxes_received(c: Compared) -> float:
    """Return income tax and contributions received, less what one part of government pays to another."""
    return added(sign * more(c, name) for name, sign in costs.TAXES)


def family_money(c: Compared) -> float:
    """Return the change of disposable income of all families over the horizon."""
    return c.gains.income + c.gains.once


def put_in(c: Compared) -> float:
    """Return what of the grants families do not spend on themselves, with own money and applications, less sales."""
    return more(c, "grants") - c.gains.once


def other_income(c: Compared) -> float:
    """Return the change of all recurrent income that no other step names."""
    comes = more(c, "value_added", "benefit", "protection", "certificates", "given")
    return c.gains.income - comes + more(c, "crowded_out", "charges_borne", "loans_repaid", "paid_back", "financed")


def saved(c: Compared) -> float:
    """Return the change of income that is not consumed within the horizon."""
    return family_money(c) - more(c, "consumption")


def check(owner: str, c: Compared) -> None:
    """Raise ``IdentityError`` if the steps of public money miss the net cost to the budget."""
    steps = {one.name: one.value(c) for one in MONEY_STEPS if one.value is not None}
    gap = missing(steps, float(costs.net_fiscal_cost(c.final, c.base).sum()))
    if gap > 0.0:
        raise IdentityError(f"design {owner}: the steps of public money miss the net cost to the budget by {gap:.3g}")


def missing(steps: Mapping[str, float | None], total: float) -> float:
    """Return by how much the steps of public money miss a total, nothing within the tolerance.

    >>> two = {"grants_paid": 5e9, "running_paid": 1e9, "protection_paid": 0.0, "entitled_paid": 0.0,
    ...        "benefit_saved": 2e9}
    >>> rest = {"grants_recovered": 0.0, "grants_paid_back": 0.0, "levies_received": 0.0, "taxes_received": 1e9}
    >>> missing({**two, **rest}, 3e9), missing({**two, **rest}, 4e9)
    (0.0, 1000000000.0)
    """
    values = [sign * float(steps[name] or 0.0) for name, sign in OF_PUBLIC.items()]
    gap = abs(added(values) - total)
    return gap if gap > TOLERANCE * max(1.0, *map(abs, values)) else 0.0


def _step(name: str, label: str, definition: str, rule: str, value: Callable[[Compared], float]) -> Outcome:
    return Outcome(name, label, "som", f"{definition}, {HORIZON_SOM}", rule, value=value)


MONEY_STEPS = (
    _step("grants_paid", "Grants paid", "Grants paid to families", "O3;Y9", lambda c: more(c, "grants")),
    _step(
        "running_paid", "Administration, services and interest",
        "What the programme costs beside its grants: administration, interest on follow-up loans, services, premiums "
        "and subsidies to employers, and child benefit paid beyond the rate of the law", "Y9", running),
    _step(
        "protection_paid", "Benefits of the design beyond today's law",
        "Pensions, benefits, allowances and pay of assistants at home that the design pays beyond today's law", "F;Y9",
        lambda c: more(c, *BENEFITS)),
    _step(
        "entitled_paid", "Benefits of certified staff, and pay for no work by government",
        "Disability benefits of staff who were certified for the quota, and what government employers give for no "
        "work", "W6;E3", lambda c: more(c, costs.ENTITLED)),
    _step(
        "benefit_saved", "Child benefit that is no longer paid",
        "Child benefit that families with a contract give up, at the rate of the law", "T2;Y9", benefit_saved),
    _step(
        "grants_recovered", "Grants recovered", "Money that families pay back after a breach of the contract", "O5;Y9",
        lambda c: more(c, "recovered")),
    _step(
        "grants_paid_back", "Grants paid back", "What families pay back of repayable grants", "F;B1",
        lambda c: more(c, "paid_back")),
    _step(
        "levies_received", "Levies and fines received",
        "Levies and fines of employers, less those that one part of government pays to another", "T1;Y9",
        levies_received),
    _step(
        "taxes_received", "Income tax and contributions received",
        "Income tax and contributions on pay at employers with at least five staff, less those that one part of "
        "government pays to another", "T1;Y9", taxes_received),
    _step(
        "grants_put_in", "Put into businesses and applications",
        "Grants that families do not spend on themselves, their own money put in and the cash cost of applying, less "
        "proceeds of businesses sold", "Y13;K2", put_in),
    _step(
        "business_income", "Value added of family businesses",
        "Value added of all family businesses, funded or not", "Y9;B1", lambda c: more(c, "value_added")),
    _step(
        "pay_given_up", "Pay given up for the business",
        "Pay for hours that operators moved from other work into the family business", "H13;B1",
        lambda c: more(c, "crowded_out")),
    _step(
        "benefit_received", "Child benefit received", "Child benefit that families receive", "T2;B1",
        lambda c: more(c, "benefit")),
    _step(
        "charges_on_families", "Levies and fines that families bear",
        "Levies and fines of private employers that lower profits or pay of families or raise prices for them", "D7",
        lambda c: more(c, "charges_borne")),
    _step(
        "given_to_families", "Benefits and pay through the quota",
        "Benefits of staff who were certified for the quota, pay of contracts on paper, donations and dearer purchases "
        "that households receive", "W6;E3", lambda c: more(c, "certificates", "given")),
    _step(
        "cover_paid", "Taxes and cuts that families bear",
        "Taxes that families pay and benefits they lose to cover the cost of the design", "F;B1",
        lambda c: more(c, "financed")),
    _step(
        "loans_repaid", "Follow-up loans repaid", "Instalments of follow-up loans", "B1",
        lambda c: more(c, "loans_repaid")),
    _step(
        "other_income", "Other income of all families",
        "Recurrent income of all families beside the other steps: pay, own account, farming, pensions and remittances, "
        "less what is put back into businesses. What others lose to funded businesses is here", "B1;Y13",
        other_income),
    _step(
        "family_money", "Change of disposable income of all families",
        "Recurrent income and money that came once, of all families", "B1;Y13", family_money),
    _step(
        "saved", "Not consumed within the horizon",
        "Change of disposable income less change of consumption. Consumption follows income of twelve months, by less "
        "than its change", "B2", saved),
    _step(
        "consumption_change", "Change of consumption of all families", "Consumption of all families", "B2",
        lambda c: more(c, "consumption")),
)
