"""The synthetic country: households, persons with disabilities and employers, at any scale (model.md section 16)."""

from sim.population.building import Population, build
from sim.population.country import Country, load_country
from sim.population.sampling import sample, stratified
from sim.population.store import keep, load
from sim.population.validation import validation

__all__ = ["Country", "Population", "build", "keep", "load", "load_country", "sample", "stratified", "validation"]
