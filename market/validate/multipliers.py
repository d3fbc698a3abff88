"""Prices of reactive power and of voltage in feeders, worked out from the price parts.

Any such prices prove an upper bound on what the parties can earn; those worked out here are the
ones that the clearing itself used, as far as its tables tell. Where the flow stands on a corner
of a rating's polygon, its reactive price is taken along the flow. Where a branch has no
resistance, its voltage drop has no price part and counts as free of charge.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from market.validate.check import Rows
from market.validate.cleared import Cleared
from market.validate.grid import column
from market.validate.polygon import normal

NOISE = 1e-9  # of the largest price: differences below it are rounding


@dataclass(frozen=True)
class Multipliers:
    """Price of a Mvar at each bus; of a rating's Mvar and of a voltage drop on each branch."""

    reactive: Rows  # $/Mvarh, (buses, periods)
    rating: Rows  # $/Mvarh, (branches, periods)
    drop: Rows  # $/h per p.u. squared, (branches, periods)


def multipliers(cleared: Cleared) -> Multipliers:
    """Of all areas; zero in transmission and where no limit binds."""
    grid, flow = cleared.grid, cleared.flow
    shape = flow["p_mw"].shape
    if not cleared.is_reactive:
        none = np.zeros(shape)
        return Multipliers(np.zeros((len(grid.bus), shape[1])), none, none)
    lower = ~grid.upper_branch.reshape(-1, 1)
    drop = np.where(lower, _drop_prices(cleared), 0.0)
    shadow = np.where(lower, flow["shadow_usd_per_mwh"], 0.0)
    rating = shadow * normal(flow["p_mw"], np.nan_to_num(flow["q_mvar"]), grid.rating)
    rise = 2 * column(grid.branches, "x_pu") / grid.base_mva * drop + rating
    return Multipliers(_along_paths(cleared, rise), rating, drop)


def _drop_prices(cleared: Cleared) -> Rows:
    """The voltage part rises along a branch by 2 r / base times the price of its drop."""
    grid = cleared.grid
    part = np.nan_to_num(cleared.lmp["voltage_usd_per_mwh"])
    rise = part[grid.end] - part[grid.start]
    noise = NOISE * max(1.0, float(np.abs(cleared.lmp["lmp_usd_per_mwh"]).max(initial=0.0)))
    rise[np.abs(rise) < noise] = 0.0
    r = np.broadcast_to(column(grid.branches, "r_pu"), rise.shape)
    return np.divide(rise * grid.base_mva, 2 * r, out=np.zeros_like(rise), where=r > 0)


def _along_paths(cleared: Cleared, rise: Rows) -> Rows:
    """Sum of a rise (from -> to) from the root to every bus of every feeder."""
    grid = cleared.grid
    buses = np.flatnonzero(~grid.upper_bus & ~grid.slack)
    total = np.zeros((len(grid.bus), rise.shape[1]))
    if buses.size and rise.any():
        tree = sparse.csc_array(grid.incidence[~grid.upper_branch])[:, buses]
        total[buses] = splu(tree).solve(-rise[~grid.upper_branch])
    return total
