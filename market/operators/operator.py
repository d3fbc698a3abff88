"""The two kinds of operator: each keeps its own compiled day and answers what it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.contract import Formulation
from formulations.devices.local_market import local_decisions, with_shares
from market.coordination.bid_curve import BidCurve
from market.coordination.protocol import Cleared, Crossing, Late, Pooled, Priced, Reply
from market.curves.clearing import over_curves
from market.curves.separable import curve_findings
from market.curves.walk import walk
from market.operators.area import ROOM_MW, boundary_interval
from market.operators.day import Day, build_day, with_view
from market.operators.least_purchase import least_purchase
from scenarios.findings import InvalidInput
from scenarios.local_market import LocalMarket
from scenarios.scenario import AreaView
from solvers.errors import SolveFailed
from solvers.program import Program, Solution, Vector
from solvers.session import Session, open_session

CERTAIN = 0.99  # of the value of lost load: worth more than any use but keeping loads served
BEYOND = 1.0  # $/MWh; outside the prices of unserved and spilled energy nothing changes


class Operator:
    """One operator's day at its solver; `p_boundary` is free, priced or fixed as asked."""

    def __init__(
        self,
        view: AreaView,
        formulation: Formulation,
        time_limit_s: float,
        local: LocalMarket | None = None,
    ) -> None:
        self._open(build_day(view, formulation, local), time_limit_s)

    def for_view(self, view: AreaView) -> Self:
        """The operator of another view of the same area, as if built from it."""
        other = object.__new__(type(self))
        other._open(with_view(self.day, view), self.time_limit_s)
        return other

    def _open(self, day: Day, time_limit_s: float) -> None:
        self.name = day.view.name
        self.boundaries = list(day.view.ports)
        self.local = day.local
        self.day = day
        self.hours = day.hours
        self.time_limit_s = time_limit_s
        self.session: Session = open_session(
            day.program, f"clearing of area '{self.name}'", time_limit_s
        )
        self.solve_seconds = 0.0
        self._boundary = day.columns["p_boundary"]
        lossy = day.formulation.traits.lossy
        self._interval = boundary_interval(day.view, lossy=lossy)
        self._roomy = boundary_interval(day.view, lossy=lossy, room_mw=ROOM_MW)

    def restart(self) -> None:
        """Forget former questions, so that answers do not depend on them."""
        columns = self._boundary.ravel()
        self.session.set_cost(columns, np.zeros(columns.size))
        self.session.restart()

    @property
    def is_separable(self) -> bool:
        """Whether no device couples one period to another."""
        return self.day.is_separable

    def clear_at(self, schedule: Crossing) -> Solution:
        """Optimum with the boundary power fixed (MW)."""
        columns = self._boundary.ravel()
        self.session.set_bounds(columns, schedule.ravel(), schedule.ravel())
        return self.solve(self.session)

    def clear_for(self, prices: Crossing, *, tight: bool = False) -> Solution:
        """Optimum with the boundary power bought (distribution) or sold at `prices` ($/MWh).

        `tight` keeps it within what the area's devices can do together, without room beyond.
        """
        columns = self._boundary.ravel()
        lower, upper = self._interval if tight else self._roomy
        self.session.set_bounds(columns, lower.ravel(), upper.ravel())
        paid = self.day.view.side * prices * self.hours
        self.session.set_cost(columns, paid.ravel())
        return self.solve(self.session)

    def solve(self, session: Session) -> Solution:
        """Solve one of the operator's problems and count the solver's time."""
        before = session.seconds
        found = session.solve()
        self.solve_seconds += session.seconds - before
        return found

    def price_at(self, schedule: Crossing) -> Priced:
        """Marginal price of the boundary power ($/MWh) and welfare ($) at a fixed schedule."""
        found = self.clear_at(schedule)
        return Priced(self.boundary_prices(found.dual), self.welfare(found.x), found.gap)

    def boundary_prices(self, dual: Vector) -> Crossing:
        """Price at the bus of each boundary ($/MWh), shape (boundaries, periods)."""
        return self.day.price(dual, "balance")[self._port_rows()]

    def _port_rows(self) -> list[int]:
        bus = {name: n for n, name in enumerate(self.day.members["balance"])}
        return [bus[p.bus] for p in self.day.view.ports.values()]

    def welfare(self, x: Vector) -> float:
        """Utility minus cost over the day ($), without payments for boundary power."""
        return -float(self.day.cost_by_period(x).sum())


class DistributionOperator(Operator):
    """Sees its own feeder, bids and devices, and the prices at its boundary; nothing else."""

    def offer_shares(self, gamma: Mapping[str, float]) -> None:
        """Let type 1 generators offer other shares of their power wholesale."""
        if self.local is None:
            return
        view = with_shares(self.day.view, gamma)
        revised = {d.name: d for d in local_decisions(view, self.local)}
        self.day = replace(self.day, view=view, decisions={**self.day.decisions, **revised})
        for name, decision in revised.items():
            columns = self.day.columns[name].ravel()
            self.session.set_bounds(columns, decision.lower.ravel(), decision.upper.ravel())
            self.session.set_cost(columns, (decision.price * self.hours).ravel())

    def forecast(self) -> Crossing:
        """Net essential demand (MW): inelastic load less available PV and wind.

        A local market forecasts no export: that is for wholesale offers to bring.
        """
        essential = np.clip(net_essential_demand(self.day.view), *self._interval)
        return essential.clip(min=0.0) if "gross_purchase" in self.day.columns else essential

    def respond(self, prices: Crossing) -> Reply:
        """Its best schedule at `prices`, and what that is worth to it."""
        return self._respond(prices, tight=False)

    def _respond(self, prices: Crossing, *, tight: bool) -> Reply:
        try:
            return self.reply(self.clear_for(prices, tight=tight))
        except SolveFailed as failure:
            raise Late(str(failure)) from failure

    def dispatch_at(self, schedule: Crossing) -> Vector:
        """Column values of its dispatch with the boundary power fixed (MW)."""
        x = self.clear_at(schedule).x
        return x if "p_wholesale" not in self.day.columns else least_purchase(self.day, x)

    def deliverable(self) -> NDArray[np.float64]:
        """Most of its wholesale offers (MW) that the feeder can carry, (generators, periods)."""
        columns = self.day.columns["p_wholesale"].ravel()
        reward = np.full_like(
            self.day.decisions["p_wholesale"].price, -CERTAIN * self.day.view.voll_usd_per_mwh
        )
        self.session.set_cost(columns, (reward * self.hours).ravel())
        found = self.clear_for(np.zeros((len(self.boundaries), self.hours.size)))
        kept = self.day.decisions["p_wholesale"].price * self.hours
        self.session.set_cost(columns, kept.ravel())
        return self.day.value(found.x, "p_wholesale")

    def bid_curve(self) -> BidCurve:
        """What each further MW is worth to it, from all it can give to all it can take.

        Raises InvalidInput where a device couples its hours or it meets several boundaries.
        """
        view, name = self.day.view, f"bid curve of area '{self.name}'"
        if findings := list(curve_findings(view)):
            raise InvalidInput(name, findings)
        highest, lowest = view.voll_usd_per_mwh + BEYOND, -view.spill_usd_per_mwh - BEYOND
        return walk(
            partial(self._respond, tight=True),
            self.hours,
            highest,
            lowest,
            is_linear=self.day.program.is_linear,
            name=name,
            time_limit_s=self.time_limit_s,
        )

    def reply(self, found: Solution) -> Reply:
        """What a solution at given prices answers."""
        schedule = self.day.value(found.x, "p_boundary")
        return Reply(schedule, -self.day.cost_by_period(found.x), found.gap)


@dataclass(frozen=True)
class Point:
    """Where an operator stands: column values and row duals of its day."""

    x: Vector
    dual: Vector


class TransmissionOperator(Operator):
    """Sees its own network and offers, and the power at its boundaries; nothing else.

    `point` is its last answer, to a schedule or over a pool.
    """

    point: Point

    def price_at(self, schedule: Crossing) -> Priced:
        """Marginal cost of the schedule at every boundary ($/MWh), and welfare ($)."""
        found = self.clear_at(schedule)
        self.point = Point(found.x, found.dual)
        return Priced(self.boundary_prices(found.dual), self.welfare(found.x), found.gap)

    def clear_bids(self, least: Crossing, most: Crossing, price: Crossing) -> Solution:
        """Optimum with boundary power between `least` and `most` (MW), worth `price` ($/MWh)."""
        columns = self._boundary.ravel()
        self.session.set_bounds(columns, least.ravel(), most.ravel())
        self.session.set_cost(columns, -(price * self.hours).ravel())
        return self.solve(self.session)

    def open_pool(self, mixes: Mapping[str, tuple[Sequence[int], int]]) -> "SchedulePool":
        """An empty pool of schedules; `mixes[area]` are its boundary rows and number of mixes."""
        return SchedulePool(self, mixes)

    def clear_curves(self, curves: Mapping[int, BidCurve]) -> Cleared:
        """Best clearing with boundary power bought along curves, by boundary row."""
        problem = over_curves(self.day, curves)
        name = "transmission clearing over bid curves"
        found = self.solve(open_session(problem.program, name, self.time_limit_s))
        schedule = problem.schedule(found.x)
        x = found.x[: self.day.program.cost.size].copy()
        x[self.day.columns["p_boundary"]] = schedule
        self.point = Point(x, found.dual)
        return Cleared(self.boundary_prices(found.dual), schedule, self.welfare(x), found.gap)


class SchedulePool:
    """Transmission's clearing in which boundary power is a convex mix of offered schedules."""

    def __init__(
        self, operator: TransmissionOperator, mixes: Mapping[str, tuple[Sequence[int], int]]
    ) -> None:
        self._operator = operator
        self._rows = {area: list(rows) for area, (rows, _) in mixes.items()}
        counts = [count for _, count in mixes.values()]
        starts = np.cumsum([0, *counts])
        self._mixes = {
            area: np.arange(a, b) for area, a, b in zip(mixes, starts, starts[1:], strict=False)
        }
        base = operator.day.program
        self._first_mix = base.row_lower.size
        self._by_column = sparse.csc_array(base.matrix)
        self._schedules: list[tuple[str, Crossing, NDArray[np.int64]]] = []
        self._pending: list[tuple[str, Crossing, NDArray[np.float64]]] = []
        self.session = open_session(
            _with_mixes(base, operator.day.columns["p_boundary"], int(starts[-1])),
            "transmission clearing over offered schedules",
            operator.time_limit_s,
        )

    def add(self, area: str, schedule: Crossing, welfare: NDArray[np.float64]) -> None:
        """Put one more schedule of `area` into the pool: one column per mix."""
        self._pending.append((area, schedule, welfare))

    def _place(self) -> None:
        """Give the solver the columns of all schedules that came since the last clearing."""
        start = self.session.program.cost.size
        cost: list[NDArray[np.float64]] = []
        rows, columns, values = [], [], []
        for area, schedule, welfare in self._pending:
            mixes, periods = self._mixes[area], schedule.shape[1]
            boundary = self._operator.day.columns["p_boundary"][self._rows[area]]
            places = start + sum(c.size for c in cost) + np.arange(mixes.size)
            mix = np.arange(periods) if mixes.size > 1 else np.zeros(periods, dtype=int)
            rows += [boundary.ravel()]
            columns += [np.tile(places[mix] - start, len(boundary))]
            values += [schedule.ravel()]
            cost.append(-welfare if mixes.size > 1 else -welfare.sum(keepdims=True))
            self._schedules.append((area, schedule, places))
        owners = np.concatenate([self._mixes[area] for area, _, _ in self._pending])
        count = owners.size
        power = sparse.csc_array(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
            shape=(self._by_column.shape[1], count),
        )
        mixed = self.session.program.row_lower.size - self._first_mix
        one = sparse.csc_array((np.ones(count), (owners, np.arange(count))), shape=(mixed, count))
        entries = sparse.vstack([self._by_column @ power, one])
        self.session.add_columns(np.concatenate(cost), sparse.csc_array(entries))
        self._pending.clear()

    def clear(self) -> Pooled:
        """Transmission's best mix, its prices, and the surplus that a new schedule must beat."""
        operator, day = self._operator, self._operator.day
        if self._pending:
            self._place()
        found = operator.solve(self.session)
        schedule = np.zeros((len(operator.boundaries), day.hours.size))
        for area, offered, places in self._schedules:
            schedule[self._rows[area]] += found.x[places] * offered
        surplus = {
            area: -found.dual[self._first_mix + mixes] for area, mixes in self._mixes.items()
        }
        x = found.x[: day.program.cost.size].copy()
        x[day.columns["p_boundary"]] = schedule
        dual = found.dual[: self._first_mix]
        operator.point = Point(x, dual)
        return Pooled(
            operator.boundary_prices(dual), schedule, surplus, -found.objective, found.gap
        )


def _with_mixes(base: Program, boundary: NDArray[np.int64], count: int) -> Program:
    """The program with its boundary power replaced by rows that wait for mixes to add up to 1."""
    lower, upper = base.lower.copy(), base.upper.copy()
    lower[boundary] = upper[boundary] = 0.0
    empty = sparse.csr_array((count, base.cost.size))
    return replace(
        base,
        lower=lower,
        upper=upper,
        matrix=sparse.csr_array(sparse.vstack([base.matrix, empty])),
        row_lower=np.concatenate([base.row_lower, np.ones(count)]),
        row_upper=np.concatenate([base.row_upper, np.ones(count)]),
    )


def net_essential_demand(view: AreaView) -> Crossing:
    """Inelastic load less available PV and wind (MW), shape (boundaries, periods).

    An area with several boundaries counts all of it at the first.
    """
    total = np.zeros((len(view.ports), len(view.hours)))
    for load in view.loads.values():
        total[0] += load.p_mw * view.factor(load.profile)
    for plant in view.generators.values():
        if plant.technology in ("pv", "wind"):
            total[0] -= plant.p_max_mw * view.factor(plant.profile)
    return total
