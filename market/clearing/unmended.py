"""Areas whose limits a design leaves to others, and how far its dispatch exceeds them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from market.carriers.workers import made_here
from scenarios.clearing import Clearing
from scenarios.quantity import to_table
from scenarios.results import Unmended
from scenarios.scenario import AreaView
from scenarios.variants.unlimited import unlimited

EXACT = 1e-6  # MVA or p.u.: what is exceeded by less is kept


def leaving_limits(operator: Any) -> Any:
    """The operator of the same area, whose network carries anything."""
    own = made_here(operator)
    view = own.model().view
    return own.for_view(replace(view, network=unlimited(view.network)))


def with_unmended(clearing: Clearing, views: Iterable[AreaView]) -> Clearing:
    """The clearing with what is exceeded in these areas, as a table and in words."""
    flow, voltage = clearing.frame("flow"), clearing.frame("voltage")
    rows = [
        _excess(view, flow[flow["area"] == view.name], voltage[voltage["area"] == view.name])
        for view in views
    ]
    tables = {**clearing.tables, "unmended": to_table(rows, Unmended)}
    notes = [_told(row) for row in rows if row.ratings + row.voltages]
    return replace(clearing, tables=tables, notes=(*clearing.notes, *notes))


def _excess(view: AreaView, flow: pd.DataFrame, voltage: pd.DataFrame) -> Unmended:
    over = [max(0.0, size - limit) for size, limit in _sizes(view, flow)]
    beyond = [
        max(0.0, bus.v_min_pu - v, v - bus.v_max_pu)
        for name, v in zip(voltage["bus"], voltage["v_pu"], strict=True)
        for bus in [view.network.buses[str(name)]]
    ]
    return Unmended(
        view.name,
        sum(one > EXACT for one in over),
        max(over, default=0.0),
        sum(one > EXACT for one in beyond),
        max(beyond, default=0.0),
    )


def _sizes(view: AreaView, flow: pd.DataFrame) -> Iterator[tuple[float, float]]:
    """Flow (MVA) and rating (MVA) of every branch that has one, in every period."""
    power = np.hypot(flow["p_mw"], flow["q_mvar"].astype(float).fillna(0.0))
    for name, size in zip(flow["branch"], power, strict=True):
        rating = view.network.branches[str(name)].rating_mva
        if rating is not None:
            yield float(size), rating


def _told(row: Unmended) -> str:
    return (
        f"limits of area '{row.area}' are left to others: {row.ratings} ratings are exceeded, by "
        f"{row.overload_mva:.3g} MVA at most, and {row.voltages} voltages, by {row.beyond_pu:.3g} "
        "p.u."
    )
