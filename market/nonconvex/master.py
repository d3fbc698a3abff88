"""What mixes the schedules of parties: networks, and all who are not on or off."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from market.coordination.offered import Columns, Offered
from market.coordination.protocol import Cleared, Crossing, Lanes, Point, Terms
from market.nonconvex.parties import Market
from market.nonconvex.plant import Plant
from market.operators.offered_columns import OfferedSession
from market.operators.outages import pairs_of, secured
from solvers.program import Positions, Program, Solution, Vector
from solvers.session import Session


@dataclass(frozen=True)
class Rest:
    """The program of the others, in which parties are boundaries, as an operator's day is."""

    program: Program
    crossing: Positions
    hours: Vector


class Master:
    """Answers what transmission answers in a pool (`market.coordination`), without a network.

    The first question, at the schedules of the relaxation, is answered by the `relaxed` solution.
    Schedules at which the parties stand are always offered, so that there is a mix.
    """

    def __init__(
        self, market: Market, plants: list[Plant], relaxed: Solution, limit_s: float
    ) -> None:
        self.market, self.plants, self.limit_s = market, plants, limit_s
        self._relaxed = relaxed
        self.boundaries = [b for plant in plants for b in plant.boundaries]
        self._session: OfferedSession | None = None

    @property
    def hours(self) -> Vector:
        """Length of every period (h)."""
        return self.market.hours

    def begin(self, terms: Terms) -> Lanes:
        """Nothing was asked before."""
        self._session = None
        return {}

    def clear(self, offered: Offered) -> Cleared:
        """The best mix of what is offered; raises SolveFailed."""
        if not offered.sums.size:
            return self._as_relaxed()
        seeded = replace(offered, blocks=(self._seed, *offered.blocks))
        if self._session is None or not self._session.reaches(seeded):
            self._session = OfferedSession(self._rest, seeded, self.limit_s, self._secured)
        held = self._session
        held.extend(seeded)
        found = held.session.solve()
        schedule = held.schedule(found.x)
        rows, surplus = held.duals(found.dual)
        dual = np.zeros(self.market.program.row_lower.size)
        dual[self._rows], later = np.split(rows, [self._rows.size])
        limits = pairs_of(held.session)
        own, size = self._rest.program, self._columns.size
        welfare = -own.objective(found.x[: own.cost.size])
        x = self.market.x.copy()  # of parties, whose mix is no point of theirs
        x[self._columns] = found.x[:size]
        point = Point(x, np.concatenate([dual, later]), limits=limits)
        return Cleared(self.prices(dual), schedule, schedule, welfare, -found.objective, surplus,
                       found.gap, point)  # fmt: skip

    def _secured(self, program: Program, name: str, limit_s: float) -> Session:
        """A session in which the network survives outages."""
        place = np.full(self.market.x.size, -1)
        place[self._columns] = np.arange(self._columns.size)
        columns = place[self.market.joined.columns[0]]
        return secured(program, name, limit_s, self.market.days[0], columns)

    def prices(self, dual: Vector) -> Crossing:
        """Prices ($/MWh) at the boundaries of all parties."""
        return dual[self._places] / self.hours

    def _as_relaxed(self) -> Cleared:
        found, program = self._relaxed, self.market.program
        schedule = np.concatenate([plant.forecast() for plant in self.plants])
        own = -float(program.cost[self._columns] @ found.x[self._columns]) - program.offset
        point = Point(found.x, found.dual)
        return Cleared(self.prices(found.dual), schedule, schedule, own, -found.objective,
                       np.zeros(0), found.gap, point)  # fmt: skip

    @cached_property
    def _places(self) -> Positions:
        """Row of the market's program at each boundary, shape (boundaries, periods)."""
        return np.concatenate([self.market.priced[plant.members] for plant in self.plants])

    @cached_property
    def _columns(self) -> Positions:
        """Columns of the market's program that are no party's."""
        kept = np.ones(self.market.x.size, dtype=bool)
        for plant in self.plants:
            kept[plant.component.columns] = False
        return np.flatnonzero(kept)

    @cached_property
    def _rows(self) -> Positions:
        """Rows of the market's program that are no party's."""
        kept = np.ones(self.market.program.row_lower.size, dtype=bool)
        for plant in self.plants:
            kept[plant.component.rows] = False
        return np.flatnonzero(kept)

    @cached_property
    def _rest(self) -> Rest:
        whole, boundary = self.market.program, self._places
        size, count = self._columns.size, boundary.size
        place = np.empty(whole.row_lower.size, dtype=np.int64)
        place[self._rows] = np.arange(self._rows.size)
        taken = (-np.ones(count), (place[boundary.ravel()], np.arange(count)))
        crossing = sparse.csr_array(taken, shape=(self._rows.size, count))
        free = np.full(count, np.inf)
        program = Program(
            cost=np.concatenate([whole.cost[self._columns], np.zeros(count)]),
            lower=np.concatenate([whole.lower[self._columns], -free]),
            upper=np.concatenate([whole.upper[self._columns], free]),
            matrix=sparse.csr_array(
                sparse.hstack([whole.matrix[self._rows][:, self._columns], crossing])
            ),
            row_lower=whole.row_lower[self._rows],
            row_upper=whole.row_upper[self._rows],
            offset=whole.offset,
        )
        columns = (size + np.arange(count)).reshape(boundary.shape)
        return Rest(program, columns, self.hours)

    @cached_property
    def _seed(self) -> Columns:
        """A schedule of each party: that at which it stands."""
        rows, columns, values, worth = [], [], [], []
        start, boundaries = 0, len(self.boundaries)
        for n, plant in enumerate(self.plants):
            x = self.market.x[plant.component.columns]
            schedule = plant.schedule(x)
            cells = np.arange(start, start + len(schedule))[:, None]
            rows.append((cells + np.arange(self.hours.size) * boundaries).ravel())
            columns.append(np.full(schedule.size, n))
            values.append(schedule.ravel())
            worth.append(float(plant.worth(x).sum()))
            start += len(schedule)
        entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
        shape = (boundaries * self.hours.size, len(self.plants))
        power = sparse.csc_array(entries, shape=shape)
        return Columns(
            power, np.array(worth), shares=sparse.csc_array(sparse.eye_array(len(self.plants)))
        )
