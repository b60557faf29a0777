"""Taxes and benefits: one small rule for each flow between a household and the state (people.md section 5, F).

A rule is a scalar function that names its law; amounts and rates come from ``sim/policies/social_protection.py`` and
the other instruments, dated, with source and confidence. Flows that the simulation holds already keep the rule that
it runs, where it runs it; :mod:`sim.taxes_benefits.flows` lists every flow and says where it is found.
"""
