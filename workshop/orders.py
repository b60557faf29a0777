"""Orders: the words between the server and the processes that simulate, and how many draws are shown when."""

from __future__ import annotations

BEGIN, PREPARE, RUN, TELL, PARTS, LATER, LEAVE = "begin", "prepare", "run", "tell", "parts", "later", "leave"
READY, FAILED, DIED, LEFT = "ready", "failed", "died", "left"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
LIFE_RUNS = 2  # in which somebody is looked for
SOME_RUNS = 4  # that are taken apart, or followed after the last new contract
LEVELS = (4, 8, 16, 32, 48)  # draws after which figures are shown


def level(draw: int) -> int:
    """Return the place of the first showing that a draw takes part in."""
    return next((k for k, most in enumerate(LEVELS) if draw < most), len(LEVELS))
