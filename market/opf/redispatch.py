"""The cheapest way to meet losses and limits that a clearing did not see, hour by hour.

Generators move at their offers, DC lines too, and load may be shed at its value. All else, such as
flexible consumption and stores, stays as cleared; ramps do not bind. Each hour is an AC optimum
of all areas as one, local, begun at the voltages of the cleared schedule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from formulations.networks.ac import Ac
from market.opf.merged import MergedOpf, OptimalFlow
from scenarios.assets import all_assets
from scenarios.assets.contract import Asset
from scenarios.merging import merged_name
from scenarios.one_period import one_period
from scenarios.records import Load
from scenarios.results import DC_LINE, GENERATOR, LOAD
from scenarios.scenario import Scenario
from solvers.errors import SolveFailed

MOVING = (GENERATOR, LOAD, DC_LINE)
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
    """One hour in which generators and DC lines move; `rows` is its part of the dispatch table."""
    now, fixed = one_period(scenario, period), _fixed()
    loads = [
        load
        for kind, asset in fixed.items()
        for load in _as_loads(scenario, kind, asset, rows[rows["kind"] == kind])
    ]
    off = _off(scenario, rows)
    running = tuple(g for g in now.generators if (g.area, g.generator) not in off)
    moving = {(g.area, g.generator) for g in running}
    offers = [o for o in now.offers if (o.area, o.owner) in moving]
    gone: dict[str, tuple[Any, ...]] = {asset.table: () for asset in fixed.values()}
    gone["generators"] = running
    return now.with_tables({**gone, "loads": (*now.loads, *loads), "offers": offers})


def _off(scenario: Scenario, rows: pd.DataFrame) -> set[tuple[str, str]]:
    """Area and name of plants that are off: they do not start to meet losses."""
    idle = rows[(rows["kind"] == GENERATOR) & (rows["p_mw"] == 0.0)]
    resting = set(zip(idle["area"], idle["asset"], strict=True))
    return resting & {(c.area, c.generator) for c in scenario.commitments}


def _fixed() -> dict[str, Asset[Any]]:
    """Kinds of assets that stay as cleared."""
    return {kind: asset for kind, asset in all_assets().items() if kind not in MOVING}


def _as_loads(
    scenario: Scenario, kind: str, asset: Asset[Any], rows: pd.DataFrame
) -> Iterator[Load]:
    """What assets of one kind take in an hour (MW, Mvar), as loads."""
    records = {(r.area, asset.name_of(r)): r for r in scenario.table(asset.table)}
    for row in rows.to_dict("records"):
        ratio = asset.per_mw(records[row["area"], row["asset"]])[0].imag
        p = -asset.sign * row["p_mw"]
        yield Load(row["area"], f"{kind} {row['asset']}", row["bus"], p, p * ratio)


def _of_hour(scenario: Scenario, rows: pd.DataFrame, period: int, start: Voltages) -> Redispatch:
    hours = scenario.hours[period - 1]
    try:
        found = MergedOpf.of(as_cleared(scenario, rows, period), Ac(), 1).solve(start)
    except SolveFailed as failed:
        return Redispatch(period, None, None, None, f"{failed.status}; {failed.cure}")
    kept = rows[~rows["kind"].isin(_fixed())]
    more = found.cost_usd_per_h * hours - float(kept["cost_usd"].sum())
    return Redispatch(period, more, _moved_mw(scenario, rows, found), found.scarcity_mw)


def _moved_mw(scenario: Scenario, rows: pd.DataFrame, found: OptimalFlow) -> float:
    """Changes of all outputs, up and down (MW)."""
    units = rows[rows["kind"] == GENERATOR]
    names = [merged_name(scenario, r["area"], r["asset"]) for r in units.to_dict("records")]
    now = np.array([found.p_mw[name] for name in names])
    return float(np.abs(now - units["p_mw"].to_numpy()).sum())


__all__ = ["Redispatch", "as_cleared", "redispatch"]
