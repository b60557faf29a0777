"""The labour block: persons with disabilities, employers and the employment service (model.md P, E, S, Q)."""

from sim.labour.world import LabourBehaviour, LabourWorld, begin

__all__ = ["LabourBehaviour", "LabourWorld", "begin"]
