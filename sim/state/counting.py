"""Counting: what one person and one employer count toward a quota (model.md Q3, Q4)."""

from __future__ import annotations

import numpy as np

from sim.engine.compiled import rule
from sim.state.labour import Persons
from sim.state.labour_state import EmployerState, PersonState
from sim.state.quota_law import QuotaTerms, counted_base, worker_weight


@rule
def person_weight(law: QuotaTerms, persons: Persons, state: PersonState, i: int, pay_share: float) -> float:
    """Return what person ``i`` counts in the present job; ``pay_share`` is full-time pay over the average wage."""
    hours = law.short_hours if state.half_time[i] == 1 else 1.0
    return worker_weight(law, np.int64(persons.group[i]), hours, np.int64(persons.age[i]), pay_share * hours, 0)


@rule
def person_severe(law: QuotaTerms, persons: Persons, i: int) -> int:
    """Return 1 if person ``i`` may take a reserved seat."""
    return 1 if law.severe[np.int64(persons.group[i]) - 1] > 0.0 else 0


@rule
def counted_heads(employers: EmployerState, j: int) -> float:
    """Return how many persons among the staff of employer ``j`` count: present and certified, not those on top (Q1).

    >>> class E: workers, additional, relabelled = [3], [1], [2]
    >>> float(counted_heads(E, 0))
    4.0
    """
    return np.float64(employers.workers[j]) - np.float64(employers.additional[j]) + np.float64(employers.relabelled[j])


@rule
def employer_base(law: QuotaTerms, employers: EmployerState, j: int, staff: float) -> float:
    """Return the size that the law looks at, of an employer with so many staff (Q1).

    >>> class E: workers, additional, relabelled = [3], [1], [2]
    >>> class L: base_without, base_step = 1, 0.0
    >>> float(employer_base(L, E, 0, 100))
    96.0
    """
    return counted_base(law, np.float64(staff), counted_heads(employers, j))


@rule
def counted_total(employers: EmployerState, law: QuotaTerms, j: int) -> float:
    """Return the counted workers of employer ``j`` as seen by the authorities, with pro-forma and relabelled (Q4)."""
    paper = np.float64(employers.proforma[j]) if law.proforma_counts == 1 else 0.0
    return employers.counted[j] + np.float64(employers.relabelled[j]) + paper
