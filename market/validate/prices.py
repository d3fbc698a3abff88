"""Prices: what they are made of, and that their parts follow from the limits that bind."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from market.validate.check import Check, Missed, Rows, check
from market.validate.cleared import DC, Cleared
from market.validate.grid import Places
from market.validate.tolerances import Tolerances

PRICE, MARGIN = "lmp_usd_per_mwh", "congestion_usd_per_mwh"


def prices_add_up(cleared: Cleared, within: Tolerances) -> Check:
    """Energy, congestion, voltage and loss make the price; energy is the slack bus's price."""
    grid, lmp = cleared.grid, cleared.lmp
    parts = lmp["energy_usd_per_mwh"] + lmp[MARGIN]
    for part in ("voltage_usd_per_mwh", "loss_usd_per_mwh"):
        parts = parts + np.nan_to_num(lmp[part])  # no number: the physics has no such part
    slack = {b.area: n for n, b in enumerate(cleared.scenario.buses) if grid.slack[n]}
    reference = [slack[b.area] for b in cleared.scenario.buses]
    energy = lmp["energy_usd_per_mwh"] - lmp[PRICE][reference]
    names = grid.bus_names
    return check(
        "price parts add up", within.price, "$/MWh",
        Missed(names, parts - lmp[PRICE]), Missed(names, energy),
    )  # fmt: skip


def congestion_follows_shadow_prices(cleared: Cleared, within: Tolerances) -> Check:
    """The congestion part comes from the limits that bind, by the physics of each area."""
    shadow = cleared.flow["shadow_usd_per_mwh"]
    unlimited = np.where(np.isinf(cleared.grid.rating), shadow, 0.0)
    parts = [Missed(cleared.grid.branch_names, unlimited), *_by_branch(cleared)]
    if cleared.transmission == DC:
        parts.append(_by_sensitivity(cleared))
    return check("congestion prices", within.price, "$/MWh", *parts)


def _by_branch(cleared: Cleared) -> Iterator[Missed]:
    """On a tree, or where flows are free, congestion rises by the shadow price of each branch."""
    grid, congestion = cleared.grid, cleared.lmp[MARGIN]
    rise = congestion[grid.end] - congestion[grid.start]
    kept = ~grid.upper_branch if cleared.transmission == DC else np.ones(len(rise), dtype=bool)
    missed = (rise - cleared.flow["shadow_usd_per_mwh"])[kept]
    yield Missed(np.array(grid.branch_names)[kept].tolist(), missed)
    yield Missed(np.array(grid.bus_names)[grid.slack].tolist(), congestion[grid.slack])


def _by_sensitivity(cleared: Cleared) -> Missed:
    """In DC transmission it is -PTDF' shadow, with the slack bus as reference."""
    grid = cleared.grid
    buses = np.flatnonzero(grid.upper_bus & ~grid.slack)
    expected = -ptdf_transposed(cleared, buses) if buses.size else np.zeros((0, 1))
    names = [grid.bus_names[n] for n in buses]
    return Missed(names, cleared.lmp[MARGIN][buses] - expected)


def ptdf_transposed(cleared: Cleared, buses: Places) -> Rows:
    """PTDF' shadow at `buses`: price of what one MW injected there sends over limited branches."""
    grid = cleared.grid
    upper = grid.upper_branch
    incidence: Any = sparse.csc_array(grid.incidence[upper])[:, buses]
    pushed = incidence.T @ sparse.diags_array(grid.stiffness.ravel())
    shadow = cleared.flow["shadow_usd_per_mwh"][upper]
    found: Rows = splu(sparse.csc_array(pushed @ incidence)).solve(pushed @ shadow)
    return found


def boundary_prices_are_bus_prices(cleared: Cleared, within: Tolerances) -> Check:
    """The boundary table repeats the prices of the buses at both of its ends."""
    upper, root = cleared.grid.boundary_buses()
    boundary, bus = cleared.boundary, cleared.lmp[PRICE]
    return check(
        "boundary prices are bus prices", within.price, "$/MWh",
        Missed(boundary.names, boundary[PRICE] - bus[upper]),
        Missed(boundary.names, boundary["dlmp_usd_per_mwh"] - bus[root]),
    )  # fmt: skip
