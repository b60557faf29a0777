"""Words for a person's story: state of work, pay, the household's money and why, in three languages."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from experiments.language import Language
from experiments.marks import N_
from sim import months
from sim.explain.persons import JOBS, Cause, Happened, PersonMonth, PersonStory
from sim.explain.tracing import Call
from sim.state.labour import INDUSTRIES
from sim.state.persons import NEVER_CERTIFIED, Work

WORKS = {  # by name of the state of work
    "CHILD": N_("a child"), "STUDENT": N_("at school or studying"),
    "HOME": N_("at home, not looking for work"), "SEEKING": N_("without work, looking for it"),
    "EMPLOYEE": N_("employee of an employer with five staff or more"),
    "CELL_EMPLOYEE": N_("employee of a small firm"), "OWN_ACCOUNT": N_("works on own account"),
    "FARM": N_("works on an own farm"), "FAMILY_WORKER": N_("helps in the family's business without pay"),
    "CONTRACT": N_("runs a business of the social contract"), "ABROAD": N_("works abroad"),
    "RETIRED": N_("retired"), "ABSENT": N_("not born yet, or no longer alive"),
}  # fmt: skip
CAUSES = {
    Cause.CHANCE: (N_("Why: people like this one change their work with some chance each month, and the draw fell so "
                      "({rules})."), "W2"),
    Cause.SCHOOL: (N_("Why: schooling ended; what comes next is drawn from what people like this one do ({rules})."),
                   "W2"),
    Cause.BIRTHDAY: (N_("Why: a birthday into an age at which other shares of people work ({rules})."), "W2"),
    Cause.PENSION: (N_("Why: the pension age ({rules})."), "W2"),
    Cause.RACE: (N_("Why: employers had vacancies, and among those who look for work this person came early enough "
                    "({rules})."), "D4"),
    Cause.CUT: (N_("Why: the employers of this industry and oblast have fewer jobs than persons; who goes is drawn "
                   "({rules})."), "D4"),
    Cause.QUOTA: (N_("Why: the employer looked for a person with a disability to fill a place of the quota ({rules})."),
                  "E4, Q2"),
    Cause.OPEN: (N_("Why: the employer had an ordinary vacancy, and this person was chosen ({rules})."), "E4"),
    Cause.POOL: (N_("Why: a small firm took this person on ({rules})."), "E4"),
    Cause.ENDED: (N_("Why: the job ended, as some jobs of persons with disabilities do each month ({rules})."),
                  "P5"),
    Cause.LABOUR: (N_("Why: whether a person with a disability looks for work follows from pay, health and distance, "
                      "and is drawn ({rules})."), "P1, P2"),
    Cause.CONTRACT: (N_("Why: the household began or ended a business of the social contract ({rules})."), "O3, H12"),
    Cause.LIFE: (N_("Why: people are born and die by the life table of the country ({rules})."), "N1, N2"),
    Cause.ABROAD: (N_("Why: people like this one go abroad or come back with some chance each month, and the draw fell "
                      "so ({rules})."), "N6"),
    Cause.OTHER: (N_("Why: the household changed."), ""),
}  # fmt: skip
HAPPENED = {
    Happened.QUOTA: N_("{month}: an employer hires this person for a place of the quota."),
    Happened.HIRED: N_("{month}: an employer of five staff or more hires this person."),
    Happened.LOST: N_("{month}: this person loses a job and looks for work."),
    Happened.OWN: N_("{month}: this person begins to work on own account."),
    Happened.FARM: N_("{month}: this person begins to work on an own farm."),
    Happened.RETIRED: N_("{month}: this person retires."),
    Happened.SCHOOL: N_("{month}: this person leaves school or ends studies."),
}
INDUSTRY = {  # by name of the industry
    "agriculture": N_("agriculture"), "mining": N_("mining"), "manufacturing": N_("manufacturing"),
    "energy_water": N_("energy and water supply"), "construction": N_("construction"), "trade": N_("trade"),
    "transport": N_("transport and storage"), "hospitality": N_("hotels and restaurants"),
    "information_finance": N_("information and finance"), "administration": N_("administration"),
    "education": N_("education"), "health_other": N_("health and other services"),
}  # fmt: skip
MONEY = {
    "earned": N_("pay of members"), "given_up": N_("pay given up for the family business"),
    "own_income": N_("own account and farm"), "transfers": N_("pensions and benefits"),
    "child_benefit": N_("child benefit"), "remittances": N_("money from abroad"),
    "profit": N_("profit of the family business"), "reinvested": N_("put back into the business"),
    "in_kind": N_("home production and help in kind"), "repaid": N_("instalment of a loan"),
    "grant_spent": N_("part of a grant that was not invested"), "stock_sold": N_("sale of a business"),
    "own_money": N_("own money put into a business"), "application": N_("cost of applying"),
    "borne": N_("levies of employers passed on"),
    "certificates": N_("a part of the benefits of staff certified for a quota"),
    "given": N_("a part of what employers give for no work"),
}  # fmt: skip
PAID_OUT = ("given_up", "reinvested", "repaid", "own_money", "application", "borne")
EDUCATION = (N_("less than secondary education"), N_("secondary education"), N_("higher education"))
DECEMBER = 12
WIDTH = 80
LOOKING = (Work.SEEKING, Work.HOME)
FOLDED = 3  # as many changes in a row between looking for work and not looking are told in one sentence


def text(
    story: PersonStory, say: Language, *, everything: bool = False, why: bool = True, happened: Happened | None = None
) -> str:
    """Return a person's story: months in which work changed and each December; with ``everything`` all months.

    ``happened`` is what the person was picked by; it is told first.
    """
    when = first_time(story, happened) if happened is not None else None
    lines = [say.text(HAPPENED[happened], month=say.month(when))] if happened is not None and when is not None else []
    lines += _who(story, say)
    folded = {} if everything else {run[0].t: run for run in switching(story.months)}
    inside = {month.t for run in folded.values() for month in run}
    for month in story.months:
        if month.t in folded:
            lines += ["", _switched(folded[month.t], say)]
        changed = _changed(month) and month.t not in inside
        yearly = everything or months.month_of(month.t) == DECEMBER
        if not (yearly or changed):
            continue
        lines += ["", say.month(month.t)]
        lines += [f"  {line}" for line in _month(month, say, changed=changed, why=why)]
        lines += [f"  {line}" for line in _household(month, say, whole=yearly)]
    if why:
        lines += ["", say.text("Codes such as {code} are rules: {file}.", code="E4", file="docs/model.md")]
    return "\n".join(_wrapped(line) for line in lines)


def first_time(story: PersonStory, what: Happened) -> int | None:
    """Return the first month after the designs parted in which something happened; nothing if it did not."""
    return next((month.t for month in story.months if month.t >= story.start and _is_it(month, what)), None)


def _is_it(month: PersonMonth, what: Happened) -> bool:
    """Return whether something happened in a month."""
    if what in (Happened.QUOTA, Happened.HIRED):
        return month.cause == (Cause.QUOTA if what == Happened.QUOTA else Cause.RACE)
    if what == Happened.LOST:
        return month.before in JOBS and month.work == Work.SEEKING
    if what == Happened.SCHOOL:
        return month.before == Work.STUDENT != month.work
    kind = {Happened.OWN: Work.OWN_ACCOUNT, Happened.FARM: Work.FARM, Happened.RETIRED: Work.RETIRED}[what]
    return month.before != kind == month.work


def _changed(month: PersonMonth) -> bool:
    """Return whether the state of work changed."""
    return month.cause is not None and month.work != month.before


def switching(told: Sequence[PersonMonth]) -> list[list[PersonMonth]]:
    """Return the runs of changes that only go between looking for work and not looking, those that are long enough."""
    runs: list[list[PersonMonth]] = [[]]
    for month in filter(_changed, told):
        if month.before in LOOKING and month.work in LOOKING:
            runs[-1].append(month)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) >= FOLDED]


def _switched(run: Sequence[PersonMonth], say: Language) -> str:
    """Return a run of changes between looking for work and not looking as one sentence."""
    return say.plural(
        "{first} to {last}: {count} time between looking for work and not looking.",
        "{first} to {last}: {count} times between looking for work and not looking.", len(run),
        first=say.month(run[0].t), last=say.month(run[-1].t),
    )  # fmt: skip


def _wrapped(line: str) -> str:
    """Return a line folded at the width of a page, with what follows further in."""
    start = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(line.strip(), WIDTH, initial_indent=start, subsequent_indent=start + "  ") if line else ""


def _who(story: PersonStory, say: Language) -> Iterator[str]:
    traits, home = story.traits, story.home
    sex = say.text("woman") if traits["woman"] else say.text("man")
    yield say.text(
        "Person {identifier}: {sex}, born in {birth}, {education}; household {household} in {raion} ({oblast}), "
        "members: {size}.", identifier=int(traits["identifier"]), sex=sex, birth=say.month(int(traits["birth"])),
        education=say.text(EDUCATION[int(traits["education"])]), household=int(home["identifier"]),
        raion=say.text(story.place[0]), oblast=say.text(story.place[1]), size=int(home["size"]),
    )  # fmt: skip
    group, since = int(traits["group"]), int(traits["certified_from"])
    if since < story.months[0].t:
        yield say.text("On the disability register, group {group}.", group=group)
    elif since < NEVER_CERTIFIED:
        month = say.month(since)
        yield say.text("On the disability register, group {group}, from {month} on.", group=group, month=month)
    yield say.text("Design '{design}' from {month} on, seed {seed}. Money: som of 2023 a month.", design=story.design,
                   month=say.month(story.start), seed=story.seed)  # fmt: skip


def _month(month: PersonMonth, say: Language, *, changed: bool, why: bool) -> Iterator[str]:
    work = say.text(WORKS[month.work.name])
    industry = f" ({say.text(INDUSTRY[INDUSTRIES[month.industry]])})" if month.industry is not None else ""
    if changed:
        yield say.text("Work: was {before}, now {now}.", before=say.text(WORKS[month.before.name]), now=work + industry)
    else:
        yield say.text("Work: {now}.", now=work + industry)
    if changed and month.cause is not None and why:
        reason, rules = CAUSES[month.cause]
        yield f"  {say.text(reason, rules=rules)}"
        yield from (f"  {line}" for line in _luck(month, say))
    yield from _pay(month, say, why=why)


def _luck(month: PersonMonth, say: Language) -> Iterator[str]:
    if month.firm is not None and month.cause in (Cause.QUOTA, Cause.OPEN):
        yield say.text(
            "Employer {identifier}: {staff} staff, {owed} places of the quota owed, {counted} filled.",
            identifier=month.firm.identifier, staff=say.number(month.firm.staff), owed=say.shortest(month.firm.owed),
            counted=say.shortest(month.firm.counted),
        )  # fmt: skip
    if month.chance is not None:
        drawn = next((one.u for one in month.luck if one.decision == "MOVE"), None)
        if drawn is not None:
            yield say.text("Chance of a change this month {chance}, draw {draw}: below it.",
                           chance=say.percent(month.chance, 2), draw=say.number(drawn, 4))  # fmt: skip


def _pay(month: PersonMonth, say: Language, *, why: bool) -> Iterator[str]:
    state = month.state
    if state["pay"]:
        yield say.text("Pay in hand: {pay}.", pay=say.number(state["pay"]))
        net = next((call for call in month.rules if call.rule == "net_pay"), None)
        if why and net is not None:
            yield f"  {_reckoned(net, month, say)}"
    if state["own"]:
        yield say.text("Income from own work: {own}.", own=say.number(state["own"]))
        factor = next((c for call in month.rules for c in call.walk() if c.rule == "luck_factor"), None)
        if why and factor is not None:
            yield "  " + say.text("The luck of this month and of the months before makes {factor} of what is usual "
                                  "({rules}).", rules="W4, H1", factor=say.percent(float(factor.result)))  # fmt: skip
    if state["pension"]:
        yield say.text("Old-age pension: {pension}.", pension=say.number(state["pension"]))
    if state["benefit"]:
        yield say.text("Disability pension or benefit: {benefit}.", benefit=say.number(state["benefit"]))


def _reckoned(net: Call, month: PersonMonth, say: Language) -> str:
    """Return how pay in hand comes from gross pay."""
    gross = month.state["pay"] * float(net.inputs["gross"]) / float(net.result)
    if int(net.inputs["formal"]):
        taken = float(net.inputs["contribution"]) + float(net.inputs["tax"])
        return say.text("Gross pay {gross} less {share} for contribution and income tax ({rules}).", rules="W3, T3",
                        gross=say.number(gross), share=say.percent(taken))  # fmt: skip
    return say.text("An informal job: {share} of the gross pay {gross} of the same work with a contract ({rules}).",
                    rules="W3", share=say.percent(float(net.inputs["informal"])), gross=say.number(gross))  # fmt: skip


def _household(month: PersonMonth, say: Language, *, whole: bool) -> Iterator[str]:
    """Yield the household's money; ``whole`` also what it lives on."""
    parts = [
        f"{say.text(MONEY.get(name, name.replace('_', ' ')))} "
        f"{say.number(-value if name in PAID_OUT else value, signed=name in PAID_OUT)}"
        for name, value in month.money.items() if abs(value) >= 0.5
    ]  # fmt: skip
    yield say.text("Household's money: {parts}.", parts="; ".join(parts) or say.text("none"))
    if not whole:
        return
    yield "  " + say.text(
        "A household survey would record {income} of this. Its average of the last twelve months is {yearly} a person "
        "a month; the household consumes {consumption} a person a month.", income=say.number(month.income),
        yearly=say.number(month.yearly), consumption=say.number(month.consumption),
    )  # fmt: skip
    line = say.number(month.line)
    yield "  " + (say.text("That is below the poverty line of {line}: poor.", line=line) if month.poor
                  else say.text("That is above the poverty line of {line}: not poor.", line=line))  # fmt: skip
