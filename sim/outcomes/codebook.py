"""Codebook: all outcomes; tables, charts, files, documentation and the page take words and figures from here.

To add one: append its object to ``OUTCOMES``, and write its test.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.engine.columns import Array
from sim.outcomes import costs, wellbeing
from sim.outcomes import jobs as job
from sim.outcomes.compared import Compared, ratio
from sim.outcomes.groups import OF_FAMILIES, OF_HOMES, OF_PERSONS
from sim.outcomes.jobs import series
from sim.outcomes.money_codebook import MONEY_STEPS
from sim.outcomes.outcome import Outcome, Shown
from sim.outcomes.poverty_codebook import POVERTY
from sim.outcomes.quota_codebook import QUOTA
from sim.outcomes.remembering import Standing
from sim.outcomes.winners_codebook import FARES, WINNERS
from sim.outcomes.worth_codebook import VALUE, WORTH
from sim.state.households import weights_of

HEADLINE, CARD, PAGE = Shown.HEADLINE, Shown.CARD, Shown.PAGE
AT_END = "at the last month of the horizon"


def disability_jobs(c: Compared) -> float:
    """Return net jobs of persons with disabilities: employed, and those who only have their family business."""
    return float(c.more(series("persons_employed"))[-1] + c.gains.own_jobs)


def additionality(c: Compared) -> float | None:
    """Return net jobs over gross jobs, nothing where gross jobs are not known."""
    return None if "gross" not in c.parts else ratio(c.parts["net"][-1], c.parts["gross"][-1])


def money_metric(c: Compared) -> float:
    """Return the rise of everybody's consumption that is worth as much as the change at the end."""
    return wellbeing.rise(c.now.worth, c.then.worth, c.final.behaviour.accounting.risk_aversion)


def net_jobs_low(c: Compared) -> float | None:
    """Return net jobs as if other small work that makes up for lost jobs took the work of others (D5)."""
    net, refilled = c.part("net"), c.part("refilled")
    return None if net is None or refilled is None else net - refilled


def operators_by_sex(c: Compared) -> Iterator[tuple[str, float]]:
    """Yield net jobs of operators by sex of who runs the business in each world."""
    weight = weights_of(c.final.households)

    def at_work(standing: Standing, women: Array) -> int:
        return int((weight * standing.operator_jobs)[women].sum())

    now, then = c.now, c.then
    yield "sex=women", at_work(now, now.woman_runs) - at_work(then, then.woman_runs)
    yield "sex=men", at_work(now, ~now.woman_runs) - at_work(then, ~then.woman_runs)


def cost_per_job_year(c: Compared) -> float:
    """Return the cost to the programme over net job-years, both of all months followed and discounted (Y11, K3)."""
    return ratio(c.programme_followed, c.job_years)


OUTCOMES = (
    Outcome(
        "job_years", "Net job-years over the life of the contracts", "job-years",
        "Net jobs summed over the months from the start to the horizon and over the months followed after it, in which "
        "no new contract is signed and the rest of the law goes on; divided by twelve, discounted to the start. "
        "Without months followed what remains of jobs after the horizon is not in it", "Y11;K3", "more",
        value=lambda c: c.job_years, shown=(HEADLINE,)),
    VALUE,
    Outcome(
        "gross_jobs", "Gross jobs", "jobs",
        f"Jobs {AT_END} in businesses that a contract paid since the start funded: operator, extra family workers "
        "and paid hires, whether or not they would have had work anyway; counted with markets frozen", "A1", "",
        value=lambda c: c.part("gross"), by_month=lambda c: c.parts.get("gross"), shown=(HEADLINE,)),
    Outcome(
        "net_jobs", "Net jobs", "jobs",
        f"Persons in work {AT_END} in the whole country, less those in work at that time if no new contract had been "
        "signed and the quota practice had stayed as it is. Who loses work and takes up other work in a small firm or "
        "on own account counts, as if that took nobody's customers: an upper bound, with the lower one beside it",
        "A5;D5", "more",
        value=lambda c: c.part("net"), by_group=lambda c: c.net_jobs_by_group.items(), by=(*OF_PERSONS, *OF_HOMES),
        by_month=lambda c: c.parts["net"],
        shown=(HEADLINE, CARD)),
    Outcome(
        "net_jobs_low", "Net jobs, lower bound", "jobs",
        f"Net jobs {AT_END}, less other small work that makes up for jobs lost in markets and at employers: as if each "
        "such job took the work of another", "A5;D5", "more",
        value=net_jobs_low, shown=(HEADLINE,)),
    Outcome(
        "jobs_disability", "Net jobs of persons with disabilities", "jobs",
        f"Persons with disabilities in real work {AT_END} (on paper only does not count), less those without the "
        "design", "A6;Y7", "more",
        value=disability_jobs, shown=(HEADLINE, CARD)),
    Outcome(
        "people_reached", "People reached", "persons",
        "Members of families that were paid a grant since the start; the ministry's concept of reach, not an effect",
        "R4;Y1", "",
        value=lambda c: c.gains.people_reached, shown=(HEADLINE, PAGE), never_negative=True),
    Outcome(
        "poverty_exits", "Net exits from poverty", "persons",
        "Persons whose consumption over the year is below the poverty line without the design and above it with the "
        f"design, less the reverse, {AT_END}. Consumption of a year follows income of a year", "Y4", "more",
        value=lambda c: c.gains.exits[-1], by_group=lambda c: c.gains.groups("exits"), by=OF_FAMILIES,
        by_month=lambda c: c.gains.exits, shown=(HEADLINE, CARD)),
    Outcome(
        "income_change", "Change of recurrent income of all families", "som",
        "Recurrent income of all families over the horizon, som of 2023, more than without the design: pay, business, "
        "pensions, benefits and remittances, less levies that profits, wages or prices bear and less loans repaid. "
        "Money that came once is apart. Where one family gets the job of another, both are in the sum",
        "Y13;K2", "more",
        value=lambda c: c.gains.income, by_group=lambda c: c.gains.groups("income"), by=OF_FAMILIES,
        shown=(HEADLINE, PAGE)),
    Outcome(
        "income_gain", "Income gain of a contract family, after the lost child benefit", "som a month",
        "Rise of recurrent income of contract families per family and month since payment, som of 2023, against the "
        "same families without the design: pay, business, pensions, benefits and remittances. Money that comes or goes "
        "once is an outcome of its own. Families paid in the last eleven months are left out", "Y2;Y13", "more",
        value=lambda c: c.gains.income_gain, by_group=lambda c: c.gains.groups("income_gain"),
        by=OF_FAMILIES, shown=(HEADLINE, PAGE)),
    Outcome(
        "income_gain_before_loss", "The same, if no child benefit had been lost", "som a month",
        "Income gain plus the child benefit that the family no longer receives", "Y2", "",
        value=lambda c: c.gains.income_gain_before_loss, shown=(HEADLINE, PAGE)),
    Outcome(
        "families_worse_off", "Contract families worse off", "share of contract families",
        "Share of contract families with at least half a percent less disposable income over the horizon than without "
        "the design", "Y2", "less",
        value=lambda c: c.gains.worse_share, shown=(HEADLINE, PAGE), never_negative=True),
    Outcome(
        "families_better", "Families better off", "families",
        "Families with at least half a percent more disposable income over the "
        "horizon than without the design. Where a job goes to one person in place of another, one family is counted "
        "here and one among those worse off", "Y2", "more",
        value=lambda c: c.gains.better, by_group=lambda c: c.gains.groups("better"), by=OF_FAMILIES,
        shown=(HEADLINE, CARD), never_negative=True),
    Outcome(
        "families_worse", "Families worse off", "families",
        "Families with at least half a percent less disposable income over the "
        "horizon than without the design, contract families or not. Under designs with grants most of them never "
        "signed: they paid the cash cost of applying (about 1,000 som each time) in vain. How many apply in vain is "
        "not published and is mostly assumed. Where a job goes to one person in place of another, one family is "
        "counted here and one among those better off", "Y2", "less",
        value=lambda c: c.gains.worse, by_group=lambda c: c.gains.groups("worse"), by=OF_FAMILIES,
        shown=(HEADLINE, CARD), never_negative=True),
    Outcome(
        "programme_cost", "Cost to the programme", "som",
        "Grants, administration, interest on follow-up loans, services, and child benefit paid beyond the rate of the "
        "law since the start, som of 2023, more than without the design. Administration includes business coaching, "
        "the purchase of goods in place of money and information letters to employers", "Y9", "less",
        value=lambda c: c.programme.sum(), by_month=lambda c: c.programme, shown=(HEADLINE, CARD)),
    Outcome(
        "net_fiscal_cost", "Net cost to the budget", "som",
        "Cost to the programme and benefits of staff certified for the quota, less child benefit saved, money "
        "recovered, and levies, fines, income tax and contributions of private employers with at least five staff, som "
        "of 2023; cheap partly because poor children lose benefits. Budget bodies and state enterprises are government "
        "here: levies, fines, taxes and contributions that they pay, premiums and subsidies that they get and the "
        "wages of their staff are not in it, what they give for no work is. The levy of the last year is collected "
        "after the horizon and not in it; workers who lose a taxed job pay no tax in another", "Y9", "less",
        value=lambda c: costs.net_fiscal_cost(c.final, c.base).sum(), shown=(HEADLINE, CARD)),
    Outcome(
        "cost_per_net_job", "Programme cost for each net job", "som per job",
        f"Cost to the programme divided by net jobs {AT_END}; no figure where there are no net jobs", "Y10",
        "less",
        value=lambda c: ratio(c.programme.sum(), c.parts["net"][-1])),
    Outcome(
        "cost_per_job_year", "Programme cost for each net job-year", "som per job-year",
        "Cost to the programme from the start to the last month followed, discounted to the start, divided by net "
        "job-years over the same months; no figure where there are none", "Y11;K3", "less",
        value=cost_per_job_year, shown=(HEADLINE,)),
    Outcome(
        "programme_cost_followed", "Cost to the programme to the last month followed", "som",
        "Cost to the programme from the start to the last month followed, som of 2023, discounted to the start",
        "Y11;K3", "less",
        value=lambda c: c.programme_followed),
    Outcome(
        "net_jobs_36", "Net jobs 36 months later", "jobs",
        "Net jobs 36 months after the horizon, in which no new contract was signed", "Y11;K3", "more",
        value=lambda c: c.jobs_after(36), shown=(HEADLINE,)),
    Outcome(
        "net_jobs_60", "Net jobs 60 months later", "jobs",
        "Net jobs 60 months after the horizon, in which no new contract was signed", "Y11;K3", "more",
        value=lambda c: c.jobs_after(60), shown=(HEADLINE,)),
    Outcome(
        "income_gain_trimmed", "Income gain of a contract family, without the extremes", "som a month",
        "Income gain without the twentieth of contract families that gain most for each month, and the twentieth that "
        "gain least: a few large businesses carry much of a mean", "Y2;K14", "more",
        value=lambda c: c.gains.income_gain_trimmed),
    Outcome(
        "income_once", "Money that came once to a contract family", "som a family",
        "Part of the grant that was not invested and proceeds of businesses that were sold, less own money put into "
        "the business and the cash cost of applying; per contract family over the horizon, som of 2023, more than the "
        "same families have without the design", "Y13", "",
        value=lambda c: c.gains.income_once),
    *WINNERS,
    *WORTH,
    Outcome(
        "consumption_up", "Persons whose consumption rose by 5 %", "persons",
        "Persons whose consumption over the year is at least 5 % higher than without the design, "
        f"{AT_END}; an effect, to be held against people reached", "Y19", "more",
        value=lambda c: c.consumption_up, shown=(HEADLINE,), never_negative=True),
    Outcome(
        "income_once_all", "Money that came once to all families", "som",
        "Part of grants that was not invested and proceeds of businesses that were sold, less own money put into "
        "businesses and the cash cost of applying, of all families over the horizon, som of 2023, more than without "
        "the design", "Y13;K2", "",
        value=lambda c: c.gains.once, by_group=lambda c: c.gains.groups("once"), by=OF_FAMILIES),
    Outcome(
        "contracts", "Contracts paid", "contracts", "Families paid a grant since the start", "O3", "",
        value=lambda c: c.gains.contracts, by_group=lambda c: c.gains.groups("contracts"), by=OF_FAMILIES,
        by_month=lambda c: c.more(series("contracts")), shown=(PAGE,), never_negative=True),
    Outcome(
        "net_jobs_full_time", "Net jobs, full-time equivalents", "full-time equivalents",
        "Net jobs with each person counted by hours; hours moved from other work are not counted twice", "A5;H13",
        "more",
        value=lambda c: c.more(job.full_time_jobs)[-1]),
    Outcome(
        "net_job_years", "Net job-years", "job-years",
        "Net jobs summed over the months of the horizon, divided by twelve", "A5",
        "more",
        value=lambda c: c.parts["net"].sum() / 12.0, shown=(PAGE,)),
    Outcome(
        "deadweight", "Deadweight", "jobs", "Gross jobs that would exist without the programme", "A3", "",
        value=lambda c: c.part("deadweight")),
    Outcome(
        "displacement", "Displacement", "jobs",
        "Jobs lost elsewhere through business stealing, prices, wages and tightness, less those that other small work "
        "makes up for: a lower bound, and below zero where more is taken up than was lost", "A4", "",
        value=lambda c: c.part("displacement")),
    Outcome(
        "refilled", "Lost jobs that other small work makes up for", "jobs",
        "Jobs lost in markets and at employers with at least five staff, less displacement. Small firms and own "
        "account take in who looks for work and take nobody's customers for it", "A4;D5", "",
        value=lambda c: c.part("refilled")),
    Outcome(
        "multiplier", "Multiplier", "jobs", "Jobs gained elsewhere because more is spent locally", "A4", "",
        value=lambda c: c.part("multiplier")),
    Outcome(
        "financing", "Effect of financing", "jobs",
        "Jobs gained (or lost) elsewhere through the tax or cut that covers the cost; zero where financing is not "
        "modelled", "A4", "",
        value=lambda c: c.part("financing")),
    Outcome(
        "quota_jobs", "Persons with disabilities in work through quota and services, markets fixed", "persons",
        "Persons with disabilities in work with employers, more than without the design, while markets stay as they "
        "are without it. Persons whom they replace are not taken off here: they are in displacement", "A6", "",
        value=lambda c: c.part("quota")),
    Outcome(
        "additionality", "Net jobs over gross jobs", "share",
        "Net jobs divided by gross jobs; no figure without gross jobs", "A5", "",
        value=additionality),
    Outcome(
        "poverty_person_years", "Person-years out of poverty", "person-years",
        "Net exits from poverty summed over months, divided by twelve",
        "Y4;Y10", "more",
        value=lambda c: c.gains.exits.sum() / 12.0),
    Outcome(
        "money_metric_gain", "Gain in well-being of all persons, as a rise of consumption", "share",
        f"Equal proportional rise of everybody's consumption worth as much as the change {AT_END}, counting poor "
        "people's som more", "Y6", "more",
        value=money_metric),
    Outcome(
        "inequality_change", "Change of inequality (Gini)", "points",
        f"Gini coefficient of consumption {AT_END} less that without the "
        "design, times 100", "Y5", "less",
        value=lambda c: 100.0 * (c.now.gini - c.then.gini)),
    Outcome(
        "benefit_lost", "Child benefit lost by families", "som",
        "Child benefit paid less than without the design, at the rate of the "
        "law, som of 2023; what a higher rate pays is a cost of the programme", "T2", "less",
        value=lambda c: costs.benefit_lost(c.final, c.base).sum(), shown=(PAGE,)),
    Outcome(
        "reported_jobs", "Jobs as the ministry would count them", "jobs",
        "Contracts in good standing times one plus the extra jobs of the reporting definition; never a net figure",
        "R1", "",
        value=lambda c: job.reported_jobs(c.final)),
    Outcome(
        "operator_jobs", "Net jobs of operators", "jobs",
        f"Operators in work {AT_END} less those without the design, by sex", "H13", "more",
        by_group=operators_by_sex, by=("sex",)),
    *POVERTY,
    *MONEY_STEPS,
    *QUOTA,
)

CODEBOOK = {outcome.name: outcome for outcome in OUTCOMES}
HEADLINES = tuple(name for name, outcome in CODEBOOK.items() if HEADLINE in outcome.shown)
AGAINST_FIRST = tuple(f"first_{fares.name}" for fares in FARES)
