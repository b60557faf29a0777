"""Words of the household calculator: its tables, reasons and marks, in three languages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from experiments.design_of_law import Law, assumed
from experiments.household import (
    BENEFIT_UNTIL,
    FAMILY,
    Account,
    Test,
    benefit_given_up,
    may_have_assistant,
    pension_age,
)
from experiments.household_case import OF_AGE, Case, Job, Member
from experiments.household_work import Fear, Point, Work
from experiments.language import Language
from experiments.marks import N_
from experiments.sections import Cell, Row, Section
from sim.taxes_benefits.flows import FLOWS, Held

LABELS = {
    "gross_pay": N_("Pay before tax"), "contribution": N_("Contribution of the worker"),
    "income_tax": N_("Income tax before deductions"), "tax_relief": N_("Income tax spared by deductions"),
    "informal_pay": N_("Pay without a contract"), "public_works": N_("Pay for public works"),
    "assistant_pay": N_("Pay of a personal assistant"), "own_income": N_("Income of own work"),
    "own_contribution": N_("Contribution of an entrepreneur"), "patent": N_("Patent"), "single_tax": N_("Single tax"),
    "age_pension": N_("Age pension"), "disability_pension": N_("Disability pension"),
    "social_benefit": N_("Monthly social benefit"), "extra_cost": N_("Allowance for extra costs of disability"),
    "unemployment_benefit": N_("Unemployment benefit"), "compensation": N_("Compensation in place of privileges"),
    "child_benefit": N_("Child benefit for poor families"),
    "universal_benefit": N_("Benefit for every child of an age"),
    "highland_benefit": N_("Benefit for children in highlands"), "remittances": N_("Money sent from abroad"),
    "instalment": N_("Instalment of a loan"), "birth_grant": N_("Birth grant"),
}  # fmt: skip
NOT_HELD, PARTLY_HELD, ASSUMED = "*", "~", "?"
LONGEST_COLUMN = 12  # letters above a column
MARKS = {Held.NO: NOT_HELD, Held.PARTLY: PARTLY_HELD, Held.YES: ""}


class Answer(NamedTuple):
    """What is reckoned of a household: its account under each law, what work brings, and the line of earnings."""

    accounts: tuple[Account, ...]  # today's first
    works: tuple[tuple[tuple[int, Work], ...], ...]  # by law: members with what their work brings
    fears: tuple[tuple[int, Work, Fear], ...]  # of members with a disability, today
    varied: int
    lines: tuple[tuple[Point, ...], ...]  # by law


class Teller:
    """Tells one answer in one language."""

    def __init__(self, answer: Answer, say: Language) -> None:
        self.answer, self.say = answer, say
        self.case, self.laws = answer.accounts[0].case, [account.law for account in answer.accounts]
        self.columns = tuple((law.label or "today", self._column(number, law)) for number, law in enumerate(self.laws))
        self.marks: set[str] = set()
        self.assumptions: dict[str, None] = {}

    def _column(self, number: int, law: Law) -> str:
        """Return what a law is called above a column: its name if it is short."""
        if not law.label:
            return self.say.text("today")
        return law.label if len(law.label) <= LONGEST_COLUMN else self.say.text("design {number}", number=number)

    def som(self, value: float, *, signed: bool = False) -> Cell:
        """Return an amount in whole som."""
        return Cell(self.say.number(value, signed=signed), value)

    def share(self, value: float) -> Cell:
        """Return a share in percent."""
        return (
            Cell(self.say.percent(value, 1), value) if math.isfinite(value) else Cell(self.say.number(math.nan), value)
        )

    def name(self, who: int) -> str:
        """Return what a member is called: adult or child, the place among them, and the age."""
        one = self.case.members[who]
        number = sum(other.adult == one.adult for other in self.case.members[: who + 1])
        if one.adult:
            return self.say.text("Adult {number} ({age})", number=number, age=one.age)
        return self.say.text("Child {number} ({age})", number=number, age=one.age)

    def sections(self) -> Iterator[Section]:
        """Yield all sections in their order."""
        yield self.money()
        yield self.rights()
        for number, law in enumerate(self.laws):
            if self.answer.works[number]:
                yield self.work(number, law)
        if self.answer.fears:
            yield self.fear()
        if self.answer.lines:
            yield self.line()
        yield self.legend()

    # Money ------------------------------------------------------------------------------------------------------

    def money(self) -> Section:
        """Return every component of the family's money under each law."""
        text = self.say.text
        rows: list[Row] = []
        for who in [*range(len(self.case.members)), FAMILY]:
            mine = self._rows_of(who)
            if mine:
                rows.append(Row(f"member {who}", text("The family") if who == FAMILY else self.name(who), heading=True))
                rows += mine
        rows.append(Row("sums", text("Together"), heading=True))
        size = len(self.case.members)
        accounts = self.answer.accounts
        rows += [
            Row("monthly", "  " + text("Money of the family a month"), tuple(self.som(a.monthly) for a in accounts)),
            Row("per_person", "  " + text("for each person"), tuple(self.som(a.monthly / size) for a in accounts)),
            Row("of_subsistence", "  " + text("of the subsistence minimum"),
                tuple(self.share(a.monthly / size / float(a.law.economy.subsistence)) for a in accounts)),
        ]  # fmt: skip
        if any(a.once for a in accounts):
            rows.append(Row("once", "  " + text("paid once, beside it"), tuple(self.som(a.once) for a in accounts)))
        rows.append(self._marked("indirect", text("Indirect taxes, if all of it is spent"),
                                 {NOT_HELD, ASSUMED}, tuple(self.som(a.indirect) for a in accounts)))  # fmt: skip
        self._assume("indirect_tax", self.laws[0])
        title = self.say.text("Money of a family of {number}, {month}, som a month", number=size,
                              month=self.say.month(self.laws[0].t))  # fmt: skip
        names = tuple(f"{column}: {law.label}" for law, (_, column) in zip(self.laws, self.columns, strict=True)
                      if law.label not in ("", column))  # fmt: skip
        return Section("money", title, self.columns, tuple(rows), names)

    def _rows_of(self, who: int) -> list[Row]:
        """Return the rows of a member, or of the family."""
        found = [{e.flow: e for e in account.entries if e.who == who} for account in self.answer.accounts]
        names = [flow for flow in FLOWS if any(flow in one for one in found)]
        rows = []
        for flow in names:
            kind = FLOWS[flow]
            marks = {MARKS[kind.held]} - {""}
            for one, law in zip(found, self.laws, strict=True):
                if flow in one and self._assume(one[flow].parameter, law):
                    marks.add(ASSUMED)
            cells = tuple(self.som(kind.sign * one[flow].amount if flow in one else 0.0) for one in found)
            key = flow if who == FAMILY else f"{flow} {who}"
            rows.append(self._marked(key, self.say.text(LABELS[flow]), marks, cells))
        return rows

    def _assume(self, parameter: str, law: Law) -> bool:
        """Note that an amount is an assumption, if it is one."""
        if not assumed(parameter, law):
            return False
        self.assumptions[parameter] = None
        return True

    def _marked(self, key: str, label: str, marks: set[str], cells: tuple[Cell, ...]) -> Row:
        self.marks |= marks
        return Row(key, f"  {label} {' '.join(sorted(marks))}".rstrip(), cells)

    # Rights -----------------------------------------------------------------------------------------------------

    def rights(self) -> Section:
        """Return what the family is entitled to under each law, with the reasons."""
        text, accounts = self.say.text, self.answer.accounts
        lost = [benefit_given_up(a.case, a.law) if a.needy.passed else 0.0 for a in accounts]
        may = [self._may_have_contract(a) for a in accounts]
        rows = [
            Row("child_benefit", text("Child benefit for poor families"),
                tuple(self._yes(a.needy.passed) for a in accounts)),
            Row("social_contract", text("Social contract: may apply"), tuple(self._yes(one) for one in may)),
            Row("grant", "  " + text("grant, paid once"), tuple(self.som(_grant(a)) for a in accounts)),
            Row("loan", "  " + text("follow-up loan, at most"),
                tuple(self.som(a.law.contract.loan_max) for a in accounts)),
            Row("benefit_given_up", "  " + text("child benefit given up for it"), tuple(self.som(one) for one in lost)),
        ]  # fmt: skip
        reasons: dict[str, list[str]] = {}
        for account, (_, label) in zip(accounts, self.columns, strict=True):
            found = (self._benefit_reasons, self._contract_reasons, self._care_reasons)
            for reason in (one for of in found for one in of(account)):
                reasons.setdefault(reason, []).append(label)
        notes = [reason if len(labels) == len(accounts) else f"{', '.join(labels)}: {reason}"
                 for reason, labels in reasons.items()]  # fmt: skip
        return Section("rights", text("Rights of the family"), self.columns, tuple(rows), tuple(notes))

    def _yes(self, passed: bool) -> Cell:
        return Cell(self.say.text("yes") if passed else self.say.text("no"), passed)

    def _may_have_contract(self, account: Account) -> bool:
        return (
            account.contract.passed and account.case.contract_month == 0 and bool(_workers(account.case, account.law))
        )

    def _against(self, test: Test) -> dict[str, str]:
        return {"income": self.say.number(test.income), "limit": self.say.number(test.limit)}

    def _benefit_reasons(self, account: Account) -> Iterator[str]:
        text = self.say.text
        if not any(one.age < BENEFIT_UNTIL and not one.adult for one in account.case.members):
            yield text("Child benefit: no, because the family has no child under {age}.", age=BENEFIT_UNTIL)
            return
        if account.needy.passed:
            yield text("Child benefit: yes, because income per person is {income} som, below the guaranteed minimum "
                       "income of {limit} som.", **self._against(account.needy))  # fmt: skip
        else:
            yield text("Child benefit: no, because income per person is {income} som; the law asks for less than the "
                       "guaranteed minimum income of {limit} som.", **self._against(account.needy))  # fmt: skip
        if account.case.declared is None and account.practice.passed and not account.needy.passed:
            yield text(
                "In practice families declare a part, and offices accept more. By the assumptions with which the "
                "simulation begins, before it meets the published caseload, offices would see {income} som per person "
                "and accept less than {limit} som: the family would have it.",
                **self._against(account.practice),
            )
        may_get = account.needy.passed and account.case.contract_month == 0
        idle = [self.name(k) for k in _idle(account.case, account.law)] if may_get else []
        if idle:
            yield text("Before it is granted, who can work and does not must register as unemployed: {names}.",
                       names=self.say.listed(idle))  # fmt: skip
        month = account.case.contract_month
        share = float(account.law.contract.benefit_share[month])
        if month and share < 1.0:
            yield text("The social contract suspends the child benefit in its month {month}; {share} of it is paid.",
                       month=month, share=self.say.percent(share))  # fmt: skip

    def _care_reasons(self, account: Account) -> Iterator[str]:
        cared = [self.name(k) for k, one in enumerate(account.case.members) if may_have_assistant(one, account.law)]
        if cared and not any(one.job == Job.ASSISTANT for one in account.case.members):
            yield self.say.text(
                "The state could pay an assistant, {amount} som a month, for: {names}.",
                amount=self.say.number(account.law.protection.assistant_pay), names=self.say.listed(cared),
            )  # fmt: skip

    def _contract_reasons(self, account: Account) -> Iterator[str]:
        text = self.say.text
        if account.case.contract_month:
            yield text("Social contract: no, because the family has one.")
        elif not _workers(account.case, account.law):
            yield text("Social contract: no, because no adult of working age could run a business.")
        elif account.contract.passed:
            yield text("Social contract: the income that offices see, {income} som per person, is below the ceiling of "
                       "{limit} som (both are assumptions of the simulation). A plan that convinces the commission and "
                       "one of the year's places are needed as well.", **self._against(account.contract))  # fmt: skip
        else:
            yield text("Social contract: no, because the income that offices see, {income} som per person, is not "
                       "below the ceiling of {limit} som (both are assumptions of the simulation).",
                       **self._against(account.contract))  # fmt: skip

    # Work -------------------------------------------------------------------------------------------------------

    def work(self, number: int, law: Law) -> Section:
        """Return what members keep of their pay under a law."""
        text = self.say.text
        columns = (
            ("pay", text("pay")), ("taken", text("taxes")), ("lost", text("benefits lost")),
            ("kept", text("kept")), ("participation", text("taken of all")), ("marginal", text("taken of more")),
        )  # fmt: skip
        rows = [
            Row(f"member {who}", self.name(who), (
                self.som(w.pay), self.som(w.taken), self.som(w.lost_own + w.lost_other), self.som(w.kept),
                self.share(w.participation), self.share(w.marginal)))
            for who, w in self.answer.works[number]
        ]  # fmt: skip
        title = text("What work brings, against no work, som a month")
        if law.label:
            title = f"{title}: {self.columns[number][1]}"
        note = text("Taken of all: the share of pay that taxes and lost benefits take. Taken of more: of the next "
                    "thousand som. Who has no job is given one at the average wage, or at {option}.",
                    option="--offer")  # fmt: skip
        return Section("work" if number == 0 else f"work {law.label}", title, columns, tuple(rows),
                       (note,) if number == 0 else ())  # fmt: skip

    def fear(self) -> Section:
        """Return what persons with a disability lose of a benefit by law, and what they fear."""
        text = self.say.text
        rows: list[Row] = []
        for who, work, fear in self.answer.fears:
            if len(self.answer.fears) > 1:
                rows.append(Row(f"member {who}", self.name(who), heading=True))
            parts = (
                ("kept", text("Kept of pay, by law"), work.kept),
                ("lost_by_law", "  " + text("of the own benefit lost by law"), work.lost_own),
                ("feared", text("Feared loss of the benefit") + " ?", -fear.benefit),
                ("travel", text("Travel to work") + " ?", -fear.travel),
                ("care", text("Care that is paid for instead") + " ?", -fear.care),
                ("left", text("Left, as the person sees it") + " ?", fear.left),
            )
            rows += [Row(f"{key} {who}", label, (self.som(value),)) for key, label, value in parts]
        self.marks.add(ASSUMED)
        notes = [
            text("No law was found that ends or cuts a benefit for disability because its holder works.")
            if all(work.lost_own == 0.0 for _, work, _ in self.answer.fears)
            else text("This law takes a part of the benefit from who works."),
            text("What is feared, travel and care are assumptions of the simulation (middle of what is likely)."),
        ]  # fmt: skip
        title = text("A benefit for disability beside work, today, som a month")
        return Section("fear", title, (("som", text("som", context="unit")),), tuple(rows), tuple(notes))

    def line(self) -> Section:
        """Return the money of the family against the pay of a member."""
        text = self.say.text
        several = len(self.columns) > 1
        columns: list[tuple[str, str]] = []
        for key, label in self.columns:
            columns += [(f"money {key}", label if several else text("family")), (f"marginal {key}", text("taken"))]
            columns += [] if several else [(f"child_benefit {key}", text("child benefit"))]
        rows = []
        for points in zip(*self.answer.lines, strict=True):
            cells: list[Cell] = []
            for point in points:
                cells += [self.som(point.money), self.share(point.marginal)]
                cells += [] if several else [self.som(point.child_benefit)]
            rows.append(Row(self.say.number(points[0].pay), self.say.number(points[0].pay), tuple(cells)))
        title = text("Money of the family by pay of: {name} (som a month)", name=self.name(self.answer.varied))
        note = text("Taken: the share of the last step of pay that the family does not keep.")
        return Section("line", title, tuple(columns), tuple(rows), (note,))

    def legend(self) -> Section:
        """Return what the marks mean, and the assumptions that were used."""
        text = self.say.text
        notes = []
        if NOT_HELD in self.marks:
            notes.append(text("* The simulation does not hold this line."))
        if PARTLY_HELD in self.marks:
            notes.append(text("~ The simulation holds it in a simpler way: means by group, and amounts that keep their "
                              "purchasing power."))  # fmt: skip
        if ASSUMED in self.marks:
            notes.append(text("? An amount that nobody published; it is an assumption."))
        protection = self.laws[0].policies["social_protection"]
        labels = {name: str(type(protection).model_fields[name].title) for name in self.assumptions}
        if labels:
            listed = "; ".join(f"{self.say.text(label)}" for label in labels.values())
            notes.append(text("Assumed: {names}.", names=listed))
        return Section("marks", "", (), (), tuple(notes))


def _grant(account: Account) -> float:
    return float(account.law.contract.grant.mean())


def _workers(case: Case, law: Law) -> list[int]:
    """Return who could run a business: adults below pension age who do not study."""
    return [k for k, one in enumerate(case.members)
            if one.adult and OF_AGE <= one.age < pension_age(one, law) and one.job != Job.STUDENT]  # fmt: skip


def _idle(case: Case, law: Law) -> list[int]:
    """Return who can work and has neither work nor a registration as unemployed."""

    def able(one: Member) -> bool:
        return one.job == Job.HOME and one.group == 0

    return [k for k in _workers(case, law) if able(case.members[k])]
