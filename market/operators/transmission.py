"""The transmission operator: sees its own network and offers, and what is offered at boundaries."""

import time
from dataclasses import replace
from typing import Self

import numpy as np

from market.coordination.offered import Ceilings, Offered, beside, fixed
from market.coordination.protocol import (
    Ceiling,
    Cleared,
    Crossing,
    Lanes,
    Numbers,
    Point,
    Settled,
    Terms,
)
from market.operators.area_tables import AreaResult
from market.operators.crossing import lanes_of
from market.operators.offered_columns import OfferedSession, posed, posed_below
from market.operators.operator import Operator
from market.operators.outages import pairs_of, secured, with_limits
from market.operators.settled import settled_exactly
from market.operators.ties import prices_of
from solvers.highs import HighsSession
from solvers.program import Program, Solution, Vector
from solvers.session import Session
from solvers.ties import movable, untied
from solvers.whole import Search, find_whole

FIRM, REST = 0.99, 0.98  # of the value of lost load: of power that areas need, and of the rest


class TransmissionOperator(Operator):
    """Sees its own network and offers, and what is offered at its boundaries; nothing else."""

    takes_turns = False

    _columns_session: OfferedSession | None = None

    @property
    def islanding(self) -> tuple[str, ...]:
        """Outages that would cut buses off, for which there is no limit to keep."""
        factors = self._own_day.outages
        return factors.islanding if factors else ()

    @property
    def commits(self) -> bool:
        """Whether some of its plants start and stop."""
        return bool(self._day.integers.size)

    def relaxed(self) -> Self:
        """The same operator, if its plants could be partly on."""
        return self._of_day(replace(self._day, integers=self._day.integers[:0]))

    def holding(self, point: Point) -> Self:
        """The same operator, if plants were on and off as they are at a point of its own."""
        day, integers = self._day, self._day.integers
        program = day.program.copy()
        program.lower[integers] = program.upper[integers] = np.rint(point.x[integers])
        held = replace(day, program=program, integers=integers[:0])
        return self._of_day(held, known=point.limits)

    def same_plants(self, one: Point, other: Point) -> bool:
        """Whether the same plants are on at two of its points."""
        integers = self._day.integers
        return bool((np.rint(one.x[integers]) == np.rint(other.x[integers])).all())

    def ceiling(
        self,
        cuts: Ceilings,
        limits: Numbers,
        known: Point,
        gap_relative: float,
        limit_s: float,
    ) -> Ceiling:
        """What no schedule exceeds by the cuts of areas, and one that reaches it by them.

        Cuts hold whatever an area is; with whole numbers in the program its optimum is a bound of
        the welfare that needs no convexity of transmission (A. M. Geoffrion, "Generalized Benders
        Decomposition", J. Optim. Theory Appl. 10(4), 1972).

        Limits after outages that are not held at the `known` point are left out, so that it may
        be missed. Raises SolveFailed where the search finds nothing.
        """
        day = with_limits(self._day, known.limits)
        least = np.maximum(limits[0], day.program.lower[self._columns])
        most = np.minimum(limits[1], day.program.upper[self._columns])
        program = posed_below(day, Offered(least, most, np.zeros_like(least)), cuts)
        program = replace(program, follows=None)
        started = time.perf_counter()
        session = HighsSession(program, "search for plants by what areas said", limit_s)
        x, bound = find_whole(session, self._day.integers, Search(gap_relative, limit_s))
        self.solve_seconds += time.perf_counter() - started
        own = x[: self._day.program.cost.size]
        schedule = own[self._columns]
        return Ceiling(-bound, schedule, Point(own, np.zeros(0), limits=known.limits))

    @property
    def offers_reserve(self) -> tuple[str, ...]:
        """Boundaries behind which assets may hold reserve for it."""
        return tuple(boundary for boundary, _ in self._view.reserves.crossing)

    def begin(self, terms: Terms) -> Lanes:
        """Begin a clearing: answers do not depend on what was asked before."""
        self._begin(reserves=terms.reserves)
        self._columns_session = None
        self._restart()
        return lanes_of(self._day.view)

    def clear(self, offered: Offered) -> Cleared:
        """Its best clearing against what is offered at the boundaries; raises SolveFailed.

        Where nothing but more columns is offered than before, the solver goes on from there.
        """
        if offered.ceilings is not None:
            return self._below(offered, offered.ceilings)
        if offered.slope is not None:
            return self._elastic(offered, offered.slope)
        if not offered.blocks and not offered.sums.size:
            return self._plain(offered)
        if self._columns_session is None or not self._columns_session.reaches(offered):
            self._columns_session = OfferedSession(
                self._day,
                offered,
                self.time_limit_s,
                self._secured,
                miss_usd=self._day.view.voll_usd_per_mwh * float(self.hours.sum()),
            )
        held = self._columns_session
        held.extend(offered)
        found = self._solve(held.session)
        schedule = held.schedule(found.x)
        x = found.x[: self._day.program.cost.size].copy()
        x[self._columns] = schedule
        dual, surplus = held.duals(found.dual)
        point = Point(x, dual, limits=pairs_of(held.session))
        return self._cleared(found, point, schedule, surplus)

    def _secured(self, program: Program, name: str, limit_s: float) -> Session:
        return secured(program, name, limit_s, self._day, known=self.known)

    def has_choice(self, cleared: Cleared) -> bool:
        """Whether other prices than those of a clearing support its schedule."""
        point = cleared.point
        held = posed(with_limits(self._day, point.limits), fixed(cleared.schedule))
        return movable(held, point.x, point.dual, prices_of(self._day, point.x))

    def choose(self, cleared: Cleared, lowest: Crossing, highest: Crossing) -> Cleared:
        """The clearing at its prices by the rule, those of boundaries between two limits.

        One MW more at a boundary is then worth the lowest price there, one less costs the highest.
        """
        point, offered = cleared.point, beside(cleared.schedule, lowest, highest, self.hours)
        program = posed(with_limits(self._day, point.limits), offered)
        x = np.concatenate([point.x, np.zeros(program.cost.size - point.x.size)])
        duals = untied(program, x, point.dual, prices_of(self._day, point.x), self.tie)
        return replace(
            cleared,
            prices=self._boundary_prices(duals.chosen),
            point=replace(point, dual=duals.chosen, ends=duals.ends),
        )

    def ration(self, firm: Crossing, asked: Crossing) -> Crossing:
        """What it can deliver (MW) of what is asked, of its firm part first; raises SolveFailed.

        Both are valued just below lost load, so that as much comes as the network can carry, and
        who goes without is no matter of chance: own load comes first, then firm parts.
        """
        voll = np.full_like(asked, self._day.view.voll_usd_per_mwh)
        needed = Offered(np.minimum(firm, 0.0), firm, FIRM * voll)
        sure, value = np.minimum(self._plain(needed).delivered, asked), REST * voll
        columns = self._day.columns["unserved"][self._at_boundaries("unserved")].ravel()
        self._session.set_bounds(columns, np.zeros(columns.size), np.zeros(columns.size))
        found = self._plain(Offered(sure, asked, value))
        self._session.set_bounds(columns, np.zeros(columns.size), np.full(columns.size, np.inf))
        return found.delivered

    def settle(self, cleared: Cleared, *, agreed: bool = False) -> Settled:
        """Its part of the clearing at one of its answers; `agreed` tells that prices are kept."""
        point = cleared.point
        result = AreaResult(
            with_limits(self._day, point.limits),
            point.x,
            point.dual,
            unproved_usd=cleared.slack,
            ends=point.ends,
            otherwise=self._otherwise(point.x, point.dual),
        )
        return settled_exactly(result, self.time_limit_s, self.tie, agreed=agreed)

    def _plain(self, offered: Offered) -> Cleared:
        columns = self._columns.ravel()
        self._session.set_bounds(columns, offered.least.ravel(), offered.most.ravel())
        open_ = offered.least < offered.most  # what is fixed has no part in the cost of a search
        price = np.where(open_, offered.price, 0.0)
        self._session.set_cost(columns, -(price * self.hours).ravel())
        found = self._solve(self._session)
        schedule = found.x[self._columns]
        duals = self._by_rule(found)
        point = Point(found.x, duals.chosen, duals.ends, pairs_of(self._session))
        cleared = self._cleared(found, point, schedule, np.zeros(0))
        given = ((offered.price - price) * schedule) @ self.hours
        return replace(cleared, total=cleared.total + float(given.sum()))

    def _elastic(self, offered: Offered, slope: Crossing) -> Cleared:
        found = self._clear_bent(-offered.price, slope, (offered.least, offered.most))
        schedule = found.x[self._columns]
        assert self._bent is not None
        point = Point(found.x, found.dual, limits=pairs_of(self._bent.session))
        return self._cleared(found, point, schedule, np.zeros(0))

    def _below(self, offered: Offered, ceilings: Ceilings) -> Cleared:
        program = posed_below(self._day, offered, ceilings)
        name = "transmission clearing below what areas can gain"
        session = self._secured(program, name, self.time_limit_s)
        found = self._solve(session)
        own, cuts = self._day.program, ceilings.of.size
        first, later = own.row_lower.size, own.row_lower.size + cuts
        dual = np.concatenate([found.dual[:first], found.dual[later:]])
        x = found.x[: own.cost.size]
        point = Point(x, dual, limits=pairs_of(session))
        return self._cleared(found, point, x[self._columns], np.zeros(0))

    def _cleared(
        self, found: Solution, point: Point, schedule: Crossing, surplus: Vector
    ) -> Cleared:
        own = -float(self._day.cost_by_period(point.x).sum())
        return Cleared(
            self._boundary_prices(point.dual),
            schedule,
            self._delivered(point.x, schedule),
            own,
            -found.objective,
            surplus,
            found.gap,
            point,
        )

    def _delivered(self, x: Vector, schedule: Crossing) -> Crossing:
        """The schedule (MW) less what is unserved, and more what is spilled, at its buses.

        Boundaries that meet at one bus bear it in proportion to what they take, or give.
        """
        buses = [p.bus for p in self._day.view.ports.values()]
        same = np.array([[a == b for b in buses] for a in buses], dtype=float)
        left, energy = schedule.copy(), schedule[: len(buses)]
        for name, sign in (("unserved", 1.0), ("spilled", -1.0)):
            lost = self._day.value(x, name)[self._at_boundaries(name)].clip(min=0.0)
            asked = (sign * energy).clip(min=0.0)
            whole = same @ asked
            kept = 1 - np.divide(lost, whole, out=np.zeros_like(lost), where=whole > 0)
            left[: len(buses)] -= sign * asked * (1 - kept.clip(min=0.0))
        return left

    def _at_boundaries(self, slack: str) -> list[int]:
        """Rows of unserved or spilled energy at the bus of each boundary."""
        rows = {bus: n for n, bus in enumerate(self._day.members[slack])}
        return [rows[p.bus] for p in self._day.view.ports.values()]
