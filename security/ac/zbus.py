"""Power flow of a feeder by the implicit Z-bus method: one dense matrix, no derivatives.

J.-H. Teng, "A Direct Approach for Distribution System Load Flow Solutions", IEEE Trans. Power
Deliv. 18(3), 2003. It contracts where loads are light against the short-circuit power, which
most feeders are; otherwise, and where generators hold voltages, Newton's method is asked.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from security.ac.demand import DIVERGING
from security.ac.grid import Complex, Grid, Real
from security.ac.newton import Operation

TOLERANCE = 1e-13  # p.u., largest change of a voltage
SLOPE_TOLERANCE = 1e-9  # p.u. per p.u.
MAX_STEPS = 60


@dataclass(frozen=True)
class ZBus:
    """The feeder's impedance matrix, seen from its root."""

    grid: Grid

    @cached_property
    def inner(self) -> NDArray[np.intp]:
        """Positions of the buses but the root."""
        return np.flatnonzero(np.arange(len(self.grid.buses)) != self.grid.slack)

    @cached_property
    def impedance(self) -> Complex:
        """Voltage of the inner buses per current injected there (p.u.); nan where it is endless."""
        inside = self.grid.y_bus[self.inner][:, self.inner].toarray()
        try:
            found: Complex = np.linalg.inv(inside)
        except np.linalg.LinAlgError:
            return np.full_like(inside, np.nan)
        return found

    @cached_property
    def transfer(self) -> Complex:
        """Voltage of the inner buses per voltage of the root, without injections."""
        column = self.grid.y_bus[self.inner][:, [self.grid.slack]].toarray()[:, 0]
        found: Complex = -self.impedance @ column
        return found

    @cached_property
    def root_row(self) -> Complex:
        """Row of the bus admittance matrix at the root."""
        row: Complex = self.grid.y_bus[[self.grid.slack]].toarray()[0]
        return row

    @DIVERGING
    def solve(self, operation: Operation, v_root: float, start: Complex | None) -> Complex | None:
        """Voltages of all buses; None where the iteration does not settle."""
        inner, base = self.inner, self.grid.base_mva
        given = operation.generation[inner] / base
        unloaded = self.transfer * v_root
        v = unloaded if start is None else start[inner]
        size = np.ones(len(self.grid.buses))
        size[self.grid.slack] = v_root
        injected = given - operation.consumed(size)[inner]
        fixed = operation.is_constant
        for _ in range(MAX_STEPS):
            if not fixed:
                size[inner] = np.abs(v)
                injected = given - operation.consumed(size)[inner]
            now = unloaded + self.impedance @ np.conj(injected / v)
            change = float(np.abs(now - v).max(initial=0.0))
            v = now
            if change < TOLERANCE:
                return self._whole(v, v_root)
            if not math.isfinite(change):
                return None
        return None

    @DIVERGING
    def slope(self, operation: Operation, v: Complex) -> complex | None:
        """Change of the power drawn at the root with its voltage (MVA per p.u.).

        None where the iteration does not settle.
        """
        inner, base = self.inner, self.grid.base_mva
        size: Real = np.abs(v)
        here = v[inner]
        injected = operation.generation[inner] / base - operation.consumed(size)[inner]
        steep = operation.slope(size)[inner] / here
        turned, bend = np.conj(here) / size[inner], injected / here**2
        moved = self.transfer
        for _ in range(MAX_STEPS):
            bent = bend * moved
            if not operation.is_constant:
                bent = bent + steep * (turned * moved).real
            now = self.transfer - self.impedance @ np.conj(bent)
            change = float(np.abs(now - moved).max(initial=0.0))
            moved = now
            if change < SLOPE_TOLERANCE:
                return self._root_slope(v, self._whole(moved, 1.0))
            if not math.isfinite(change):
                return None
        return None

    def _root_slope(self, v: Complex, moved: Complex) -> complex:
        current, change = self.root_row @ v, self.root_row @ moved
        root = v[self.grid.slack]
        return complex(np.conj(current) + root * np.conj(change)) * self.grid.base_mva

    def _whole(self, inner: Complex, root: float) -> Complex:
        v = np.empty(len(self.grid.buses), dtype=complex)
        v[self.grid.slack], v[self.inner] = root, inner
        return v
