"""What networks and boundaries leave unearned between the prices at their ends."""

from collections.abc import Iterator

import numpy as np

from validation.check import Missed, Rows
from validation.cleared import Cleared
from validation.crossing import crossing_limits
from validation.grid import column
from validation.local import LocalTrade
from validation.polygon import farthest
from validation.priced import Priced


def branches_unearned(priced: Priced) -> Missed:
    """A branch with a shadow price is full: its limit's worth less what its flow earns.

    That limit is its rating or, where angles drive flows, that of its angle.
    """
    cleared, flow = priced.cleared, priced.cleared.flow
    shadow, q_shadow = flow["shadow_usd_per_mwh"], priced.multipliers.rating
    earned = shadow * flow["p_mw"] + q_shadow * np.nan_to_num(flow["q_mvar"])
    reach = np.abs(shadow)
    if cleared.is_reactive:
        lower = ~cleared.grid.upper_branch
        reach[lower] = farthest(shadow[lower], q_shadow[lower])
    unearned = np.fmin(_worth(reach, cleared.grid.rating) - earned, _angles_unearned(cleared))
    unearned = np.nan_to_num(unearned)
    if priced.multipliers.cone is not None:
        lower = ~cleared.grid.upper_branch
        unearned[lower] = priced.multipliers.cone.branches_unearned()[lower]
    return Missed(cleared.grid.branch_names, unearned * cleared.hours)


def outages_unearned(priced: Priced) -> Iterator[Missed]:
    """A branch with a shadow price would be full after the outage."""
    cleared = priced.cleared
    for part in cleared.outages.unearned():
        yield Missed(part.members, part.by * cleared.hours)


def _angles_unearned(cleared: Cleared) -> Rows:
    """What a shadow price would leave if it were that of the branch's angle; NaN without limit."""
    shadow = cleared.flow["shadow_usd_per_mwh"]
    limit = np.where(shadow < 0, *cleared.driven_limits)
    unearned: Rows = _worth(shadow, limit) - shadow * cleared.middle
    return unearned


def _worth(price: Rows, limit: Rows) -> Rows:
    """Price times limit; NaN where there is no limit."""
    return price * np.where(np.isinf(limit), np.nan, limit)


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
