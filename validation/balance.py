"""Power balance at every bus: what is injected leaves over the branches."""

import numpy as np

from validation.check import Check, Missed, Rows, check, outside
from validation.cleared import Cleared
from validation.grid import column
from validation.tolerances import Tolerances


def power_balances(cleared: Cleared, within: Tolerances) -> Check:
    """Active power closes at every bus, boundary power included."""
    upper, root = cleared.grid.boundary_buses()
    crossing = cleared.boundary["p_mw"]
    left = own_surplus(cleared) + cleared.grid.sum_at(root, crossing)
    left -= cleared.grid.sum_at(upper, crossing)
    return check("power balance", within.mw, "MW", Missed(cleared.grid.bus_names, left))


def reactive_power_balances(cleared: Cleared, within: Tolerances) -> Check:
    """Reactive power closes at every bus in distribution."""
    grid, (_, root) = cleared.grid, cleared.grid.boundary_buses()
    left = grid.sum_at(root, cleared.boundary["q_mvar"])
    left = left + cleared.shunt_mvar * cleared.shunt_factor
    for bus, owned, sign in cleared.traders:
        left += sign * grid.sum_at(bus, np.nan_to_num(owned["q_mvar"]))
    left -= grid.incidence.T @ np.nan_to_num(cleared.flow["q_mvar"])
    if cleared.has_currents:
        lost = column(grid.branches, "x_pu") / grid.base_mva * cleared.current
        left -= grid.sum_at(grid.end, lost)
    names = np.array(grid.bus_names)
    lower = ~grid.upper_bus
    return check("reactive balance", within.mw, "Mvar", Missed(names[lower].tolist(), left[lower]))


def own_withdrawals(cleared: Cleared) -> Rows:
    """What an area's own parties and shunts withdraw (MW), shape (buses, periods)."""
    taken: Rows = cleared.spilled_mw - cleared.unserved_mw
    taken = taken + cleared.shunt_mw * cleared.shunt_factor
    for bus, owned, sign in cleared.traders:
        taken = taken - sign * cleared.grid.sum_at(bus, owned["p_mw"])
    return taken


def own_surplus(cleared: Cleared) -> Rows:
    """Net injection of an area's own parties less outflow (MW), shape (buses, periods)."""
    grid, left = cleared.grid, -own_withdrawals(cleared)
    out: Rows = grid.incidence.T @ cleared.flow["p_mw"]
    return left - out - grid.sum_at(grid.end, cleared.loss)


def operators_agree(cleared: Cleared, within: Tolerances) -> Check:
    """What transmission leaves at a boundary bus is what the feeders there take.

    Both are worked out from each side's own dispatch and flows, without the boundary table.
    """
    upper, root = cleared.grid.boundary_buses()
    surplus = own_surplus(cleared)
    taken = cleared.grid.sum_at(upper, -surplus[root])
    met = np.unique(upper)
    names = [cleared.grid.bus_names[n] for n in met]
    return check("operators agree", within.mw, "MW", Missed(names, (surplus - taken)[met]))


def boundary_limits_hold(cleared: Cleared, within: Tolerances) -> Check:
    """Boundary power stays within the limits of its boundary."""
    limits = cleared.scenario.boundaries
    least = np.nan_to_num(column(limits, "p_min_mw"), nan=-np.inf)
    most = np.nan_to_num(column(limits, "p_max_mw"), nan=np.inf)
    missed = outside(cleared.boundary["p_mw"], least, most)
    return check("boundary limits", within.mw, "MW", Missed(cleared.boundary.names, missed))
