"""Help to employers of persons with disabilities that no law gives today: designs (people.md questions 21 and 22)."""

from __future__ import annotations

from sim.engine.compiled import rule


@rule
def contribution_relief(contribution: float, relief: float) -> float:
    """Return the part of an employer's contribution that a design does not ask for (question 21); no law today.

    >>> contribution_relief(8100.0, 0.5), contribution_relief(8100.0, 0.0)
    (4050.0, 0.0)
    """
    return relief * contribution


@rule
def first_hire_grant(there: float, amount: float) -> float:
    """Return the grant for a first worker with a disability; none where one is ``there`` (question 22); no law today.

    >>> first_hire_grant(0.0, 50000.0), first_hire_grant(1.0, 50000.0)
    (50000.0, 0.0)
    """
    return amount if there <= 0.0 else 0.0
