"""Physics and limits of the networks: angles, voltages, ratings.

LinDistFlow is stated in squared voltages: M. E. Baran, F. F. Wu, "Optimal Sizing of Capacitors
Placed on a Radial Distribution System", IEEE Trans. Power Deliv. 4(1), 1989.
"""

from collections.abc import Iterator

import numpy as np

from validation.check import Check, Missed, check, outside
from validation.cleared import Cleared
from validation.cone import currents_follow_flows
from validation.grid import column
from validation.outage_laws import limits_after_outages_hold
from validation.tolerances import VOLTAGE_PU, Tolerances

ROOT_V_PU = 1.0  # every feeder's root


def physics(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """The laws of both formulations, and the ratings of all branches."""
    if cleared.angled_branch.any():
        yield flows_follow_angles(cleared, within)
        yield angles_stay_in_limits(cleared, within)
        yield from limits_after_outages_hold(cleared, within)
    if cleared.is_reactive:
        yield voltages_drop(cleared)
        yield voltages_stay_in_band(cleared)
    if cleared.has_currents:
        yield currents_follow_flows(cleared)
    yield ratings_hold(cleared, within)


def flows_follow_angles(cleared: Cleared, within: Tolerances) -> Check:
    """The angles at its ends, less the shift, drive a branch's flow."""
    grid = cleared.grid
    driving = grid.incidence @ np.nan_to_num(cleared.voltage["angle_rad"])
    driving = driving - np.radians(column(grid.branches, "shift_deg"))
    kept = cleared.angled_branch
    missed = cleared.middle[kept] - grid.stiffness(kept) * driving[kept]
    names = np.array(grid.branch_names)[kept].tolist()
    return check("flows follow angles", within.mw, "MW", Missed(names, missed))


def angles_stay_in_limits(cleared: Cleared, within: Tolerances) -> Check:
    """Where angles drive flows, the flow of a branch keeps to what its angle limits permit."""
    missed = outside(cleared.middle, *cleared.driven_limits)
    return check("angle limits", within.mw, "MW", Missed(cleared.grid.branch_names, missed))


def voltages_drop(cleared: Cleared) -> Check:
    """In distribution squared voltages fall along each branch, from 1 p.u. at the root."""
    grid, branches = cleared.grid, cleared.grid.branches
    squared = np.nan_to_num(cleared.voltage["v_pu"]) ** 2
    r, x = column(branches, "r_pu"), column(branches, "x_pu")
    fall = 2 * (r * cleared.flow["p_mw"] + x * np.nan_to_num(cleared.flow["q_mvar"]))
    start = squared[grid.start] / column(branches, "tap") ** 2
    missed = start - squared[grid.end] - fall / grid.base_mva
    if cleared.has_currents:
        missed = missed + (r**2 + x**2) / grid.base_mva**2 * cleared.current
    lower, root = ~grid.upper_branch, grid.slack & ~grid.upper_bus
    return check(
        "voltage drops",
        VOLTAGE_PU,
        "p.u. squared",
        Missed(np.array(grid.branch_names)[lower].tolist(), missed[lower]),
        Missed(np.array(grid.bus_names)[root].tolist(), squared[root] - ROOT_V_PU**2),
    )


def voltages_stay_in_band(cleared: Cleared) -> Check:
    """In distribution every bus but the root keeps to its voltage band."""
    grid, buses = cleared.grid, cleared.scenario.buses
    lower = ~grid.upper_bus & ~grid.slack
    limits = (column(buses, name)[lower] for name in ("v_min_pu", "v_max_pu"))
    missed = outside(cleared.voltage["v_pu"][lower], *limits)
    names = np.array(grid.bus_names)[lower].tolist()
    return check("voltage band", VOLTAGE_PU, "p.u.", Missed(names, missed))


def ratings_hold(cleared: Cleared, within: Tolerances) -> Check:
    """The flow of a branch, apparent power where there is any, keeps to its rating."""
    flow = np.hypot(cleared.flow["p_mw"], np.nan_to_num(cleared.flow["q_mvar"]))
    missed = outside(flow, -np.inf, cleared.grid.rating)
    names = cleared.grid.branch_names
    return check("branch ratings", within.mw, "MVA", Missed(names, missed))
