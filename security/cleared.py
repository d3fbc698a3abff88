"""Whether a cleared day can run: every period's load flow at the cleared schedule.

Active power of all assets is as cleared, and the slack bus meets the losses; loads keep their
power factor; generators of transmission hold their voltage within their reactive limits, those
of distribution give the reactive power that was cleared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.results import (
    BID,
    GENERATOR,
    LOAD,
    SHIFTABLE,
    SPILLED,
    STORAGE,
    UNSERVED,
)
from scenarios.scenario import AreaView, Scenario
from security.ac.demand import Demand
from security.ac.grid import Grid
from security.ac.newton import Operation
from security.ac.operation import operation
from security.coordinated.exchange import Coordinated, Exchange, Operators
from security.load_flow import LoadFlow, of_coordinated


@dataclass(frozen=True)
class Schedule:
    """A cleared day of one area: power of every asset by kind (MW, Mvar), (assets, periods)."""

    view: AreaView
    p_mw: Mapping[str, pd.DataFrame]
    q_mvar: Mapping[str, pd.DataFrame]

    def operation(self, grid: Grid, period: int) -> Operation:
        """What the area injects and holds in one period."""
        p = {kind: table[period].to_dict() for kind, table in self.p_mw.items()}
        q = {kind: table[period].to_dict() for kind, table in self.q_mvar.items()}
        units = self.view.generators
        given = q.get(GENERATOR, {})
        power = {n: complex(p[GENERATOR][n], np.nan_to_num(given.get(n, 0.0))) for n in units}
        return operation(self.view, grid, power, Demand.of(grid, self._loads(p)))

    def _loads(
        self, p: Mapping[str, Mapping[str, float]]
    ) -> Iterator[tuple[str, complex, float, float]]:
        """Consumption of all kinds (MVA); production of stores counts negative."""
        view = self.view
        for name, r in view.loads.items():
            ratio = r.q_mvar / r.p_mw if r.p_mw else 0.0
            yield r.bus, p[LOAD][name] * complex(1, ratio), r.n_p, r.n_q
        for name, k in view.bids.items():
            yield k.bus, p[BID][name] * complex(1, k.tan_phi), 0.0, 0.0
        for name, s in view.shiftable_loads.items():
            yield s.bus, p[SHIFTABLE][name] * complex(1, s.tan_phi), 0.0, 0.0
        for name, store in view.storage.items():
            yield store.bus, complex(-p[STORAGE][name]), 0.0, 0.0
        for kind, sign in ((UNSERVED, -1), (SPILLED, +1)):
            for bus, power in p.get(kind, {}).items():
                if power:
                    yield bus, complex(sign * power), 0.0, 0.0


def schedules(scenario: Scenario, dispatch: pa.Table) -> dict[str, Schedule]:
    """The cleared day of every area, from the dispatch table of a clearing."""
    table = dispatch.to_pandas()
    found = {}
    for area, rows in table.groupby("area"):
        kinds = {str(kind): part for kind, part in rows.groupby("kind")}
        p, q = (
            {
                k: part.pivot_table(column, "asset", "period", dropna=False)
                for k, part in kinds.items()
            }
            for column in ("p_mw", "q_mvar")
        )
        found[str(area)] = Schedule(scenario.area(str(area)), p, q)
    return found


@dataclass(frozen=True)
class ClearedDay:
    """The load flow of every period of a cleared day."""

    scenario: Scenario
    flows: Mapping[int, LoadFlow]

    @cached_property
    def hours(self) -> pd.DataFrame:
        """One row per period: state, losses, lowest and highest voltage, number of violations."""
        rows = []
        for period, flow in self.flows.items():
            solved = flow.outcome == "solved"
            violations = flow.violations() if solved else []
            state = "violated" if violations else str(flow.outcome)
            low, low_bus = flow.lowest if solved else (np.nan, "")
            rows.append(
                {
                    "period": period,
                    "status": state,
                    "loss_mw": flow.loss_mw if solved else np.nan,
                    "v_min_pu": low,
                    "v_min_bus": low_bus,
                    "violations": len(violations),
                    "rounds": flow.rounds,
                    "why": flow.why,
                }
            )
        return pd.DataFrame(rows)


def check_cleared_day(scenario: Scenario, dispatch: pa.Table) -> ClearedDay:
    """Coordinated load flows of all periods; each starts from the one before.

    Raises InvalidInput where an area is fed at more than one boundary.
    """
    operators, days = Operators(scenario), schedules(scenario, dispatch)
    exchange, flows = Exchange(q_limits=True), {}
    last: Coordinated | None = None
    for period in scenario.periods:
        upper = days[operators.upper.name].operation(operators.newton.grid, period)
        lower = {
            b: days[f.view.name].operation(f.grid, period) for b, f in operators.feeders.items()
        }
        found = exchange.solve(operators, upper, lower, last)
        if found.outcome == "unsolved" and last is not None:
            found = exchange.solve(operators, upper, lower)
        last = found if found.outcome == "solved" else None
        flows[period] = of_coordinated(operators, found)
    return ClearedDay(scenario, flows)


def mismatch(day: ClearedDay, boundary: pa.Table) -> pd.DataFrame:
    """Boundary power of the market and of the load flow (MW), and what is between them."""
    market = boundary.to_pandas()[["period", "boundary", "p_mw"]]
    market = market.rename(columns={"p_mw": "market_mw"})
    flows = pd.DataFrame(
        [
            (period, name, port.power.real, port.power.imag, abs(port.voltage))
            for period, flow in day.flows.items()
            for name, port in flow.ports.items()
        ],
        columns=["period", "boundary", "flow_mw", "flow_mvar", "v_pu"],
    )
    both = market.merge(flows, on=["period", "boundary"])
    both["difference_mw"] = both["flow_mw"] - both["market_mw"]
    return both


__all__ = ["ClearedDay", "check_cleared_day", "mismatch", "schedules"]
