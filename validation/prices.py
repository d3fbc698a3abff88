"""Prices: what they are made of, and that their parts follow from the limits that bind."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.grid import Mask, Places, column
from validation.tolerances import Tolerances

BY_CONE = 10.0  # times the tolerance: a flow at a cone, and its price, is known to 1e-5
PRICE, MARGIN = "lmp_usd_per_mwh", "congestion_usd_per_mwh"


def prices_add_up(cleared: Cleared, within: Tolerances) -> Check:
    """Energy, congestion, voltage and loss make the price; energy is that of the slack bus."""
    grid, lmp = cleared.grid, cleared.lmp
    parts = lmp["energy_usd_per_mwh"] + lmp[MARGIN]
    for part in ("voltage_usd_per_mwh", "loss_usd_per_mwh"):
        parts = parts + np.nan_to_num(lmp[part])  # no number: the physics has no such part
    energy = lmp["energy_usd_per_mwh"] - lmp[PRICE][grid.reference]
    names = grid.bus_names
    return check(
        "price parts add up", within.price, "$/MWh",
        Missed(names, parts - lmp[PRICE]), Missed(names, energy),
    )  # fmt: skip


def congestion_follows_shadow_prices(cleared: Cleared, within: Tolerances) -> Check:
    """The congestion part comes from the limits that bind, by the physics of each area."""
    shadow = cleared.flow["shadow_usd_per_mwh"]
    least, most = cleared.driven_limits
    free = np.isinf(np.where(shadow < 0, least, most)) & np.isinf(cleared.grid.rating)
    unlimited = np.where(free, shadow, 0.0)
    parts = [Missed(cleared.grid.branch_names, unlimited), *_by_branch(cleared)]
    if cleared.angled_branch.any():
        parts.append(_by_sensitivity(cleared))
    return check("congestion prices", within.price, "$/MWh", *parts)


def _by_branch(cleared: Cleared) -> Iterator[Missed]:
    """On a tree, or where flows are free, congestion rises by the shadow price of each branch."""
    grid, congestion = cleared.grid, cleared.lmp[MARGIN]
    rise = congestion[grid.end] - congestion[grid.start]
    kept = ~cleared.angled_branch
    missed = (rise - cleared.flow["shadow_usd_per_mwh"])[kept]
    yield Missed(np.array(grid.branch_names)[kept].tolist(), missed)
    yield Missed(np.array(grid.bus_names)[grid.slack].tolist(), congestion[grid.slack])


def _by_sensitivity(cleared: Cleared) -> Missed:
    """Where angles drive flows it is -PTDF' shadow, with the slack bus as reference."""
    grid, kept = cleared.grid, cleared.angled_branch
    buses = np.flatnonzero(cleared.angled_bus & ~grid.slack)
    expected = -_spread(cleared, buses, kept, cleared.flow["shadow_usd_per_mwh"][kept])
    for outage, shadow in cleared.outages.shadow.items():
        left = cleared.outages.kept[outage]
        expected = expected - _spread(cleared, buses, left, shadow[left])
    names = [grid.bus_names[n] for n in buses]
    return Missed(names, cleared.lmp[MARGIN][buses] - expected)


def _spread(cleared: Cleared, buses: Places, kept: Mask, on_branch: Rows) -> Rows:
    """PTDF' times a quantity of the branches `kept`, at `buses`."""
    if not buses.size:
        return np.zeros((0, on_branch.shape[1]))
    grid = cleared.grid
    incidence: Any = sparse.csc_array(grid.incidence[kept])[:, buses]
    pushed = incidence.T @ sparse.diags_array(grid.stiffness(kept).ravel())
    found: Rows = splu(sparse.csc_array(pushed @ incidence)).solve(pushed @ on_branch)
    return found


def losses_follow_angles(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """A branch loses r F^2 / base, and the loss part of prices is what one more MW adds to that.

    With rho the price of power in the middle of a branch, its loss adds 2 r F rho / base to the
    price of a flow; a rating that its loss helps to fill counts as well, a limit of angles not.
    """
    grid, kept = cleared.grid, cleared.squared_loss
    lmp, part = cleared.lmp, "loss_usd_per_mwh"
    r = np.maximum(column(grid.branches, "r_pu") / grid.base_mva, 0.0)[kept]
    middle, start, end = cleared.middle[kept], grid.start[kept], grid.end[kept]
    names = np.array(grid.branch_names)[kept].tolist()
    excess = cleared.loss[kept] - r * middle**2
    yield check("losses of transmission", within.mw, "MW", Missed(names, excess))
    buses = np.setdiff1d(np.union1d(start, end), np.flatnonzero(grid.slack))
    rho = (lmp[PRICE][start] + lmp[PRICE][end]) / 2
    shadow = cleared.flow["shadow_usd_per_mwh"]
    angled = np.abs(cleared.middle - np.where(shadow < 0, *cleared.driven_limits)) < within.mw
    rho = rho + np.where(angled, 0.0, np.abs(shadow))[kept] / 2
    expected = -_spread(cleared, buses, kept, 2 * r * middle * rho)
    where = [grid.bus_names[n] for n in buses]
    missed = lmp[part][buses] - expected
    yield check("loss prices", BY_CONE * within.price, "$/MWh", Missed(where, missed))


def boundary_prices_are_bus_prices(cleared: Cleared, within: Tolerances) -> Check:
    """The boundary table repeats the prices of the buses at both of its ends."""
    upper, root = cleared.grid.boundary_buses()
    boundary, bus = cleared.boundary, cleared.lmp[PRICE]
    return check(
        "boundary prices are bus prices", within.price, "$/MWh",
        Missed(boundary.names, boundary[PRICE] - bus[upper]),
        Missed(boundary.names, boundary["dlmp_usd_per_mwh"] - bus[root]),
    )  # fmt: skip
