"""Every point once more, as a load flow: balances from currents in branches, not from Jacobians."""

import numpy as np

from security.ac.grid import Complex, Grid
from security.continuation.area_equations import AreaEquations
from security.continuation.equations import UPPER, Linearised

ROOM = 10.0  # the two ways of adding up do not round alike


def worst_mismatch(at: Linearised) -> tuple[float, bool]:
    """The largest power (p.u.) missing at any bus of any area, and whether it is too much."""
    lam, areas = at.point.lam, at.point.areas
    missing = {name: _missing(at.system.equations(name), areas[name].v, lam) for name in areas}
    upper = missing[UPPER]
    base = at.system.upper.grid.base_mva
    for name, bus in at.system.bus_of.items():
        equations = at.system.lower[name]
        upper[bus] += missing[name][equations.grid.slack] * equations.grid.base_mva / base
        missing[name][equations.grid.slack] = 0.0
    worst = {name: _worst(at, name, left) for name, left in missing.items()}
    too_much = (w > ROOM * at.system.equations(name).tolerance for name, w in worst.items())
    return max(worst.values()), any(too_much)


def _missing(equations: AreaEquations, v: Complex, lam: float) -> Complex:
    """What leaves every bus through branches, shunts and loads less what is generated (p.u.)."""
    operation, grid = equations.loading.at(lam), equations.grid
    used = operation.consumed(np.abs(v)) - operation.generation / grid.base_mva
    missing: Complex = _into_branches(grid, v) + used
    return missing


def _into_branches(grid: Grid, v: Complex) -> Complex:
    flow: Complex = np.zeros(v.size, dtype=complex)
    for power, bus in zip(grid.branch_power(v), (grid.start, grid.end), strict=True):
        np.add.at(flow, bus, power / grid.base_mva)
    total: Complex = flow + np.abs(v) ** 2 * np.conj(grid.shunt)
    return total


def _worst(at: Linearised, name: str, left: Complex) -> float:
    """Largest mismatch where power is given: P but at the slack bus, Q where no voltage is held."""
    equations, local = at.system.equations(name), at.point.areas[name]
    operation, base = equations.loading.base, equations.grid.base_mva
    free = np.ones(left.size, dtype=bool)
    free[equations.grid.slacks] = False
    held = np.isfinite(operation.v_set)
    limit = np.where(local.at > 0, operation.q_max, operation.q_min) / base
    at_limit = free & held & (local.at != 0)
    parts = (
        left.real[free],
        left.imag[free & ~held],
        left.imag[at_limit] - (limit - operation.generation.imag / base)[at_limit],
        (np.abs(local.v) - operation.v_set)[free & held & (local.at == 0)],
    )
    return max(float(np.abs(part).max(initial=0.0)) for part in parts)
