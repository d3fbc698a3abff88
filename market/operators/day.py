"""One operator's day as arrays: a Pyomo block per period length, repeated and linked.

All periods of one length share the block's structure and differ only in limits and prices, so
the block is built and compiled once, and the day is put together from copies of it. What a
device was before a period and what it was after the last one become the same column.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from scipy import sparse

from formulations.contract import Formulation
from formulations.decision import Decision
from market.operators import garbage
from market.operators.area import add_area
from market.operators.numbers_alone import NumbersAlone
from scenarios.local_market import LocalMarket
from scenarios.outage_factors import OutageFactors
from scenarios.scenario import AreaView
from solvers.compile import compile_block
from solvers.condensation import Following
from solvers.join import join
from solvers.layout import Part
from solvers.program import Positions, Program, Vector

CROSSING = "reserve_crossing"


@dataclass(frozen=True)
class Day:
    """An operator's clearing problem for all periods.

    `columns[name]` and `rows[name]` have shape (members, periods) and hold the positions of a
    variable's or a constraint's members, in the order of `members[name]`; `decisions` hold the
    limits and prices that vary, `offset` the constant cost of every period ($). `links`, shape
    (links, periods - 1), are columns of what a device is after a period and before the next; a
    separable day has none. `following` are columns that follow from others in their own period.
    `exclusive` are pairs of columns (pairs, 2)
    of which one at most may be used, `integers` columns that are whole numbers, `owners` the kind
    of asset that decides a variable.
    """

    view: AreaView
    formulation: Formulation
    local: LocalMarket | None
    program: Program
    columns: Mapping[str, Positions]
    rows: Mapping[str, Positions]
    members: Mapping[str, list[Any]]
    decisions: Mapping[str, Decision]
    offset: NDArray[np.float64]
    following: Following
    links: Positions
    exclusive: Positions
    integers: Positions
    owners: Mapping[str, str]

    @cached_property
    def outages(self) -> OutageFactors | None:
        """How flows move after the outages that the day must survive, if there are any.

        A market that knows no angles, such as one of zones, is blind to them.
        """
        lost = self.view.outages if "angle" in self.columns else ()
        return OutageFactors.of(self.view.network, lost) if lost else None

    @cached_property
    def period_of_row(self) -> Positions:
        """Period of every row, from 0."""
        found = np.zeros(self.program.row_lower.size, dtype=np.int64)
        for places in self.rows.values():
            found[places] = np.arange(self.hours.size)
        return found

    @cached_property
    def crossing(self) -> Positions:
        """Columns of all that crosses boundaries, shape (rows, periods): energy, then reserves."""
        if CROSSING not in self.columns:
            return self.columns["p_boundary"]
        return np.concatenate([self.columns["p_boundary"], self.columns[CROSSING]])

    @property
    def crossing_limits(self) -> tuple[Vector, Vector]:
        """Least and greatest reserve (MW) that may cross boundaries, each (lanes, periods)."""
        none = np.zeros((0, self.hours.size))
        held = self.decisions.get(CROSSING)
        return (none, none) if held is None else (held.lower, held.upper)

    @property
    def is_separable(self) -> bool:
        """Whether no device couples one period to another."""
        return not len(self.links)

    @property
    def hours(self) -> NDArray[np.float64]:
        """Length of every period (h)."""
        return np.array(self.view.hours)

    def parts(
        self, columns: Positions | None = None, rows: Positions | None = None
    ) -> Iterator[Part]:
        """What may be solved out of the day, or of a program with it in these columns and rows."""
        size = self.program.matrix.shape
        if self.view.side < 0 or not self.program.is_linear:
            return
        if found := self.following.condensation:
            every = np.arange(size[1]) if columns is None else columns
            yield Part(found, every, np.arange(size[0]) if rows is None else rows)

    def value(self, x: Vector, name: str) -> NDArray[np.float64]:
        """Values of a variable (its unit), shape (members, periods)."""
        return x[self.columns[name]]

    def cost_by_period(self, x: Vector) -> NDArray[np.float64]:
        """Cost ($) of every period, value of lost load included; welfare with the sign turned."""
        total = self.offset.copy()
        for name, decision in self.decisions.items():
            power = x[self.columns[name]]
            price = decision.price + decision.slope * power / 2
            total += self.hours * (price * power).sum(axis=0)
        return total

    def price(self, dual: Vector, name: str) -> NDArray[np.float64]:
        """Duals of a constraint per hour ($/MWh), shape (members, periods)."""
        return dual[self.rows[name]] / self.hours

    def beyond_by_period(self, x: Vector) -> NDArray[np.float64]:
        """What bids ask beyond cost ($) in every period, fees and mark-ups; part of the cost."""
        total = np.zeros_like(self.offset)
        for name, decision in self.decisions.items():
            if decision.beyond.any():
                total += self.hours * (decision.beyond * self.value(x, name)).sum(axis=0)
        return total


def build_day(view: AreaView, formulation: Formulation, local: LocalMarket | None = None) -> Day:
    """Compile the area's block and join its periods to a day."""
    first = {h: view.hours.index(h) + 1 for h in dict.fromkeys(view.hours)}
    with garbage.kept():
        blocks = {h: _period_block(view, formulation, t, local) for h, t in first.items()}
        stages = {h: compile_block(block) for h, block in blocks.items()}
    one = next(iter(blocks.values()))
    parts = [stages[h] for h in view.hours]
    kept = {before: _among(parts[0].members, before, now) for before, now in one.states}
    same = [
        ((t - 1, parts[t - 1].columns[now][kept[before]]), (t, parts[t].columns[before]))
        for t in range(1, len(parts))
        for before, now in one.states
    ]
    joined = join([p.program for p in parts], same)
    columns = _by_period(parts[0].columns, joined.columns)
    members = {name: [_drop_period(i) for i in index] for name, index in parts[0].members.items()}
    decisions = {d.name: d for d in one.decisions}
    none = np.zeros((0, len(parts) - 1), dtype=np.int64)
    return Day(
        view,
        formulation,
        local,
        with_numbers(joined.program, columns, one),
        columns,
        _by_period(parts[0].rows, joined.rows),
        members,
        decisions,
        one.offset,
        _following(one, joined.program, columns),
        links=np.concatenate([none, *(columns[now][kept[was], :-1] for was, now in one.states)]),
        exclusive=_exclusive(one, columns, members),
        integers=_integers(one, columns),
        owners=one.owners,
    )


def with_numbers(
    program: Program, columns: Mapping[str, Positions], block: pyo.ConcreteModel | NumbersAlone
) -> Program:
    """The program with the limits and prices of every period."""
    size = program.cost.size
    lower, upper = np.full(size, -np.inf), np.full(size, np.inf)
    cost, bend = np.zeros(size), np.zeros(size)
    decided = np.zeros(size, dtype=bool)
    for decision in block.decisions:
        at = columns[decision.name]
        decided[at] = True
        lower[at] = np.maximum(lower[at], decision.lower)
        upper[at] = np.minimum(upper[at], decision.upper)
        cost[at] += decision.price * block.hours
        bend[at] += decision.slope * block.hours
    lower, upper = np.where(decided, lower, program.lower), np.where(decided, upper, program.upper)
    follows = np.zeros(size, dtype=bool)
    for name in block.follows:
        follows[columns[name]] = True
    follows &= lower < upper
    quadratic = sparse.csr_array(sparse.diags_array(bend))
    quadratic.eliminate_zeros()
    return replace(
        program,
        cost=cost,
        lower=lower,
        upper=upper,
        quadratic=quadratic if bend.any() else None,
        offset=float(block.offset.sum()),
        follows=follows,
    )


def with_decisions(day: Day, revised: Sequence[Decision]) -> Day:
    """The day with other limits and prices of decisions that share columns with no others."""
    program = day.program.copy()
    lower, upper, cost = program.lower, program.upper, program.cost
    for decision in revised:
        at = day.columns[decision.name]
        lower[at], upper[at], cost[at] = -np.inf, np.inf, 0.0
    for decision in revised:
        at = day.columns[decision.name]
        lower[at] = np.maximum(lower[at], decision.lower)
        upper[at] = np.minimum(upper[at], decision.upper)
        cost[at] += decision.price * day.hours
    decisions = {**day.decisions, **{d.name: d for d in revised}}
    return replace(day, program=program, decisions=decisions)


def _period_block(
    view: AreaView, formulation: Formulation, period: int, local: LocalMarket | None
) -> pyo.ConcreteModel:
    block = pyo.ConcreteModel(view.name)
    add_area(block, view, formulation, (period,), local)
    return block


def _following(
    block: pyo.ConcreteModel, program: Program, columns: Mapping[str, Positions]
) -> Following:
    """What follows in an area's own period; what crosses its boundary others have a say in."""
    follows = np.zeros(program.cost.size, dtype=bool)
    for name in {*block.follows} - {"p_boundary", *(n for state in block.states for n in state)}:
        follows[columns[name]] = True
    follows &= program.lower < program.upper
    return Following(program.matrix, program.row_lower == program.row_upper, follows)


def _exclusive(
    block: pyo.ConcreteModel, columns: Mapping[str, Positions], members: Mapping[str, list[Any]]
) -> Positions:
    """Pairs of columns of which the block says that one at most may be used."""
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for first, second, names in block.exclusive:
        row = [n for n, member in enumerate(members[first]) if member in names]
        pairs.append(np.stack([columns[name][row].ravel() for name in (first, second)], axis=1))
    return np.concatenate(pairs)


def _integers(block: pyo.ConcreteModel, columns: Mapping[str, Positions]) -> Positions:
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *(columns[name].ravel() for name in block.integers)])


def _among(members: Mapping[str, list[Any]], before: str, now: str) -> list[int]:
    """Where each member of the variable before a period stands in the one after it."""
    place = {index: n for n, index in enumerate(members[now])}
    return [place[index] for index in members[before]]


def _drop_period(index: Any) -> Any:
    rest = index[:-1]
    return rest[0] if len(rest) == 1 else rest


def _by_period(names: Mapping[str, Positions], places: tuple[Positions, ...]) -> Any:
    """Positions of every component's members, shape (members, periods)."""
    day = np.stack(places)
    return {name: day[:, positions].T for name, positions in names.items()}
