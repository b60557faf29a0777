"""Codebook of the quota: the outcomes of seats, of jobs at employers and of money (model.md A6, E, Q, S, T1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sim.engine.columns import Array
from sim.outcomes.outcome import Outcome
from sim.outcomes.quota_records import DIMENSIONS, OF_FIRMS, WHOLE, Seats
from sim.state.labour_state import NO_LIMIT


def _seats(count: Callable[[Seats], Array | None], about: Outcome) -> Outcome:
    """Return an outcome that is counted employer by employer, in all and by oblast, owner and size."""
    return replace(about, value=lambda c: c.seats.total(count), by_group=lambda c: c.seats.by_group(count), by=OF_FIRMS)


def _gained(term: str, about: Outcome) -> Outcome:
    """Return an outcome that is a term of the decomposition of seats gained."""
    return replace(about, value=lambda c: c.changes.total[term])


def _support(term: str, about: Outcome) -> Outcome:
    """Return an outcome of work with support."""
    return replace(about, value=lambda c: c.changes.support[term])


def _paid(line: str, about: Outcome) -> Outcome:
    """Return an outcome that is a line of the books over the horizon."""
    return replace(about, value=lambda c: c.money.sum(line))


SEATS = (
    _seats(lambda s: s.duty * WHOLE, Outcome(
        "employers_with_duty", "Employers with a duty", "employers",
        "Employers that owe at least one seat at the last month of the horizon",
        "E0;Q2")),
    _seats(Seats.owed, Outcome(
        "seats_owed", "Seats owed", "seats",
        "Seats that the law asks of employers with a duty at the last month of the horizon, by the size of the "
        "year's January; every seat is in exactly one of the ways of filling below",
        "Q2")),
    _seats(lambda s: s.way("hired"), Outcome(
        "seats_hired", "Filled by quota hires", "seats",
        "Seats owed at the last month of the horizon that are filled by persons with disabilities who were hired for"
        " a quota place; where an employer has more workers than seats, hired and other workers count in proportion",
        "E3;Q3")),
    _seats(lambda s: s.way("present"), Outcome(
        "seats_present", "Filled by persons who work there anyway", "seats",
        "Seats owed at the last month of the horizon that are filled by persons with disabilities who found this job"
        " without the quota",
        "Q4")),
    _seats(lambda s: s.way("relabelled"), Outcome(
        "seats_relabelled", "Filled by relabelled staff", "seats",
        "Seats owed at the last month of the horizon that are filled by certifying the disability of staff who "
        "worked there already; no job is new",
        "E3")),
    _seats(lambda s: s.way("proforma"), Outcome(
        "seats_proforma", "Filled on paper", "seats",
        "Seats owed at the last month of the horizon that are filled by contracts without work",
        "E3")),
    _seats(lambda s: s.way("alternative"), Outcome(
        "seats_alternative", "Met by alternative measures", "seats",
        "Seats owed at the last month of the horizon that are filled by purchases from protected workshops or "
        "similar",
        "E3;Q8")),
    _seats(lambda s: s.way("bought_out"), Outcome(
        "seats_bought_out", "Bought out", "seats",
        "Seats of which an employer has bought itself free for the year",
        "Q8")),
    _seats(lambda s: s.way("levy"), Outcome(
        "seats_levy", "Empty, levy due", "seats",
        "Seats empty at the last month of the horizon for which a levy is due",
        "Q7;Q8")),
    _seats(lambda s: s.way("nothing"), Outcome(
        "seats_nothing", "Empty, nothing due", "seats",
        "Seats empty at the last month of the horizon for which no levy is due: ignored, at most at the risk of a "
        "fine",
        "E3;Q9")),
    _seats(lambda s: (s.employers.quota_open.astype(np.int64) + s.employers.reserved_open) * s.duty * WHOLE, Outcome(
        "seats_vacant", "Of the empty seats, wanted to be filled", "seats",
        "Seats for which an employer looks for a person with a disability at the last month of the horizon and has "
        "not found one",
        "E3")),
    _seats(lambda s: (s.employers.limit < NO_LIMIT) * WHOLE, Outcome(
        "employers_below_step", "Employers that stay smaller", "employers",
        "Employers that stay below a step of the schedule at the last month of the horizon",
        "E2")),
    _seats(lambda s: (s.employers.report_limit < NO_LIMIT) * WHOLE, Outcome(
        "employers_hiding", "Employers that hide staff", "employers",
        "Private employers that report fewer staff at the last month of the horizon",
        "E2")),
    _seats(Seats.levy_due, Outcome(
        "levy_due", "Levy of the last year", "som",
        "Levy that will be collected for the last calendar year, som of 2023; by oblast, owner and size",
        "Q8;T1")),
)
CHANGES = (
    _gained("gross", Outcome(
        "gained_gross", "Counted seats gained", "seats",
        "Change at the last month of the horizon against the world without the design: counted seats at employers "
        "with a duty, on paper or real",
        "A6")),
    _gained("proforma", Outcome(
        "gained_proforma", "Of these on paper", "seats",
        "Change at the last month of the horizon against the world without the design: contracts without work",
        "A6")),
    _gained("relabel", Outcome(
        "gained_relabel", "Of these relabelled", "seats",
        "Change at the last month of the horizon against the world without the design: staff who were certified for "
        "the quota",
        "A6")),
    _gained("already", Outcome(
        "gained_already", "Of these held by persons who would work anyway", "seats",
        "Change at the last month of the horizon against the world without the design: persons counted now less "
        "persons at work now, person by person",
        "A6")),
    _gained("netpwd", Outcome(
        "gained_netpwd", "New work of persons with disabilities", "jobs",
        "Change at the last month of the horizon against the world without the design: persons with disabilities in "
        "real work, own businesses left out",
        "A6", "more")),
    _gained("subst", Outcome(
        "gained_subst", "Jobs of others replaced", "jobs",
        "Change at the last month of the horizon against the world without the design: hires that took the place of "
        "another person",
        "A6;E4", "less")),
    _gained("bunch", Outcome(
        "gained_bunch", "Jobs not created or not reported below a threshold", "jobs",
        "Change at the last month of the horizon against the world without the design: reported staff of employers "
        "that stay below a step of the schedule",
        "A6;E2", "less")),
    _gained("hidden", Outcome(
        "gained_hidden", "Of these hidden", "jobs",
        "Change at the last month of the horizon against the world without the design: jobs that exist and are not "
        "reported",
        "A6;E2")),
    _gained("netall", Outcome(
        "gained_netall", "Net reported jobs of everybody", "jobs",
        "Change at the last month of the horizon against the world without the design: net jobs of persons with "
        "disabilities less jobs replaced, not created or not reported",
        "A6", "more")),
    Outcome(
        "employed_disability", "Employees with disabilities, net", "jobs",
        "Change at the last month of the horizon against the world without the design: persons with disabilities in "
        "real work with an employer; by oblast, sex, group, owner and size",
        "A6;Y7", "more", value=lambda c: c.changes.total["netpwd"],
        by_group=lambda c: c.changes.with_disability(), by=tuple(DIMENSIONS.values())),
    Outcome(
        "employed_all", "Staff of employers of five staff and more, change", "jobs",
        "Change at the last month of the horizon against the world without the design: all staff, reported or "
        "hidden, and small employers' workers with disabilities less those they replace. It is no change of net jobs: "
        "others may take work elsewhere. The sex of staff without a disability is not told here",
        "A6", "more", value=lambda c: c.changes.real(), by_group=lambda c: c.changes.everybody(),
        by=OF_FIRMS),
)
SUPPORT = (
    _support("sheltered", Outcome(
        "gained_sheltered", "Persons in sheltered places", "persons",
        "Change at the last month of the horizon against the world without the design: persons in sheltered places; "
        "a sheltered place is no job in open work",
        "K18")),
    _support("from_open", Outcome(
        "sheltered_from_open", "Of these who would be in open work", "persons",
        "Change at the last month of the horizon against the world without the design: persons in sheltered places "
        "who would otherwise be in open work, less those for whom it is the other way round",
        "K18")),
    _support("assisted", Outcome(
        "gained_assisted", "Persons in open work with an assistant", "persons",
        "Change at the last month of the horizon against the world without the design: persons in open work who have "
        "a personal assistant",
        "K18")),
    _support("remote", Outcome(
        "gained_remote", "Persons in open work at a remote place", "persons",
        "Change at the last month of the horizon against the world without the design: persons in open work who have "
        "a place for digital or remote work",
        "K18")),
)
MONEY = (
    _paid("labour_levy", Outcome(
        "levies_paid", "Levies paid", "som",
        "Levies collected, som of 2023 over the horizon; the last year's comes after the horizon",
        "T1")),
    _paid("labour_fines_paid", Outcome(
        "fines_paid", "Fines paid", "som",
        "Fines collected, som of 2023 over the horizon",
        "Q9;T1")),
    _paid("labour_bonus", Outcome(
        "premiums_paid", "Premiums to employers", "som",
        "Premiums for seats above the quota and for quota hires as long as they stay, som of 2023 over the horizon",
        "Q11;E3")),
    _paid("labour_subsidy", Outcome(
        "subsidies_paid", "Wage subsidies", "som",
        "Wage subsidies paid, with insiders, som of 2023 over the horizon",
        "T1")),
    _paid("labour_accommodation", Outcome(
        "accommodation_paid", "Workplace accommodation", "som",
        "Accommodation paid for, som of 2023 over the horizon",
        "S3")),
    _paid("labour_coaching", Outcome(
        "coaching_paid", "Job coaching", "som",
        "Cost of job coaching, som of 2023 over the horizon",
        "S2")),
    _paid("labour_workshops", Outcome(
        "workshops_paid", "Sheltered places", "som",
        "Cost of sheltered places in use, som of 2023 over the horizon",
        "K18")),
    _paid("labour_assistance", Outcome(
        "assistance_paid", "Personal assistance at work", "som",
        "Pay of personal assistants of persons in open work, som of 2023 over the horizon",
        "K18")),
    _paid("labour_remote", Outcome(
        "remote_paid", "Remote places", "som",
        "Cost of places for digital or remote work in use, som of 2023 over the horizon",
        "K18")),
    _paid("labour_inspection", Outcome(
        "inspection_paid", "Inspections", "som",
        "Cost of inspections of employers with a duty, som of 2023 over the horizon",
        "S4")),
    _paid("labour_officers", Outcome(
        "officers_paid", "Officers of the employment service", "som",
        "Pay of officers who place persons with disabilities, som of 2023 over the horizon",
        "S1")),
    _paid("labour_purchases", Outcome(
        "purchases_paid", "Alternative purchases", "som",
        "Purchases in place of seats, som of 2023 over the horizon",
        "Q8")),
    _paid("labour_donations", Outcome(
        "donations_paid", "Donations in place of seats", "som",
        "Donations that replace seats, where the law lets them and they cost less, som of 2023 over the horizon",
        "Q8")),
    _paid("labour_paper_pay", Outcome(
        "paper_paid", "Pay for paper contracts", "som",
        "Pay of contracts without work, som of 2023 over the horizon",
        "E3")),
    _paid("labour_certificates", Outcome(
        "certificates_paid", "Benefits of staff certified for the quota", "som",
        "Disability benefits of staff whom employers had certified, som of 2023 over the horizon; the budget pays them "
        "and households of employees receive them",
        "W6")),
    Outcome(
        "employer_cost", "Cost to employers", "som",
        "Levies, fines, pay for paper contracts, donations in place of seats and what alternative purchases cost "
        "beyond their value, less premiums and wage subsidies, som of 2023 over the horizon, more than without the "
        "design; wages are paid for work and are no cost of the quota",
        "T1;Q8", "less", value=lambda c: c.money.employers()),
    Outcome(
        "treasury_cost", "Cost of quota and services to the treasury", "som",
        "Services, officers, premiums, subsidies, inspections, benefits of staff certified for the quota and what "
        "government employers give for no work, less levies, fines, income tax and contributions, som of 2023 over the "
        "horizon, more than without the design. Levies, fines, taxes, contributions, premiums and subsidies are those "
        "of private employers with at least five staff: budget bodies and state enterprises are government, and the "
        "wages of their staff are not in it",
        "T1;T3", "less", value=lambda c: c.money.treasury()),
)
QUOTA = (*SEATS, *CHANGES, *SUPPORT, *MONEY)
