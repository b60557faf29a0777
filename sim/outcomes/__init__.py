"""Outcomes: what is counted, with definitions, units and sources."""

from sim.outcomes.codebook import AGAINST_FIRST, CODEBOOK, HEADLINES
from sim.outcomes.outcome import Outcome, Shown

__all__ = ["AGAINST_FIRST", "CODEBOOK", "HEADLINES", "Outcome", "Shown"]
