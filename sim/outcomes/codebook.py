"""Codebook: name, unit, definition and source of every outcome; tables, charts and files take their words from here."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sim.outcomes.quota_codebook import QUOTA


class Outcome(NamedTuple):
    """What an outcome is."""

    label: str
    unit: str
    definition: str
    rule: str
    source: str
    better: Literal["more", "less", ""]


MODEL = "docs/outcomes.md"
AT_END = "at the last month of the horizon"

CODEBOOK: dict[str, Outcome] = {
    "gross_jobs": Outcome(
        "Gross jobs", "jobs",
        f"Jobs {AT_END} in businesses that a contract paid since the start funded: operator, extra family workers "
        "and paid hires, whether or not they would have had work anyway; counted with markets frozen", "A1", MODEL, ""),
    "net_jobs": Outcome(
        "Net jobs", "jobs",
        f"Persons in work {AT_END} in the whole country, less those in work at that time if no new contract had been "
        "signed and the quota practice had stayed as it is", "A5", MODEL, "more"),
    "jobs_disability": Outcome(
        "Net jobs of persons with disabilities", "jobs",
        f"Persons with disabilities in real work {AT_END} (on paper only does not count), less those without the "
        "design", "A6;Y7", MODEL, "more"),
    "people_reached": Outcome(
        "People reached", "persons",
        "Members of families that were paid a grant since the start; the ministry's concept of reach, not an effect",
        "R4;Y1", MODEL, ""),
    "poverty_exits": Outcome(
        "Net exits from poverty", "persons",
        "Persons whose consumption over the year is below the poverty line without the design and above it with the "
        f"design, less the reverse, {AT_END}. Consumption of a year follows income of a year", "Y4", MODEL, "more"),
    "income_gain": Outcome(
        "Income gain of a contract family, after the lost child benefit", "som a month",
        "Rise of recurrent income of contract families per family and month since payment, som of 2023, against the "
        "same families without the design: pay, business, pensions, benefits and remittances. Money that comes or goes "
        "once is an outcome of its own. Families paid in the last eleven months are left out", "Y2;Y13", MODEL, "more"),
    "income_gain_before_loss": Outcome(
        "The same, if no child benefit had been lost", "som a month",
        "Income gain plus the child benefit that the family no longer receives", "Y2", MODEL, ""),
    "income_once": Outcome(
        "Money that came once to a contract family", "som a family",
        "Part of the grant that was not invested and proceeds of businesses that were sold, less own money put into "
        "the business and the cash cost of applying; per contract family over the horizon, som of 2023, more than the "
        "same families have without the design", "Y13", MODEL, ""),
    "families_worse_off": Outcome(
        "Contract families worse off", "share of contract families",
        "Share of contract families with at least half a percent less disposable income over the horizon than without "
        "the design", "Y2", MODEL, "less"),
    "programme_cost": Outcome(
        "Cost to the programme", "som",
        "Grants, administration, interest on follow-up loans, services, and child benefit paid beyond the rate of the "
        "law since the start, som of 2023, more than without the design. Administration includes business coaching, "
        "the purchase of goods in place of money and information letters to employers", "Y9", MODEL, "less"),
    "net_fiscal_cost": Outcome(
        "Net cost to the budget", "som",
        "Cost to the programme less child benefit saved, money recovered, levies and fines collected, and income tax "
        "and contributions of employers with at least five staff, som of 2023; cheap partly because poor children "
        "lose benefits. The levy of the last year is collected after the horizon and not in it; workers who lose a "
        "taxed job pay no tax in another", "Y9", MODEL, "less"),
    "social_cost": Outcome(
        "Cost to society", "som",
        "Net cost to the budget times the cost of public funds, plus what families and employers lose to it (child "
        "benefit, levies, fines), their time and own money, less business assets left after loans; som of 2023, "
        "discounted. To be held against the gain in market income; wages of jobs lost at employers are not in it", "Y9",
        MODEL, ""),
    "cost_per_net_job": Outcome(
        "Programme cost for each net job", "som per job",
        f"Cost to the programme divided by net jobs {AT_END}; no figure where there are no net jobs", "Y10", MODEL,
        "less"),
    "contracts": Outcome(
        "Contracts paid", "contracts", "Families paid a grant since the start", "O3", MODEL, ""),
    "net_jobs_full_time": Outcome(
        "Net jobs, full-time equivalents", "full-time equivalents",
        "Net jobs with each person counted by hours; hours moved from other work are not counted twice", "A5;H13",
        MODEL, "more"),
    "net_job_years": Outcome(
        "Net job-years", "job-years", "Net jobs summed over the months of the horizon, divided by twelve", "A5", MODEL,
        "more"),
    "job_years": Outcome(
        "Net job-years over the life of the contracts", "job-years",
        "Net jobs summed over the months from the start to the horizon and over the months followed after it, in which "
        "no new contract is signed and the rest of the law goes on; divided by twelve, discounted to the start. "
        "Without months followed what remains of jobs after the horizon is not in it", "Y11;K3", MODEL, "more"),
    "cost_per_job_year": Outcome(
        "Programme cost for each net job-year", "som per job-year",
        "Cost to the programme, discounted to the start, divided by net job-years over the life of the contracts; no "
        "figure where there are none", "Y11;K3", MODEL, "less"),
    "net_jobs_36": Outcome(
        "Net jobs 36 months later", "jobs",
        "Net jobs 36 months after the horizon, in which no new contract was signed", "Y11;K3", MODEL, "more"),
    "net_jobs_60": Outcome(
        "Net jobs 60 months later", "jobs",
        "Net jobs 60 months after the horizon, in which no new contract was signed", "Y11;K3", MODEL, "more"),
    "deadweight": Outcome(
        "Deadweight", "jobs", "Gross jobs that would exist without the programme", "A3", MODEL, ""),
    "displacement": Outcome(
        "Displacement", "jobs",
        "Jobs lost elsewhere through business stealing, prices, wages and tightness", "A4", MODEL, ""),
    "multiplier": Outcome(
        "Multiplier", "jobs", "Jobs gained elsewhere because more is spent locally", "A4", MODEL, ""),
    "financing": Outcome(
        "Effect of financing", "jobs",
        "Jobs gained (or lost) elsewhere through the tax or cut that covers the cost; zero where financing is not "
        "modelled", "A4", MODEL, ""),
    "quota_jobs": Outcome(
        "Net jobs at employers through quota and services", "jobs",
        "Change of total employment at employers with at least five staff: a seat filled in place of another hire is "
        "no net job", "A6", MODEL, ""),
    "additionality": Outcome(
        "Net jobs over gross jobs", "share", "Net jobs divided by gross jobs; no figure without gross jobs", "A5",
        MODEL, ""),
    "poverty_person_years": Outcome(
        "Person-years out of poverty", "person-years", "Net exits from poverty summed over months, divided by twelve",
        "Y4;Y10", MODEL, "more"),
    "money_metric_gain": Outcome(
        "Gain in well-being of all persons, as a rise of consumption", "share",
        f"Equal proportional rise of everybody's consumption worth as much as the change {AT_END}, counting poor "
        "people's som more", "Y6", MODEL, "more"),
    "inequality_change": Outcome(
        "Change of inequality (Gini)", "points", f"Gini coefficient of consumption {AT_END} less that without the "
        "design, times 100", "Y5", MODEL, "less"),
    "poverty_gap_change": Outcome(
        "Change of the poverty gap", "points",
        f"Mean shortfall below the poverty line, in percent of the line, {AT_END} less that without the design", "Y3",
        MODEL, "less"),
    "market_gain": Outcome(
        "Gain in market income of families", "som",
        "Value added of family businesses less earnings given up for them, over the horizon, som of 2023, discounted "
        "as the cost to society is, more than without the design. It is too high where businesses take customers "
        "from others: what families that compete with them lose is counted in jobs, not in incomes", "Y9", MODEL,
        "more"),
    "benefit_lost": Outcome(
        "Child benefit lost by families", "som", "Child benefit paid less than without the design, at the rate of the "
        "law, som of 2023; what a higher rate pays is a cost of the programme", "T2", MODEL, "less"),
    "reported_jobs": Outcome(
        "Jobs as the ministry would count them", "jobs",
        "Contracts in good standing times one plus the extra jobs of the reporting definition; never a net figure",
        "R1", MODEL, ""),
    "operator_jobs": Outcome(
        "Net jobs of operators", "jobs", f"Operators in work {AT_END} less those without the design, by sex", "H13",
        MODEL, "more"),
    "families_better": Outcome(
        "Families better off", "families", "Families with at least half a percent more disposable income over the "
        "horizon than without the design", "Y2", MODEL, "more"),
    "families_worse": Outcome(
        "Families worse off", "families", "Families with at least half a percent less disposable income over the "
        "horizon than without the design, contract families or not. Under designs with grants most of them never "
        "signed: they paid the cash cost of applying (about 1,000 som each time) in vain. How many apply in vain is "
        "not published and is mostly assumed", "Y2", MODEL, "less"),
}
CODEBOOK |= {
    name: Outcome(label, unit, definition, rule, MODEL, better)
    for name, (label, unit, definition, rule, better) in QUOTA.items()
}

HEADLINES = (
    "job_years", "gross_jobs", "net_jobs", "jobs_disability", "people_reached", "poverty_exits", "income_gain",
    "income_gain_before_loss", "families_worse_off", "families_better", "families_worse", "programme_cost",
    "net_fiscal_cost", "social_cost", "market_gain", "cost_per_job_year",
)
