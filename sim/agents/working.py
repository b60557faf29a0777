"""Working: who works in a family business, and what counts as a job (model.md H13).

Three ways of counting stand side by side. Heads: a person with work is one job, and a person who would work anyway is
no new job. Full-time equivalents: hours moved from other work are not counted twice. The ministry's own count is in
the reporting layer.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.math import power


class Working(NamedTuple):
    """Parameters of work in family businesses."""

    operator_fte_agriculture: float  # lab_fte_agri
    operator_fte_other: float  # lab_fte_other
    relocated: float  # lab_reloc, share of an employed operator's hours drawn from other work
    family_agriculture: float  # lab_fam_agri, mean extra family workers
    family_other: float  # lab_fam_other
    hires_agriculture: float  # lab_hire_agri, mean paid hires at month 12
    hires_other: float  # lab_hire_other
    hires_employed: float  # lab_hire_prev, share of hires who had work elsewhere
    family_fte: float  # lab_fam_fte
    hire_fte: float  # lab_hire_fte
    spouse_share: float  # ret_spouse_share, attribution by sex only
    casual_wage: float  # wc0, som of 2023 per hour
    hires_size: float  # lab_hire_size, elasticity of paid hires to value added
    family_size: float  # lab_fam_size, elasticity of extra family workers to capital


@rule
def operator_fte(sector: int, working: Working) -> float:
    """Return the full-time equivalents of an operator.

    >>> class P: operator_fte_agriculture, operator_fte_other = 0.45, 0.75
    >>> operator_fte(1, P), operator_fte(3, P)
    (0.45, 0.75)
    """
    return working.operator_fte_agriculture if sector == 1 else working.operator_fte_other


@rule
def expected_family_workers(sector: int, capital: float, working: Working) -> float:
    """Return the mean number of extra family workers; ``capital`` is that of the business over the reference (K16).

    >>> class P: family_agriculture, family_other, family_size = 0.33, 0.2, 0.5
    >>> expected_family_workers(1, 1.0, P), expected_family_workers(4, 4.0, P), expected_family_workers(4, 0.0, P)
    (0.33, 0.4, 0.0)
    """
    mean = working.family_agriculture if sector == 1 else working.family_other
    return mean * power(capital, working.family_size) if capital > 0.0 else 0.0


@rule
def expected_hires(sector: int, profit: float, reference_profit: float, working: Working) -> float:
    """Return the mean number of paid hires; it grows with value added (K16).

    >>> class P: hires_agriculture, hires_other, hires_size = 0.02, 0.16, 0.5
    >>> expected_hires(2, 4000.0, 4000.0, P), expected_hires(2, 1000.0, 4000.0, P), expected_hires(2, 0.0, 4000.0, P)
    (0.16, 0.08, 0.0)
    """
    mean = working.hires_agriculture if sector == 1 else working.hires_other
    return mean * power(profit / reference_profit, working.hires_size) if profit > 0.0 else 0.0


@rule
def heads(employed: int, operating: int, family_new: int, hired_new: int) -> int:
    """Return the persons in work through a household: its operator, and newly employed family workers and hires.

    >>> heads(1, 0, 0, 0), heads(1, 1, 1, 0), heads(0, 1, 0, 1), heads(0, 0, 0, 0)
    (1, 2, 2, 0)
    """
    return max(employed, operating) + operating * (family_new + hired_new)


@rule
def full_time(
    employed: int, operating: int, fte: float, family_workers: int, family_new: int, hired_new: int, working: Working
) -> float:
    """Return the full-time equivalents through a household; relocated hours are not counted twice.

    >>> class P: relocated, family_fte, hire_fte = 0.4, 0.35, 0.7
    >>> full_time(1, 0, 0.5, 0, 0, 0, P), full_time(1, 1, 0.5, 0, 0, 0, P), full_time(0, 1, 0.5, 1, 1, 1, P)
    (1.0, 1.3, 1.5499999999999998)
    """
    business = (
        fte * (1.0 - working.relocated * employed)
        + working.family_fte * (family_new + (family_workers - family_new) * (1.0 - working.relocated))
        + working.hire_fte * hired_new
    )
    return employed + operating * business


@rule
def crowded_out(relocated: float, fte: float, wage: float, employed: int, operating: int) -> float:
    """Return earnings lost because an employed operator moved hours into the business, som a month (H15).

    >>> crowded_out(0.5, 0.5, 100.0, 1, 1), crowded_out(0.5, 0.5, 100.0, 0, 1)
    (4200.0, 0.0)
    """
    return relocated * fte * 168.0 * wage * employed * operating
