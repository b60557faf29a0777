"""World: one simulated country at one moment, and the path it leaves behind.

A world is a value to be forked: :meth:`World.fork` copies what changes and shares what does not. Everything random in
it is addressed by the run seed, so two forks that differ in one policy share all other luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.agents.households.budget import Coverage
from sim.agents.households.effects import Loadings
from sim.agents.persons.living import Composition
from sim.agents.persons.migrating import Senders
from sim.behaviour import Behaviour
from sim.engine.columns import FIXED_POINT, Array, copied, locked
from sim.engine.draws import key
from sim.labour import LabourWorld
from sim.markets.feedback import Baseline, Flows, Markets
from sim.markets.financing import Raising, nothing_raised
from sim.markets.handing import Handed
from sim.markets.incidence import Bearing
from sim.markets.jobs import Moves
from sim.months import year_of
from sim.people import People
from sim.population import Population
from sim.population.tape import Tape
from sim.state.households import Endowments, Households, HouseholdState
from sim.state.monthly import Records
from sim.state.protection_terms import Moved, Unindexed
from sim.state.quota_law import QuotaTerms
from sim.state.service_terms import ServiceTerms
from sim.state.terms import BenefitTerms, ContractTerms, EconomyTerms, FinancingTerms

CHUNK = 65_536  # households whose columns fit into the processor's last cache
CHUNKS_PER_THREAD = 4


@dataclass(frozen=True)
class Terms:
    """All incentives of one month."""

    contract: ContractTerms
    benefit: BenefitTerms
    economy: EconomyTerms
    quota: QuotaTerms
    services: ServiceTerms
    financing: FinancingTerms
    protection: Moved | None = None  # benefits of a design beside those of today's law, where they differ
    unindexed: Unindexed | None = None  # what today's law makes of social benefits that it does not index
    more: Mapping[str, Any] = field(default_factory=dict)  # of instruments that only pay households, by their names

    @property
    def open(self) -> bool:
        """Whether new contracts can be had at all; a zero grant or zero slots close the programme (test V5)."""
        return bool(self.contract.slots > 0.0 and self.contract.grant.max() > 0.0)


class Design(Protocol):
    """Whatever can say what the rules of a month are."""

    def terms(self, t: int, behaviour: Behaviour) -> Terms:
        """Return the incentives of month ``t``."""


@dataclass
class Office:
    """What the social-protection offices remember, one entry for each raion; families and payments are real ones."""

    shares: Array  # share of the year's slots
    selected: Array  # families selected this year, with what last year left over or took too many
    due: Array  # payments fallen due since the programme began
    paid: Array  # payments made
    poor: Array  # poor persons summed over the months of this year
    families: Array  # families with the child benefit last month
    slots: Array  # slots of the year, whole lots (World.lot)
    slots_of: tuple[int, float]  # the year and the national slots that ``slots`` were worked out for
    informed: Array  # (raions, 3): low-income families, with a contract, informed without one; last month
    contracts: Array  # (raions, 2): contract families, with a live business; last month

    @classmethod
    def empty(cls, raions: int) -> Office:
        """Return an office without any memory."""
        zero = np.zeros(raions, dtype=np.int64)
        return cls(
            np.zeros(raions), zero.copy(), np.zeros(raions), zero.copy(), zero.copy(), zero.copy(), zero.copy(),
            (0, 0.0), np.zeros((raions, 3), dtype=np.int64), np.zeros((raions, 2), dtype=np.int64),
        )

    def fork(self) -> Office:
        """Return a copy."""
        copies: dict[str, Any] = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in vars(self).items()}
        return Office(**copies)


class Passed(NamedTuple):
    """What households bear and get through the quota in a month."""

    incidence: int  # on what charges of private employers fall (Incidence)
    due: Array  # (oblasts,) charges passed on, som of 2023 in 1/1024 units
    bearing: Array  # (oblasts,) the same for each unit of what they fall on
    handed: Array  # (oblasts, pots) what each person of a pot gets


@dataclass
class Path:
    """What a world leaves for others to be measured against.

    ``flows``, ``markets`` and ``moves`` of persons between jobs by month; ``need`` by year: poor persons and benefit
    families of each raion in the year before, which the allocation of slots follows; ``vacancies`` by month: suitable
    vacancies per seeker with a disability, relative to the burn-in; ``levels`` by month: log a of each oblast, which
    consumption follows (B2); ``passed`` by month: what is passed on and handed out to households;
    ``paid`` by month: rows of the families that are paid a grant; ``members`` by month, where others are to follow:
    what households have of their members (sim.following).
    """

    flows: dict[int, Flows] = field(default_factory=dict)
    markets: dict[int, Markets] = field(default_factory=dict)
    need: dict[int, tuple[Array, Array]] = field(default_factory=dict)
    vacancies: dict[int, Array] = field(default_factory=dict)
    moves: dict[int, Moves] = field(default_factory=dict)
    levels: dict[int, Array] = field(default_factory=dict)
    passed: dict[int, Passed] = field(default_factory=dict)
    paid: dict[int, Array] = field(default_factory=dict)
    members: dict[int, Any] | None = None


@dataclass
class Tally:
    """Whole-number sums of the current month over the real country, money and hours in fixed point.

    They are set by one step and read by a later one.
    """

    paid: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # (oblasts,), grants paid
    receiving: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # of these with the child benefit
    spent: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # see sim.agents.investing.invest
    businesses: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # see sim.agents.operating.operate
    households: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # by raion, see Sum in consuming
    places: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # the same by oblast
    visits: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # see sim.offices.visiting.visit
    bearing: Array = field(default_factory=lambda: np.zeros(0))  # (oblasts,) no sum: see MoneyMonth.bearing
    handed: Array = field(default_factory=lambda: np.zeros(0))  # (oblasts, pots) no sum: see MoneyMonth.handed
    instruments: dict[str, Array] = field(default_factory=dict)  # (oblasts,) paid by each, see sim.instruments


@dataclass(frozen=True)
class Financed:
    """What a design costs the budget net by month, and who is to cover it (A4, F)."""

    loss: Callable[[int], Array]  # (oblasts,) what local demand loses under a tax or cut of demand alone
    bill: Mapping[int, int]  # net cost of the month, som of 2023 in 1/1024 units of the whole country


@dataclass(frozen=True)
class Life:
    """What lets time pass for the persons of one world: the tape, which all worlds share, and its own households."""

    tape: Tape
    register_row: Array  # (persons,) row on the disability register of the labour block, -1 for none
    composition: Composition  # the columns that change of this world's households
    senders: Senders
    departures: Array  # how often persons at home go abroad, a year, by oblast, sex and age in years
    returns: float  # how often an adult abroad comes back, a year


@cache
def pool(threads: int) -> ThreadPoolExecutor:
    """Return the threads that sweeps run on, kept for the life of the process."""
    return ThreadPoolExecutor(threads)


@dataclass
class World:
    """One simulated country."""

    population: Population
    behaviour: Behaviour
    design: Design
    seed: int
    t: int
    start: int
    households: Households
    endowments: Endowments
    state: HouseholdState
    people: People
    bearing: Bearing  # what private employers pay under the quota, and who bears it (D7)
    handed: Handed  # what the quota brings to households whose members the labour block does not name
    markets: Markets
    baseline: Baseline
    herd: Array
    office: Office
    labour: LabourWorld
    raion_oblast: Array
    lot: int  # real households of the heaviest row; slots are spread over raions in lots of so many
    never_above: float
    base_hazard: Array
    threshold: float  # effective income threshold of the child benefit, som of 2023 per person
    coverage: Coverage  # share of each published income that reaches consumption
    loadings: Loadings  # of the fixed effect on consumption, found at the beginning
    extreme_ratio: float  # extreme over national poverty line
    thresholds: tuple[float, ...] = ()  # those of the last months of the burn-in
    first_threshold: float = 0.0  # that of January 2022
    first_prices: float = 1.0  # consumer prices of January 2022
    reference: Path | None = None
    frozen: Path | None = None
    followed: World | None = None  # whose persons and employers do what they would do here, see sim.following
    multiplier: Path | None = None
    financed: Financed | None = None
    chosen: Path | None = None  # whose families are paid in cash
    raising: Raising = field(default_factory=nothing_raised)  # what households pay towards the cost of the design
    path: Path = field(default_factory=Path)
    records: Records = field(default_factory=Records)
    tally: Tally = field(default_factory=Tally)
    threads: int = 1
    life: Life | None = None  # nothing where the population stands still
    sent: float = 1.0  # what members abroad send over the start, where the population stands still
    owing: bool = False  # families may owe a part of their grant
    protected: bool = False  # households were paid benefits of a design last month
    laid_out: tuple[Array, Array] | None = None  # levels of consumption by oblast, and the same for each household
    last_rules: tuple[Any, ...] = ()
    attend: Callable[[], None] | None = None  # called before each month; what it raises ends the run
    gathering: bool = False  # sweeps wait until their results are needed, see `settle`
    waiting: list[tuple[Callable[..., None], tuple[Any, ...], tuple[Array, ...]]] = field(default_factory=list)
    watch: Callable[..., None] | None = field(default=None, init=False)  # runs the sweeps of this world, none of a fork

    @property
    def rows(self) -> int:
        """Number of household rows."""
        return len(self.households.identifier)

    @property
    def oblasts(self) -> int:
        """Number of regions."""
        return len(self.markets.tightness)

    def fork(self, **changes: Any) -> World:
        """Return a copy that can be given another design or feedback; it shares what never changes.

        What is given in ``changes`` is not copied.
        """
        copies: dict[str, Callable[[], Any]] = {
            "state": lambda: copied(self.state), "markets": lambda: copied(self.markets), "office": self.office.fork,
            "labour": self.labour.copy, "bearing": lambda: copied(self.bearing), "handed": lambda: copied(self.handed),
            "raising": lambda: copied(self.raising),
        }  # fmt: skip
        own = {name: copy() for name, copy in copies.items() if name not in changes}
        if self.life is not None:
            own |= self._own_life(own.get("labour", self.labour))
        if "people" not in changes:
            state = changes["state"] if "state" in changes else own["state"]
            own["people"] = self.people.copy(state, own["endowments"].operator if "endowments" in own else None)
        made = {"path": Path(levels=dict(self.path.levels)), "records": Records(), "tally": Tally(), "waiting": []}
        return replace(self, **{**own, **made, **changes})

    def _own_life(self, labour: LabourWorld) -> dict[str, Any]:
        """Return what a fork needs of its own where time passes."""
        assert self.life is not None
        life = replace(self.life, composition=copied(self.life.composition))
        return {
            "life": life, "households": with_composition(self.households, life.composition),
            "endowments": copied(self.endowments), "labour": with_own_register(labour),
        }  # fmt: skip

    def sweep(self, sweep: Callable[..., None], *arguments: Any, sums: tuple[Array, ...] = ()) -> None:
        """Run a sweep over all households, or note it down while ``gathering``.

        ``sums`` are integer arrays passed last; every thread fills its own and they are added, so the result does not
        depend on the split.
        """
        self.waiting.append((sweep, arguments, sums))
        if not self.gathering:
            self.settle()

    def sweep_now(self, sweep: Callable[..., None], *arguments: Any, sums: tuple[Array, ...] = ()) -> None:
        """Run a sweep over all households, after those that wait."""
        self.waiting.append((sweep, arguments, sums))
        self.settle()

    def settle(self) -> None:
        """Run the sweeps that wait, chunk by chunk, so that a chunk's columns are fetched once for all of them.

        A row's sweeps keep their order, and no sweep looks at another row.
        """
        if not self.waiting:
            return
        sweeps, self.waiting = self.waiting, []
        if self.watch is not None:
            for one in sweeps:
                self.watch(*one)
            return
        pieces = max(1, -(-self.rows // CHUNK))
        if self.threads > 1:
            pieces = max(pieces, self.threads * CHUNKS_PER_THREAD)
        if pieces == 1:
            for sweep, arguments, sums in sweeps:
                sweep(0, self.rows, *arguments, *sums)
            return
        edges = [self.rows * k // pieces for k in range(pieces + 1)]
        left = iter(list(pairwise(edges)))  # chunks that nobody has begun; each thread takes the next

        def run() -> list[tuple[Array, ...]]:
            parts = [tuple(np.zeros_like(total) for total in sums) for _, _, sums in sweeps]
            for first, last in left:
                for (sweep, arguments, _), part in zip(sweeps, parts, strict=True):
                    sweep(first, last, *arguments, *part)
            return parts

        others = [pool(self.threads).submit(run) for _ in range(self.threads - 1)]
        for parts in (run(), *(job.result() for job in others)):
            for (_, _, sums), part in zip(sweeps, parts, strict=True):
                for total, piece in zip(sums, part, strict=True):
                    total += piece

    def by_oblast(self, raions: Array) -> Array:
        """Return integer sums over the raions of each oblast; the first axis is raions before and oblasts after."""
        out = np.zeros((self.oblasts, *raions.shape[1:]), dtype=np.int64)
        np.add.at(out, self.raion_oblast, raions)
        return out

    def real(self, fixed_sums: Array) -> Array:
        """Return fixed-point sums as som or hours."""
        return fixed_sums / FIXED_POINT


def with_composition(households: Households, composition: Composition) -> Households:
    """Return households whose numbers of members are those of a composition, for all steps to read."""
    return households._replace(**locked(composition)._asdict())


def with_own_register(labour: LabourWorld) -> LabourWorld:
    """Return a labour block whose persons may grow older and leave its register without touching that of others."""
    persons = labour.frame.persons
    own = persons._replace(certified_from=persons.certified_from.copy(), age=persons.age.copy())
    return replace(labour, frame=replace(labour.frame, persons=own))


def month_key(world: World, decision: int) -> np.uint64:
    """Return the key of a decision that is drawn every month."""
    return key(world.seed, decision, world.t)


def year_key(world: World, decision: int) -> np.uint64:
    """Return the key of a decision that is drawn once a year."""
    return key(world.seed, decision, year_of(world.t))


def once_key(world: World, decision: int) -> np.uint64:
    """Return the key of a decision that is drawn once."""
    return key(world.seed, decision)
