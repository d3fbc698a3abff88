"""Optimal power flow of all areas as one network: what no operator can do, and the judge."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulations.contract import Formulation
from market.operators.area_tables import AreaResult
from market.operators.day import Day, build_day
from market.operators.dispatch import scarcity_mw
from scenarios.merging import merge
from scenarios.one_period import one_period
from scenarios.scenario import Scenario
from solvers.ipopt import IpoptSession
from solvers.program import Solution
from solvers.session import Session, open_session


@dataclass(frozen=True)
class OptimalFlow:
    """An optimum at one operating point, by name of the merged network's elements.

    Prices are what one more MW ($/MWh) or Mvar ($/Mvarh) of consumption at a bus costs.
    `scarcity_mw` is power that is not served or spilled.
    """

    cost_usd_per_h: float
    p_mw: Mapping[str, float]
    lmp: Mapping[str, float]
    lmp_q: Mapping[str, float]
    v: Mapping[str, complex]
    seconds: float
    scarcity_mw: float


@dataclass(frozen=True)
class MergedOpf:
    """The merged network's problem, compiled once."""

    day: Day
    session: Session

    @staticmethod
    def of(
        scenario: Scenario,
        formulation: Formulation,
        period: int | None = None,
        time_limit_s: float = 600.0,
    ) -> "MergedOpf":
        """The problem of a scenario's base values, or of one of its periods."""
        whole = merge(one_period(scenario, period))
        day = build_day(whole.area(whole.transmission), formulation)
        session = open_session(day.program, "merged optimal power flow", time_limit_s)
        return MergedOpf(day, session)

    def solve(self, start: Mapping[str, complex] | None = None) -> OptimalFlow:
        """The optimum, from voltages by bus or from flat ones; raises SolveFailed."""
        if isinstance(self.session, IpoptSession):
            self.session.begin_at(with_voltages(self.day, start or {}))
        before = self.session.seconds
        found = self.session.solve()
        return self._told(found, self.session.seconds - before)

    def _told(self, found: Solution, seconds: float) -> OptimalFlow:
        day, buses = self.day, list(self.day.view.network.buses)
        lmp = day.price(found.dual, "balance")[:, 0]
        reactive = "q_balance" in day.rows
        lmp_q = day.price(found.dual, "q_balance")[:, 0] if reactive else np.zeros(len(buses))
        state = day.formulation.state(day.view.network, lambda name: day.value(found.x, name))
        size = np.ones(len(buses)) if state.v_pu is None else state.v_pu[:, 0]
        angle = np.zeros(len(buses)) if state.angle_rad is None else state.angle_rad[:, 0]
        v = (size * np.exp(1j * angle)).tolist()
        return OptimalFlow(
            cost_usd_per_h=found.objective,
            p_mw=outputs(day, found.x),
            lmp=dict(zip(buses, lmp.tolist(), strict=True)),
            lmp_q=dict(zip(buses, lmp_q.tolist(), strict=True)),
            v=dict(zip(buses, v, strict=True)),
            seconds=seconds,
            scarcity_mw=scarcity_mw(AreaResult(day, found.x, found.dual)),
        )


def flat(day: Day) -> NDArray[np.float64]:
    """A point to begin at: 1 p.u. at angle 0 everywhere, limited columns half way."""
    low, high = day.program.lower, day.program.upper
    both = np.isfinite(low) & np.isfinite(high)
    x = np.where(both, (np.where(both, low, 0.0) + np.where(both, high, 0.0)) / 2, 0.0)
    if "e" in day.columns:
        x[day.columns["e"]] = 1.0
        x[day.columns["f"]] = 0.0
    return x


def with_voltages(day: Day, start: Mapping[str, complex]) -> NDArray[np.float64]:
    """A flat point with the voltages (p.u.) of some buses as given."""
    x, at = flat(day), {bus: n for n, bus in enumerate(day.view.network.buses)}
    for bus, v in start.items():
        x[day.columns["e"][at[bus]]], x[day.columns["f"][at[bus]]] = v.real, v.imag
    return x


def outputs(day: Day, x: NDArray[np.float64]) -> dict[str, float]:
    """Output of every generator (MW)."""
    total = dict.fromkeys(day.view.generators, 0.0)
    for (name, _), power in zip(day.members["offered"], day.value(x, "offered")[:, 0], strict=True):
        total[name] += float(power)
    return total
