"""What networks and boundaries leave unearned between the prices at their ends."""

import numpy as np

from validation.check import Missed, Rows
from validation.cleared import Cleared
from validation.grid import column
from validation.local import LocalTrade
from validation.parties import Priced
from validation.polygon import farthest

ROOM_MW = 1.0  # beyond what devices can do together: no price rests on that limit


def branches_unearned(priced: Priced) -> Missed:
    """A branch with a shadow price is full: its rating's worth less what its flow earns."""
    cleared, flow = priced.cleared, priced.cleared.flow
    shadow, q_shadow = flow["shadow_usd_per_mwh"], priced.multipliers.rating
    earned = shadow * flow["p_mw"] + q_shadow * np.nan_to_num(flow["q_mvar"])
    reach = np.abs(shadow)
    if cleared.is_reactive:
        lower = ~cleared.grid.upper_branch
        reach[lower] = farthest(shadow[lower], q_shadow[lower])
    rating = cleared.grid.rating
    worth = np.where(np.isinf(rating), 0.0, reach * np.where(np.isinf(rating), 0.0, rating))
    unearned = np.where(np.isinf(rating), 0.0, worth - earned)
    if priced.multipliers.cone is not None:
        lower = ~cleared.grid.upper_branch
        unearned[lower] = priced.multipliers.cone.branches_unearned()[lower]
    return Missed(cleared.grid.branch_names, unearned * cleared.hours)


def voltages_unearned(priced: Priced) -> Missed:
    """A voltage with a price stands at the limit of its band."""
    cleared, grid = priced.cleared, priced.cleared.grid
    cone = priced.multipliers.cone
    worth: Rows = grid.voltage_worth @ priced.multipliers.drop if cone is None else cone.bus_worth()
    buses = cleared.scenario.buses
    low, high = (column(buses, name) ** 2 for name in ("v_min_pu", "v_max_pu"))
    squared = np.nan_to_num(cleared.voltage["v_pu"]) ** 2
    unearned = np.maximum(worth * low, worth * high) - worth * squared
    unearned[grid.slack | grid.upper_bus] = 0.0
    names = [f"{name} voltage" for name in grid.bus_names]
    return Missed(names, unearned * cleared.hours)


def boundaries_unearned(priced: Priced) -> Missed:
    """Power crosses a boundary from the lower price to the higher, as far as it may."""
    cleared, boundary = priced.cleared, priced.cleared.boundary
    gain = boundary["dlmp_usd_per_mwh"] - boundary["lmp_usd_per_mwh"]
    gain = gain + LocalTrade(cleared).spread(cleared.scenario.boundaries)
    low, high = crossing_limits(cleared)
    unearned = np.maximum(gain * low, gain * high) - gain * boundary["p_mw"]
    return Missed(boundary.names, unearned * cleared.hours)


def crossing_limits(cleared: Cleared) -> tuple[Rows, Rows]:
    """Least and greatest boundary power (MW): its limits, and what the feeder can give or take."""
    s, shape = cleared.scenario, cleared.boundary["p_mw"].shape
    area = {b.area: n for n, b in enumerate(s.boundaries)}
    take, give = np.zeros(shape), np.zeros(shape)
    for records, most_taken, most_given in (
        (s.generators, 0.0, cleared.output_limits[1]),
        (s.loads, np.maximum(cleared.demand, 0.0), np.maximum(-cleared.demand, 0.0)),
        (s.bids, cleared.bid_limits[1], 0.0),
        (s.storage, column(s.storage, "p_charge_max_mw"), column(s.storage, "p_discharge_max_mw")),
        (s.shiftable_loads, column(s.shiftable_loads, "p_max_mw"), 0.0),
        (s.buses, np.maximum(column(s.buses, "g_shunt_mw"), 0.0), 0.0),
    ):
        of = np.array([area.get(r.area, -1) for r in records], dtype=int)
        full = (len(of), shape[1])
        np.add.at(take, of[of >= 0], np.broadcast_to(most_taken, full)[of >= 0])
        np.add.at(give, of[of >= 0], np.broadcast_to(most_given, full)[of >= 0])
    low, high = column(s.boundaries, "p_min_mw"), column(s.boundaries, "p_max_mw")
    return np.fmax(-give - ROOM_MW, low), np.fmin(take + ROOM_MW, high)
