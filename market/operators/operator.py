"""What both kinds of operator are: a compiled day at its solver."""

from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from formulations.contract import Formulation
from market.coordination.protocol import Crossing
from market.nonconvex.otherwise import Otherwise, Repricing
from market.operators.area import ROOM_MW, boundary_interval
from market.operators.bent import BentSession
from market.operators.crossing import crossing_prices, lanes_of
from market.operators.day import Day, build_day
from market.operators.families import Family
from market.operators.outages import Pair, secured
from market.operators.shape import with_view
from market.operators.ties import by_rule
from market.operators.whole import whole
from scenarios.local_market import LocalMarket
from scenarios.scenario import AreaView
from solvers.program import Solution, Vector
from solvers.session import Session, open_session
from solvers.ties import Duals, Tie
from solvers.whole import Search

MIP_GAP = 1e-4  # of the cost: what the search for who is on leaves open


class Operator:
    """One operator's day at its solver; `p_boundary` is free, priced or fixed as asked.

    `solve_seconds` is what its solvers spent since the clearing began, `tie` the rule where prices
    are not unique. With `repricing`, its part of a clearing is priced by other rules as well.
    Areas that are alike may be of one `family`, and take turns at its solver.
    """

    takes_turns: ClassVar[bool] = True
    known: tuple[Pair, ...] = ()  # limits after outages that are held from the start

    def __init__(
        self,
        view: AreaView,
        formulation: Formulation,
        time_limit_s: float,
        mip_gap: float = MIP_GAP,
        tie: Tie = "middle",
        repricing: Repricing | None = None,
        family: Family | None = None,
    ) -> None:
        self._search, self.tie = Search(mip_gap, time_limit_s), tie
        self._repricing, self._family = repricing, family or Family()
        self._view = view
        self._open(self._family.day(_at_home(view), formulation), time_limit_s)

    def for_view(self, view: AreaView) -> Self:
        """The operator of another view of the same area, as if built from it."""
        return self._of_day(with_view(self.model(), _at_home(view)), view=view)

    def _of_day(self, day: Day, known: tuple[Pair, ...] = (), view: AreaView | None = None) -> Self:
        """The same operator of another day; without a view what crosses in it is all that can."""
        other = object.__new__(type(self))
        other._search, other.known = self._search, known
        other.tie, other._family = self.tie, self._family
        other._repricing, other._view = self._repricing, view or _at_home(day.view)
        other._open(day, self.time_limit_s)
        return other

    def _open(self, day: Day, time_limit_s: float) -> None:
        self.name = day.view.name
        self.hours = day.hours
        self.time_limit_s = time_limit_s
        self.solve_seconds = 0.0
        self._bent: BentSession | None = None
        self._exchanging: tuple[Day, Session] | None = None
        self._own_day, self._own_session = day, self._session_of(day)
        self._use(day, self._own_session)

    def _use(self, day: Day, session: Session) -> None:
        """Answer from now on by a day; `boundaries` names the rows of all arrays that cross."""
        self._day, self._session = day, session
        lossy = day.formulation.traits.lossy
        self.boundaries = [*day.view.ports, *lanes_of(day.view)]
        self._interval = _limits(day, boundary_interval(day.view, lossy=lossy))
        self._roomy = _limits(day, boundary_interval(day.view, lossy=lossy, room_mw=ROOM_MW))

    def _begin(self, *, reserves: bool) -> None:
        """Answer from now on with or without reserve that crosses boundaries."""
        if reserves and self._view.reserves.crossing:
            if self._exchanging is None:
                day = self.exchanging()
                self._exchanging = day, self._session_of(day)
            self._use(*self._exchanging)
        else:
            self._use(self._own_day, self._own_session)

    def model(self, local: LocalMarket | None = None) -> Day:
        """The compiled day, for those with whom the operator shares it."""
        return self._own_day

    def exchanging(self) -> Day:
        """The same where reserve crosses boundaries; the day itself where none can."""
        if not self._view.reserves.crossing:
            return self._own_day
        return self._exchanging[0] if self._exchanging else self._built_exchanging

    @cached_property
    def _built_exchanging(self) -> Day:
        return build_day(self._view, self._own_day.formulation)

    def _session_of(self, day: Day) -> Session:
        name = f"clearing of area '{self.name}'"
        if day.outages is not None:
            return secured(day.program, name, self.time_limit_s, day, known=self.known)
        turns = self._family.turns if self.takes_turns else None
        return open_session(day.program, name, self.time_limit_s, turns, [*day.parts()])

    def _restart(self) -> None:
        """Forget former questions, so that answers do not depend on them."""
        columns = self._columns.ravel()
        self._session.set_cost(columns, np.zeros(columns.size))
        self._session.restart()
        self._bent = None
        self.solve_seconds = 0.0

    @property
    def _columns(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        return self._day.crossing

    def _clear_at(self, schedule: Crossing) -> Solution:
        """Optimum with the boundary power fixed (MW)."""
        columns = self._columns.ravel()
        self._session.set_bounds(columns, schedule.ravel(), schedule.ravel())
        return self._solve(self._session)

    def _clear_bent(
        self, cost: Crossing, slope: Crossing, limits: tuple[Crossing, Crossing]
    ) -> Solution:
        """Optimum where boundary power costs `cost` ($/MWh), rising by `slope` ($/MW2h)."""
        if self._bent is None or not self._bent.has(slope, limits):
            self._bent = BentSession(self._day, slope, limits, self.time_limit_s)
        self._bent.price(cost)
        return self._solve(self._bent.session)

    def _solve(self, session: Session) -> Solution:
        """Solve one of the operator's problems and count the solver's time."""
        before = session.seconds
        integers = self._day.integers
        found = whole(session, integers, self._search) if integers.size else session.solve()
        self.solve_seconds += session.seconds - before
        return found

    def _by_rule(self, found: Solution) -> Duals:
        """Duals of what the session has just solved, by the rule where prices are not unique."""
        return by_rule(self._day, self._session.program, found, self.tie)

    def _otherwise(self, x: Vector, dual: Vector) -> Otherwise | None:
        """Its day by other pricing rules, where that was asked for."""
        return self._repricing.of_day(self._day, x, dual) if self._repricing else None

    def _boundary_prices(self, dual: Vector) -> Crossing:
        """Price of all that crosses boundaries ($/MWh), shape (rows, periods)."""
        return crossing_prices(self._day, dual)


def _at_home(view: AreaView) -> AreaView:
    """The view without reserve that crosses boundaries."""
    home = view.reserves.at_home() if view.reserves.crossing else view.reserves
    return replace(view, reserves=home)


def _limits(day: Day, power: tuple[Crossing, Crossing]) -> tuple[Crossing, Crossing]:
    """Limits of power (MW) and of all reserve that crosses with it."""
    if not day.view.reserves.crossing:
        return power
    low, high = (np.concatenate(both) for both in zip(power, day.crossing_limits, strict=True))
    return low, high
