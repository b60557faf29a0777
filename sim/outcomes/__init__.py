"""Outcomes: what is counted, with definitions, units and sources."""

from sim.outcomes.codebook import CODEBOOK, HEADLINES, Outcome

__all__ = ["CODEBOOK", "HEADLINES", "Outcome"]
