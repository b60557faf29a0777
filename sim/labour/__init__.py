"""The labour block: persons with disabilities, employers and the employment service (model.md P, E, S, Q)."""

from sim.labour.frame import LabourBehaviour
from sim.labour.opening import begin
from sim.labour.world import LabourWorld

__all__ = ["LabourBehaviour", "LabourWorld", "begin"]
