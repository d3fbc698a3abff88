"""Energy that an operator leaves unserved at a bus, and whom it hits."""

import pandas as pd
import pyarrow as pa

from scenarios.results import UNSERVED
from scenarios.scenario import Scenario

_AT = ["period", "area", "bus"]


def shedding(scenario: Scenario, rows: pd.DataFrame, boundary: pa.Table) -> pd.DataFrame:
    """Unserved energy (MWh) at buses and its cost ($), by the area that lacks it.

    At a boundary bus those are the consumers behind the boundary; where several distribution
    areas meet at the bus, each bears its share of what they take from it.
    """
    lost = rows[
        (rows["kind"] == UNSERVED) & ((rows["withdrawn_mwh"] != 0) | (rows["cost_usd"] != 0))
    ]
    lost = lost[[*_AT, "withdrawn_mwh", "cost_usd"]]
    if lost.empty:  # as on most days
        return lost.assign(consumers=lost["area"], energy_mwh=0.0)
    hit = lost.merge(_behind(scenario, boundary), on=_AT, how="left")
    behind = hit["share"].notna()
    hit["consumers"] = hit["consumers"].where(behind, hit["area"])
    share = hit["share"].where(behind, 1.0)
    hit["energy_mwh"] = -hit["withdrawn_mwh"] * share
    hit["cost_usd"] *= share
    return hit[[*_AT, "consumers", "energy_mwh", "cost_usd"]]


def _behind(scenario: Scenario, boundary: pa.Table) -> pd.DataFrame:
    """Distribution areas behind each boundary bus, with their share of what leaves there."""
    flows = boundary.select(["period", "boundary", "area", "p_mw"]).to_pandas()
    bus_of = {b.boundary: b.transmission_bus for b in scenario.boundaries}
    flows["bus"] = flows["boundary"].map(bus_of)
    flows["taken"] = flows["p_mw"].clip(lower=0.0)
    by_area = flows.groupby(["period", "bus", "area"], as_index=False)["taken"].sum()
    at_bus = by_area.groupby(["period", "bus"])["taken"]
    total, count = at_bus.transform("sum"), at_bus.transform("size")
    by_area["share"] = (by_area["taken"] / total).where(total > 0.0, 1.0 / count)
    by_area["consumers"] = by_area["area"]
    by_area["area"] = scenario.transmission
    shares: pd.DataFrame = by_area[[*_AT, "consumers", "share"]]
    return shares
