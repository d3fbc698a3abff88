"""Prices of ratings and of voltage in feeders, worked out from those of power.

Any such prices prove an upper bound on what the parties can earn; those worked out here are the
ones that the clearing itself used, as far as its tables tell.
"""

from dataclasses import dataclass

import numpy as np

from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.cone import ConePrices
from validation.grid import column
from validation.tolerances import Tolerances

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
    reactive = np.nan_to_num(cleared.lmp["reactive_usd_per_mvarh"])
    lower = ~grid.upper_branch.reshape(-1, 1)
    drop = np.where(lower, _drop_prices(cleared, reactive), 0.0)
    rating = _rise(cleared, reactive) - _drop_worth(cleared) * drop
    rating[(np.abs(rating) < _noise(cleared)) | np.isinf(grid.rating)] = 0.0
    return Multipliers(reactive, rating, drop)


def reactive_prices_add_up(cleared: Cleared, within: Tolerances) -> Check:
    """Prices of reactive power rise by voltage drops, and by ratings where there are any.

    They are zero at the root, where reactive power is free of charge.
    """
    grid, of = cleared.grid, multipliers(cleared)
    lower, root = ~grid.upper_branch, grid.slack & ~grid.upper_bus
    left = _rise(cleared, of.reactive) - _drop_worth(cleared) * of.drop - of.rating
    names = np.array(grid.branch_names)[lower].tolist()
    roots = np.array(grid.bus_names)[root].tolist()
    by = left[lower] / _steepness(cleared)[lower]
    return check("reactive prices", within.price, "$/Mvarh",
                 Missed(names, by), Missed(roots, of.reactive[root]))  # fmt: skip


def _rise(cleared: Cleared, price: Rows) -> Rows:
    return price[cleared.grid.end] - price[cleared.grid.start]


def _drop_worth(cleared: Cleared) -> Rows:
    """What the price of a voltage drop adds to that of reactive power along a branch."""
    return 2 * column(cleared.grid.branches, "x_pu") / cleared.grid.base_mva


def _steepness(cleared: Cleared) -> Rows:
    """By how much the reactive price rises with the active one: errors of prices as well."""
    r, x = (column(cleared.grid.branches, name) for name in ("r_pu", "x_pu"))
    ratio = np.divide(np.abs(x), r, out=np.zeros_like(x), where=r > 0)
    return np.maximum(ratio, 1.0)


def _noise(cleared: Cleared) -> float:
    return NOISE * max(1.0, float(np.abs(cleared.lmp["lmp_usd_per_mwh"]).max(initial=0.0)))


def _drop_prices(cleared: Cleared, reactive: Rows) -> Rows:
    """The voltage part rises along a branch by 2 r / base times the price of its drop.

    Without resistance the reactive price does so by 2 x / base; where a rating adds to that, the
    voltage behind the branch is taken to be worth nothing.
    """
    grid = cleared.grid
    part = np.nan_to_num(cleared.lmp["voltage_usd_per_mwh"])
    rise = part[grid.end] - part[grid.start]
    rise[np.abs(rise) < _noise(cleared)] = 0.0
    r = np.broadcast_to(column(grid.branches, "r_pu"), rise.shape)
    prices = np.divide(rise * grid.base_mva, 2 * r, out=np.zeros_like(rise), where=r > 0)
    worth, rise = _drop_worth(cleared), _rise(cleared, reactive)
    for k in grid.inwards:
        if r[k, 0] == 0.0 and worth[k, 0] != 0.0 and np.isinf(grid.rating[k, 0]):
            prices[k] = rise[k] / worth[k]
        elif r[k, 0] == 0.0:
            far = int(grid.far[k])
            behind: Rows = grid.voltage_worth[[far]] @ prices
            prices[k] = -behind[0] / grid.voltage_worth[far, k]
    return prices
