"""The state of a world before its first month (model.md section 8)."""

from sim.beginning.register import match_register
from sim.beginning.start import begin

__all__ = ["begin", "match_register"]
