"""Bill: what a quota law asks of one employer and charges it in a year, by the rules that the runs use (Q1 to Q11)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from sim.engine.plain import plain
from sim.errors import InputError
from sim.policies.design import Design
from sim.policies.terms_of_design import HIGHEST, LOWEST, MIDDLE, bare_terms, published_fine, surcharges
from sim.state.quota_charge import (
    alternative_ceiling,
    bonus_due,
    bought_out_seats,
    fine_amount,
    gross_levy,
    levy_units,
    net_levy,
)
from sim.state.quota_law import (
    FINE,
    LEVY,
    NO_SANCTION,
    QuotaTerms,
    counted_base,
    levy_seats,
    missing_seats,
    required_seats,
    reserved_seats,
)

MOST_STAFF = 1e7
NO_LIMIT = 1e15  # of a wage bill that was not given


class Case(NamedTuple):
    """One employer in one year; money is in the law's own currency."""

    staff: float
    counted: float = 0.0  # what its workers with disabilities count together
    persons: float | None = None  # how many they are; nothing: as many as they count
    severe: float | None = None  # of these in groups I and II; nothing: all
    idle: float = 0.0  # years in which nothing was done
    purchases: float = 0.0
    donations: float = 0.0
    spending: float = 0.0  # other spending that may lower the levy
    bought: float = 0.0  # seats bought out
    payroll: float | None = None
    reference: float | None = None  # in place of the law's amount of one unit
    fine: float | None = None  # in place of the law's amount
    public: bool = False

    @property
    def heads(self) -> float:
        """Persons who count."""
        return self.counted if self.persons is None else self.persons


class Bill(NamedTuple):
    """What is owed and due; money a year in the law's own currency, fines for one finding."""

    law: QuotaTerms
    base: float  # the size that the law looks at
    owed: float
    gap: float  # reserved seats that are missing
    replaced: float  # by purchases or donations
    bought: float  # out
    missing: float
    reckoned: float  # seats that the levy is reckoned on: of the year's sums where the law adds months up
    short: float  # of these are missing
    units: float  # of the levy for each of them
    gross: float
    less_purchases: float
    less_spending: float
    levy: float
    buyout: float
    bonus: float
    fines: tuple[float, float, float]  # lowest, middle and highest; not a number where nobody found the amount

    @property
    def due(self) -> float:
        """Return what is due in a year, with the fine of one finding at the middle of its range."""
        return self.levy + self.buyout - self.bonus + self.fines[1]


def reckon(design: Design, case: Case) -> Bill:
    """Return the bill of an employer under a law, in the law's own currency."""
    law = law_of(design, case)
    _checked(design, law, case)
    return settle(law, case, lambda base, missing: _fines(design, case, base, missing))


def settle(law: QuotaTerms, case: Case, fines: Callable[[float, float], tuple[float, float, float]]) -> Bill:
    """Return the bill of an employer under the terms of a law; ``fines`` gives them by size and missing seats.

    The rules are those of the runs, as plain Python: one bill is not worth compiling them.
    """
    public = int(case.public)
    base = float(plain(counted_base)(law, case.staff, case.heads))
    owed = float(plain(required_seats)(law, public, base))
    severe = case.counted if case.severe is None else case.severe
    gap = max(0.0, float(plain(reserved_seats)(law, base)) - severe) if owed > 0.0 else 0.0
    empty = float(plain(missing_seats)(owed, case.counted, 0.0, gap))
    bought = min(case.bought, float(plain(bought_out_seats)(law, base, owed, empty)))
    replaced = min(_replaced(law, case), math.floor(law.alternative_cap * (empty - bought) + 1e-9))
    missing = float(plain(missing_seats)(owed, case.counted, bought + replaced, gap))
    reckoned = float(plain(levy_seats)(law, public, base))
    short = float(plain(missing_seats)(reckoned, case.counted, bought + replaced, gap)) if owed > 0.0 else 0.0
    charged = has_levy(law) and short > 0.0
    units = float(plain(levy_units)(law, base, case.counted, owed, case.idle)) if charged else 0.0
    gross = float(plain(gross_levy)(law, base, case.counted, owed, short, case.idle))
    spent = 0.0 if replaces_seats(law) else case.purchases
    payroll = NO_LIMIT if case.payroll is None else case.payroll
    ceiling = float(plain(alternative_ceiling)(law, base, case.counted))
    return Bill(
        law, base, owed, gap, replaced, bought, missing, reckoned, short, units, gross,
        less_purchases=min(law.alternative_rate * spent, ceiling * gross),
        less_spending=min(case.spending, law.deduction_cap * gross),
        levy=float(plain(net_levy)(law, gross, base, case.counted, spent, case.spending, payroll)),
        buyout=law.buyout_fee * bought,
        bonus=float(plain(bonus_due)(law, base, case.counted, owed)) if owed > 0.0 else 0.0,
        fines=fines(base, missing),
    )  # fmt: skip


def law_of(design: Design, case: Case) -> QuotaTerms:
    """Return the law in its own currency, with the amounts that were given in place of its own."""
    law = bare_terms(design)
    return law if case.reference is None else law._replace(reference=case.reference)


def has_levy(law: QuotaTerms) -> bool:
    """Tell whether the law charges a levy."""
    return law.kind not in (NO_SANCTION, FINE)


def has_fine(law: QuotaTerms) -> bool:
    """Tell whether the law fines."""
    return law.kind not in (NO_SANCTION, LEVY)


def replaces_seats(law: QuotaTerms) -> bool:
    """Tell whether purchases or donations replace seats at a price, rather than lower the levy."""
    return law.alternative_price > 0.0 or law.donation_price > 0.0


def fine_known(design: Design, case: Case) -> bool:
    """Tell whether the amount of a fine was found or is given."""
    return case.fine is not None or all(design.figures[f"sanction.fine_{end}"].known for end in ("min", "max"))


def _replaced(law: QuotaTerms, case: Case) -> float:
    """Return how many seats the purchases and donations are worth."""
    bought = math.floor(case.purchases / law.alternative_price + 1e-9) if law.alternative_price > 0.0 else 0
    given = math.floor(case.donations / law.donation_price + 1e-9) if law.donation_price > 0.0 else 0
    return float(bought + given)


def _fines(design: Design, case: Case, base: float, missing: float) -> tuple[float, float, float]:
    if not has_fine(bare_terms(design)) or missing <= 0.0:
        return 0.0, 0.0, 0.0
    if not fine_known(design, case):
        return math.nan, math.nan, math.nan
    low, middle, high = (_fine(design, case, place, base, missing) for place in (LOWEST, MIDDLE, HIGHEST))
    return low, middle, high


def _fine(design: Design, case: Case, place: float, base: float, missing: float) -> float:
    """Return the fine at a place in its range; an amount that is given has no range but that of its surcharges."""
    fine = published_fine(design, place) if case.fine is None else case.fine
    law = bare_terms(design)._replace(fine=fine, fine_surcharge=surcharges(design, place))
    return float(plain(fine_amount)(law, base, missing))


def _checked(design: Design, law: QuotaTerms, case: Case) -> None:
    """Refuse a case that cannot be, or that the law does not know, in one sentence."""
    for name, value in case._asdict().items():
        if isinstance(value, float | int) and not (math.isfinite(value) and 0.0 <= value <= NO_LIMIT):
            raise InputError(f"{_option(name)} is {value:g}; it must be a number from 0 up")
    if case.staff > MOST_STAFF:
        raise InputError(f"--staff is {case.staff:g}; it must be at most {MOST_STAFF:,.0f}")
    if design.of("scope.base_step") == 1 and case.staff != math.floor(case.staff):
        raise InputError(
            f"--staff is {case.staff:g}, but {design.code} counts whole persons; give a number such as "
            f"{math.floor(case.staff)}"
        )
    if case.heads > case.staff and case.persons is None:
        raise InputError(
            f"--counted is {case.counted:g} of {case.staff:g} staff; if persons count more than one, say with "
            "--persons how many they are"
        )
    if case.heads > case.staff:
        raise InputError(f"--persons is {case.heads:g} of {case.staff:g} staff; it must be at most --staff")
    if case.severe is not None and case.severe > case.heads:
        raise InputError(f"--severe is {case.severe:g} of {case.heads:g} persons; it must be at most --persons")
    _known_to_the_law(design, law, case)


def _known_to_the_law(design: Design, law: QuotaTerms, case: Case) -> None:
    """Refuse amounts for what the law does not have."""
    lowers = replaces_seats(law) or (law.alternative_rate > 0.0 and law.alternative_cap_high > 0.0)
    unknown = {
        "reference": has_levy(law) and design.of("levy.reference") != 1,
        "fine": has_fine(law),
        "purchases": lowers,
        "donations": law.donation_price > 0.0,
        "spending": law.deduction_cap > 0.0,
        "bought": law.buyout_cap > 0.0,
    }
    why = {
        "reference": "has no levy in units of an amount",
        "fine": "has no fine",
        "purchases": "lets no purchases replace a seat or lower the levy",
        "donations": "lets no donations replace a seat",
        "spending": "lets no other spending lower the levy",
        "bought": "lets no seats be bought out",
    }
    for name, known in unknown.items():
        if getattr(case, name) and not known:
            raise InputError(f"{_option(name)} is given, but {design.code} {why[name]}; leave it out")


def _option(name: str) -> str:
    words = {"idle": "idle-years", "spending": "other-spending", "bought": "bought-out"}
    return "--" + words.get(name, name)
