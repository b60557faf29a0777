"""Outcomes: what is counted, with definitions, units and sources."""

from sim.outcomes.codebook import CODEBOOK, HEADLINES
from sim.outcomes.outcome import Outcome, Shown

__all__ = ["CODEBOOK", "HEADLINES", "Outcome", "Shown"]
