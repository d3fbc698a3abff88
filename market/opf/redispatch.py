"""The cheapest way to meet losses and limits that a clearing did not see, hour by hour.

Generators move at their offers, and load may be shed at its value. Flexible consumption, shiftable
loads and stores stay as cleared; ramps do not bind. Each hour is an AC optimal power flow of all
areas as one, begun at the voltages of the cleared schedule. It is a local optimum.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from formulations.networks.ac import Ac
from market.opf.merged import MergedOpf, OptimalFlow
from scenarios.merging import merged_name
from scenarios.one_period import one_period
from scenarios.records import Load
from scenarios.results import BID, GENERATOR, SHIFTABLE, STORAGE
from scenarios.scenario import Scenario
from solvers.errors import SolveFailed

FIXED = (BID, SHIFTABLE, STORAGE)
Voltages = Mapping[str, complex]  # by bus of the merged network


@dataclass(frozen=True)
class Redispatch:
    """One hour: what generators cost more than cleared ($), and how far they move (MW in all).

    `scarcity_mw` is not served or spilled. None where there is no solution; `why` says so.
    """

    period: int
    more_usd: float | None
    moved_mw: float | None
    scarcity_mw: float | None
    why: str = ""


def redispatch(
    scenario: Scenario, dispatch: pa.Table, start: Mapping[int, Voltages]
) -> Iterator[Redispatch]:
    """Every hour of a dispatch table; `start` are voltages by period where there are any."""
    rows = dispatch.to_pandas()
    for period, own in rows.groupby("period"):
        yield _of_hour(scenario, own, int(str(period)), start.get(int(str(period)), {}))


def as_cleared(scenario: Scenario, rows: pd.DataFrame, period: int) -> Scenario:
    """One hour in which only generators can move; `rows` is its part of the dispatch table."""
    now = one_period(scenario, period)
    slope = {(k.area, k.bid): k.tan_phi for k in scenario.bids}
    slope |= {(k.area, k.shiftable_load): k.tan_phi for k in scenario.shiftable_loads}
    fixed = rows[rows["kind"].isin(FIXED)].copy()
    fixed["p_mw"] = fixed["p_mw"].where(fixed["kind"] != STORAGE, -fixed["p_mw"])
    loads = [
        Load(
            r["area"],
            f"{r['kind']} {r['asset']}",
            r["bus"],
            r["p_mw"],
            r["p_mw"] * slope.get((r["area"], r["asset"]), 0.0),
        )
        for r in fixed.to_dict("records")
    ]
    consumers = {(k.area, k.bid) for k in scenario.bids}
    offers = (o for o in now.offers if (o.area, o.owner) not in consumers)
    return replace(now, bids=(), loads=(*now.loads, *loads), offers=tuple(offers))


def _of_hour(scenario: Scenario, rows: pd.DataFrame, period: int, start: Voltages) -> Redispatch:
    hours = scenario.hours[period - 1]
    try:
        found = MergedOpf.of(as_cleared(scenario, rows, period), Ac(), 1).solve(start)
    except SolveFailed as failed:
        return Redispatch(period, None, None, None, f"{failed.status}; {failed.cure}")
    kept = rows[~rows["kind"].isin(FIXED)]
    more = found.cost_usd_per_h * hours - float(kept["cost_usd"].sum())
    return Redispatch(period, more, _moved_mw(scenario, rows, found), found.scarcity_mw)


def _moved_mw(scenario: Scenario, rows: pd.DataFrame, found: OptimalFlow) -> float:
    """Changes of all outputs, up and down (MW)."""
    units = rows[rows["kind"] == GENERATOR]
    names = [
        r["asset"] if r["area"] == scenario.transmission else merged_name(r["area"], r["asset"])
        for r in units.to_dict("records")
    ]
    now = np.array([found.p_mw[name] for name in names])
    return float(np.abs(now - units["p_mw"].to_numpy()).sum())


__all__ = ["Redispatch", "as_cleared", "redispatch"]
