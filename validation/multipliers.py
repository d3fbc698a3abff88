"""Prices of reactive power and of voltage in feeders, worked out from the price parts.

Any such prices prove an upper bound on what the parties can earn; those worked out here are the
ones that the clearing itself used, as far as its tables tell. A branch without resistance has no
voltage part: the price of its drop is taken such that the voltage behind it is worth nothing.
A rating without a shadow price counts as free of charge for reactive power, too.
"""

from dataclasses import dataclass

import numpy as np

from validation.check import Rows
from validation.cleared import Cleared
from validation.cone import ConePrices
from validation.corners import corner_prices
from validation.grid import column
from validation.polygon import ON_CORNER, is_corner, is_upright, pressing

NOISE = 1e-9  # of the largest price: differences below it are rounding


@dataclass(frozen=True)
class Multipliers:
    """Price of a Mvar at each bus; of a rating's Mvar and of a voltage drop on each branch."""

    reactive: Rows  # $/Mvarh, (buses, periods)
    rating: Rows  # $/Mvarh, (branches, periods)
    drop: Rows  # $/h per p.u. squared, (branches, periods)
    cone: ConePrices | None = None


def multipliers(cleared: Cleared) -> Multipliers:
    """Of all areas; zero in transmission and where no limit binds."""
    grid, flow = cleared.grid, cleared.flow
    none = np.zeros_like(flow["p_mw"])
    if not cleared.is_reactive:
        return Multipliers(np.zeros((len(grid.bus), none.shape[1])), none, none)
    if cleared.has_currents:
        cone = ConePrices(cleared)
        return Multipliers(cone.reactive, cone.limit[1], cone.drop, cone)
    lower = ~grid.upper_branch.reshape(-1, 1)
    drop = np.where(lower, _drop_prices(cleared), 0.0)
    shadow = np.where(lower & np.isfinite(grid.rating), flow["shadow_usd_per_mwh"], 0.0)
    shadow[np.abs(shadow) < _noise(cleared)] = 0.0
    q = np.nan_to_num(flow["q_mvar"])
    full = np.hypot(flow["p_mw"], q) >= grid.rating * (1 - ON_CORNER)
    upright = lower & full & is_upright(flow["p_mw"], q)
    on_corner = is_corner(flow["p_mw"], q) & (shadow != 0.0) | upright
    rating = np.where(on_corner, 0.0, shadow * pressing(flow["p_mw"], q))
    rise = 2 * column(grid.branches, "x_pu") / grid.base_mva * drop
    reactive = grid.along_paths(rise + rating)
    if on_corner.any():
        rating = rating + corner_prices(cleared, reactive, shadow, on_corner)
        reactive = grid.along_paths(rise + rating)
    return Multipliers(reactive, rating, drop)


def _noise(cleared: Cleared) -> float:
    return NOISE * max(1.0, float(np.abs(cleared.lmp["lmp_usd_per_mwh"]).max(initial=0.0)))


def _drop_prices(cleared: Cleared) -> Rows:
    """The voltage part rises along a branch by 2 r / base times the price of its drop."""
    grid = cleared.grid
    part = np.nan_to_num(cleared.lmp["voltage_usd_per_mwh"])
    rise = part[grid.end] - part[grid.start]
    rise[np.abs(rise) < _noise(cleared)] = 0.0
    r = np.broadcast_to(column(grid.branches, "r_pu"), rise.shape)
    prices = np.divide(rise * grid.base_mva, 2 * r, out=np.zeros_like(rise), where=r > 0)
    for k in grid.inwards:
        if r[k, 0] == 0.0:
            far = int(grid.far[k])
            behind: Rows = grid.voltage_worth[[far]] @ prices
            prices[k] = -behind[0] / grid.voltage_worth[far, k]
    return prices
