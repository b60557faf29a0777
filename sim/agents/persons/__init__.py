"""Persons: schooling, work, pay and pensions of everybody (people.md section 3; rules W1 to W4)."""
