"""The models of all areas in one hand, for designs in which one operator sees everything.

No other design may use them: whoever holds them sees every network and every bid.
"""

import time
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from pyomo.common.gc_manager import PauseGC

from formulations.networks import COPPERPLATE, formulation
from market.coordination.protocol import Crossing, Settled
from market.nonconvex.otherwise import Otherwise, Repricing
from market.operators.area_tables import AreaResult, priced
from market.operators.crossing import lanes_of
from market.operators.day import Day, build_day
from market.operators.outages import Pair, pairs_of, secured, with_limits
from market.operators.settled import settled_exactly
from market.operators.ties import by_rule_together
from market.operators.whole import whole
from scenarios.records import DISTRIBUTION
from scenarios.scenario import AreaView
from solvers.exclusive import solve_exclusively
from solvers.join import Joined, join
from solvers.program import Positions, Solution, Vector
from solvers.session import Session
from solvers.ties import Duals, Tie
from solvers.whole import Search


@dataclass(frozen=True)
class SharedModels:
    """The days of transmission, which comes first, and of all distribution areas."""

    days: tuple[Day, ...]
    time_limit_s: float
    search: Search
    tie: Tie = "middle"
    repricing: Repricing | None = None

    def without_feeder_limits(self) -> "SharedModels":
        """The same bids, with feeders that carry any power; transmission is the same."""
        carrying = formulation(COPPERPLATE, DISTRIBUTION)
        with PauseGC():
            free = [build_day(_unlimited(day.view), carrying) for day in self.days[1:]]
        return replace(self, days=(self.days[0], *free))

    @cached_property
    def joined(self) -> Joined:
        """All days as one program in which both sides of a boundary share what crosses it."""
        upper, lower = self.days[0], self.days[1:]
        row = {name: n for n, name in enumerate(_rows(upper))}
        same = []
        for n, day in enumerate(lower, start=1):
            rows = [row[name] for name in _rows(day)]
            same.append(((0, upper.crossing[rows].ravel()), (n, day.crossing.ravel())))
        return join([day.program for day in self.days], same)

    @property
    def crossing(self) -> Positions:
        """Columns of boundary power in the joined program, shape (boundaries, periods)."""
        return self.joined.columns[0][self.days[0].columns["p_boundary"]]

    def prices(self, dual: Vector) -> Crossing:
        """Prices at the boundary buses in transmission ($/MWh) at a solution's duals."""
        upper = self.days[0]
        bus = {name: n for n, name in enumerate(upper.members["balance"])}
        rows = [bus[port.bus] for port in upper.view.ports.values()]
        return upper.price(dual[self.joined.rows[0]], "balance")[rows]

    def clear(self, name: str, *, exclusively: bool = False) -> "ClearedAtOnce":
        """The optimum of all areas together; raises SolveFailed.

        `exclusively` keeps devices from doing two opposite things at once.
        """
        started = time.perf_counter()
        joined = self.joined
        upper = self.days[0]
        places = zip(self.days, joined.columns, joined.rows, strict=True)
        parts = [part for day, *place in places for part in day.parts(*place)]
        session = secured(joined.program, name, self.time_limit_s, upper, joined.columns[0], parts)
        built = time.perf_counter() - started
        days = list(zip(self.days, joined.columns, strict=True))
        integers = np.concatenate([columns[day.integers] for day, columns in days])

        def finish(session: Session) -> Solution:
            if not exclusively:
                return session.solve()
            pairs = np.concatenate([columns[day.exclusive] for day, columns in days])
            return solve_exclusively(session, pairs, name, self.time_limit_s)

        found = whole(session, integers, self.search, finish) if integers.size else finish(session)
        program = found.held or session.program
        duals = by_rule_together(self.days, joined, program, found, self.tie)
        pairs = pairs_of(session)
        return ClearedAtOnce(self, found, duals, built, session.seconds, pairs)


@dataclass(frozen=True)
class ClearedAtOnce:
    """The optimum of all areas together, and the seconds that building and solving took.

    Duals of `limits`, a branch and an outage each, stand behind those of the joined rows.
    """

    models: SharedModels
    found: Solution
    duals: Duals
    built_s: float
    solved_s: float
    limits: tuple[Pair, ...] = ()

    @cached_property
    def results(self) -> list[AreaResult]:
        """Each area's part."""
        models, joined = self.models, self.models.joined
        otherwise: list[Otherwise | None] = [None] * len(models.days)
        if models.repricing:
            otherwise[:] = models.repricing.of_days(
                models.days, joined, self.found.x, self.duals.chosen
            )
        upper = with_limits(models.days[0], self.limits)
        last = np.arange(self.duals.chosen.size)[joined.program.row_lower.size :]
        rows = (np.concatenate([joined.rows[0], last]), *joined.rows[1:])
        days = (upper, *models.days[1:])
        parts = zip(days, joined.columns, rows, otherwise, strict=True)
        return [
            priced(day, self.found.x[columns], self.duals.of(own), otherwise=other)
            for day, columns, own, other in parts
        ]

    def transmission(self, *, agreed: bool = False) -> Settled:
        """What others see of transmission's part; `agreed` tells that prices are kept."""
        return settled_exactly(
            self.results[0], self.models.time_limit_s, self.models.tie, agreed=agreed
        )

    def distribution(self, *, agreed: bool = False) -> list[Settled]:
        """What others see of every distribution area's part; raises SolveFailed."""
        limit, tie = self.models.time_limit_s, self.models.tie
        return [settled_exactly(area, limit, tie, agreed=agreed) for area in self.results[1:]]


def _rows(day: Day) -> list[str]:
    """Names of all that crosses the boundaries of an area."""
    return [*day.view.ports, *lanes_of(day.view)]


def _unlimited(view: AreaView) -> AreaView:
    """The area without ratings of branches."""
    free = {name: replace(k, rating_mva=None) for name, k in view.network.branches.items()}
    return replace(view, network=replace(view.network, branches=free))
