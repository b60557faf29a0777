"""What a quota law charges one employer: levies, fines, premiums, prices (model.md section 10, Q7 to Q12)."""

from __future__ import annotations

import math

from sim.engine.compiled import rule
from sim.state.quota_law import (
    LevyBy,
    QuotaTerms,
    Sanction,
    average_rate,
    cleaned,
    levy_seats,
    missing_seats,
    required_seats,
    reserved_seats,
)


@rule
def levy_units(law: QuotaTerms, n: float, counted: float, owed: float, years_zero: float) -> float:
    """Return the levy units per missing seat (Q7).

    >>> import numpy as np
    >>> class L: levy_min_n, surcharge_years, surcharge_unit = 20.0, 3.0, 1500.0
    >>> L.levy_from, L.levy_to, L.levy_variable = np.array([20.0]), np.array([1e9]), np.array([0])
    >>> L.levy_zero, L.levy_unit, L.levy_bands = np.array([-1.0]), np.array([400.0]), np.zeros((1, 1, 3))
    >>> [float(levy_units(L, n, 0.0, 1.0, years)) for n, years in ((19.0, 0), (30.0, 0), (30.0, 3))]
    [0.0, 400.0, 1500.0]
    """
    if n < law.levy_min_n:
        return 0.0
    for k in range(law.levy_from.shape[0]):
        if law.levy_from[k] <= n and n < law.levy_to[k]:
            if years_zero >= law.surcharge_years and counted == 0.0:
                return law.surcharge_unit
            if law.levy_variable[k] == LevyBy.FLAT:
                return law.levy_unit[k]
            if law.levy_variable[k] == LevyBy.BY_RATE:
                value = counted / n
            elif law.levy_variable[k] == LevyBy.BY_FILL:
                value = counted / owed if owed > 0.0 else 1.0
            else:
                value = counted
            if value == 0.0 and law.levy_zero[k] >= 0.0:
                return law.levy_zero[k]
            for b in range(law.levy_bands.shape[1]):
                if law.levy_bands[k, b, 0] <= value and value < law.levy_bands[k, b, 1]:
                    return law.levy_bands[k, b, 2]
            return 0.0
    return 0.0


@rule
def gross_levy(law: QuotaTerms, n: float, counted: float, owed: float, missing: float, years_zero: float) -> float:
    """Return the yearly levy before reductions, som (first line of Q8); 0 without missing seats."""
    if missing <= 0.0 or law.kind == Sanction.NO_SANCTION or law.kind == Sanction.FINE:
        return 0.0
    units = levy_units(law, n, counted, owed, years_zero)
    if law.yearly == 1:
        return cleaned(missing * law.per_year) * units * law.reference
    return missing * units * law.reference * law.per_year


@rule
def alternative_ceiling(law: QuotaTerms, n: float, counted: float) -> float:
    """Return the share of the levy that alternative spending may replace (Q8).

    >>> class L: alternative_cap, alternative_cap_high, alternative_rate_from = 0.5, 0.75, 0.03
    >>> alternative_ceiling(L, 100.0, 2.0), alternative_ceiling(L, 100.0, 4.0)
    (0.5, 0.75)
    """
    if n > 0.0 and counted / n >= law.alternative_rate_from:
        return law.alternative_cap_high
    return law.alternative_cap


@rule
def net_levy(
    law: QuotaTerms, gross: float, n: float, counted: float, spending: float, deductible: float, payroll: float
) -> float:
    """Return the yearly levy after reductions and the ceiling on the wage bill, som (second line of Q8).

    >>> class L: alternative_rate, alternative_cap, alternative_cap_high, alternative_rate_from = 0.3, 0.5, 0.75, 0.03
    >>> L.deduction_cap, L.payroll_cap = 0.1, 1e9
    >>> net_levy(L, 9320.0, 100.0, 4.0, 8000.0 / 0.3, 0.0, 1e6)
    2330.0
    """
    alternative = min(law.alternative_rate * spending, alternative_ceiling(law, n, counted) * gross)
    net = max(gross - alternative - min(deductible, law.deduction_cap * gross), 0.0)
    return min(net, law.payroll_cap * payroll)


@rule
def fine_units(law: QuotaTerms, n: float, missing: float) -> float:
    """Return the fine of one finding as a multiple of the law's amount: surcharges by size, and a most in all (Q9).

    >>> import numpy as np
    >>> class L: fine_per_seat, fine_surcharge, fine_most = 1, np.array([[100.0, 0.2], [1001.0, 0.5]]), 100.0
    >>> float(fine_units(L, 1101.0, 10.0)), float(fine_units(L, 1101.0, 90.0))
    (15.0, 100.0)
    """
    cases = missing if law.fine_per_seat == 1 else 1.0
    return min(cases * (1.0 + average_rate(law.fine_surcharge, n)), law.fine_most)


@rule
def fine_amount(law: QuotaTerms, n: float, missing: float) -> float:
    """Return the fine of one finding at size ``n``, som (Q9).

    >>> import numpy as np
    >>> class L: kind, fine, fine_per_seat, fine_surcharge, fine_most = 1, 20000.0, 0, np.array([[1e9, 0.0]]), 1e9
    >>> float(fine_amount(L, 60.0, 3.0)), float(fine_amount(L, 60.0, 0.0))
    (20000.0, 0.0)
    """
    if missing <= 0.0 or law.kind == Sanction.NO_SANCTION or law.kind == Sanction.LEVY:
        return 0.0
    return law.fine * fine_units(law, n, missing)


@rule
def marginal_fine(law: QuotaTerms, n: float, missing: float) -> float:
    """Return what the last of the missing seats adds to a fine for each seat, or the whole fine of a case, som (Q9).

    >>> import numpy as np
    >>> class L: kind, fine, fine_per_seat, fine_surcharge, fine_most = 1, 3000.0, 1, np.array([[1e9, 0.0]]), 2.5
    >>> [float(marginal_fine(L, 200.0, missing)) for missing in (1.0, 3.0, 4.0)]
    [3000.0, 1500.0, 0.0]
    """
    if law.fine_per_seat == 0:
        return fine_amount(law, n, missing)
    return fine_amount(law, n, missing) - fine_amount(law, n, max(missing - 1.0, 0.0))


@rule
def yearly_charge(
    law: QuotaTerms, public: int, n: float, counted: float, severe: float, years_zero: float, fined: float
) -> float:
    """Return net levy plus expected fine of a year, som, at size ``n`` (charge of Q10); ``fined`` is the probability.

    >>> import numpy as np
    >>> class L: n_min, rounding, rounding_step, min_seats, yearly = 25.0, 0, 1.0, 0.0, 0
    >>> L.kind, L.fine, L.fine_per_seat, L.fine_surcharge, L.fine_most = 1, 20000.0, 0, np.array([[1e9, 0.0]]), 1e9
    >>> L.table, L.rates = np.zeros((1, 3)), np.array([[25.0, 0.04]])
    >>> L.composition = np.array([[1e9, 0.0]])
    >>> float(yearly_charge(L, 0, 24.0, 0.0, 0.0, 0, 0.01)), float(yearly_charge(L, 0, 25.0, 0.0, 0.0, 0, 0.01))
    (0.0, 200.0)
    """
    owed = required_seats(law, public, n)
    gap = max(0.0, reserved_seats(law, n) - severe)
    missing = missing_seats(owed, counted, 0.0, gap)
    short = missing_seats(levy_seats(law, public, n), counted, 0.0, gap)
    if owed <= 0.0 or (missing <= 0.0 and short <= 0.0):
        return 0.0
    return gross_levy(law, n, counted, owed, short, years_zero) + fined * fine_amount(law, n, missing)


@rule
def marginal_levy(law: QuotaTerms, n: float, counted: float, owed: float, missing: float, years_zero: float) -> float:
    """Return by how much one seat less missing lowers the yearly levy, som (tau of Q8)."""
    filled = min(1.0, missing)
    now = gross_levy(law, n, counted, owed, missing, years_zero)
    then = gross_levy(law, n, counted + filled, owed, missing - filled, 0)
    return max(now - then, 0.0) / filled if filled > 0.0 else 0.0


@rule
def charge_ratio(charge: float, cheapest: float) -> float:
    """Return tau: the yearly charge per missing seat over the labour cost of the cheapest countable worker (Q8).

    >>> round(charge_ratio(104367.84, 15000.0 * 12 * 1.0225), 4), charge_ratio(0.0, 180000.0)
    (0.5671, 0.0)
    """
    return charge / cheapest


@rule
def bonus_due(law: QuotaTerms, n: float, counted: float, owed: float) -> float:
    """Return the yearly premium for seats above the quota, som (Q11).

    >>> class L: bonus, bonus_min_n = 27000.0, 101.0
    >>> bonus_due(L, 120.0, 5.0, 3.0), bonus_due(L, 100.0, 5.0, 2.0)
    (648000.0, 0.0)
    """
    return max(0.0, counted - owed) * law.bonus * 12.0 if n >= law.bonus_min_n else 0.0


@rule
def bought_out_seats(law: QuotaTerms, n: float, owed: float, missing: float) -> float:
    """Return the seats that an employer may buy out of its duty (notes to Q8).

    >>> class L: buyout_cap, buyout_min_n = 0.6, 36.0
    >>> bought_out_seats(L, 100.0, 7.0, 7.0), bought_out_seats(L, 30.0, 1.0, 1.0)
    (4.0, 0.0)
    """
    if n < law.buyout_min_n:
        return 0.0
    return min(float(math.floor(law.buyout_cap * owed + 1e-9)), float(math.floor(missing)))


@rule
def seat_price(levy: float, law: QuotaTerms) -> float:
    """Return what an employer buys in a year to replace one seat by purchases, som; 0 if none can (Q8).

    >>> class L: alternative_price, alternative_rate = 0.0, 0.5
    >>> seat_price(30000.0, L)
    60000.0
    """
    if law.alternative_price > 0.0:
        return law.alternative_price
    return levy / law.alternative_rate if law.alternative_rate > 0.0 else 0.0


@rule
def is_donated(price: float, donation: float, value: float) -> int:
    """Return 1 if a donation replaces a seat more cheaply than purchases, of which a share has value to the buyer (Q8).

    >>> is_donated(21600.0, 10800.0, 0.4), is_donated(21600.0, 10800.0, 0.6), is_donated(0.0, 10800.0, 0.6)
    (1, 0, 1)
    """
    return 1 if donation > 0.0 and (price <= 0.0 or donation < price * (1.0 - value)) else 0


@rule
def seat_cost(price: float, donation: float, value: float) -> float:
    """Return what replacing one seat costs an employer in a year beyond what it gets for it, som; 0 if none can (Q8).

    >>> seat_cost(20000.0, 10000.0, 0.25), seat_cost(20000.0, 10000.0, 0.75), seat_cost(20000.0, 0.0, 0.25)
    (10000.0, 5000.0, 15000.0)
    """
    return donation if is_donated(price, donation, value) == 1 else price * (1.0 - value)
