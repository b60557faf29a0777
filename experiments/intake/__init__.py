"""Intake: a household survey or a register of contracts that somebody brings, read by a map of its columns."""
