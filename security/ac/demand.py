"""Loads that depend on voltage: P = P0 V^n, with derivatives.

A ZIP load is three loads with exponents 0, 1 and 2 at one bus.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from security.ac.grid import Complex, Grid, Places, Real


@dataclass(frozen=True)
class Demand:
    """Loads in MVA at 1 p.u., one entry per bus and pair of exponents."""

    bus: Places
    power: Complex
    n_p: Real
    n_q: Real

    @staticmethod
    def of(grid: Grid, loads: Iterable[tuple[str, complex, float, float]]) -> "Demand":
        """Loads given as (bus, MVA, exponent of P, exponent of Q), added up where alike."""
        total: dict[tuple[int, float, float], complex] = {}
        for bus, power, n_p, n_q in loads:
            key = (grid.position[bus], n_p, n_q)
            total[key] = total.get(key, 0j) + power
        place = np.array([key[0] for key in total], dtype=np.intp)
        n_p, n_q = (np.array([key[n] for key in total], dtype=float) for n in (1, 2))
        return Demand(place, np.array(list(total.values()), dtype=complex), n_p, n_q)

    def at(self, v: Real) -> Complex:
        """Consumption (MVA) of every bus at voltages `v` (p.u.)."""
        return self._summed(self._each(v[self.bus]), v.size)

    def slope(self, v: Real) -> Complex:
        """Change of every bus's consumption with its own voltage (MVA per p.u.)."""
        here = v[self.bus]
        each = self._each(here)
        rising = (self.n_p * each.real + 1j * self.n_q * each.imag) / here
        return self._summed(rising, v.size)

    def scaled(self, factor: float) -> "Demand":
        """All loads times `factor`."""
        return Demand(self.bus, self.power * factor, self.n_p, self.n_q)

    def _each(self, here: Real) -> Complex:
        return self.power.real * here**self.n_p + 1j * self.power.imag * here**self.n_q

    def _summed(self, each: Complex, buses: int) -> Complex:
        real = np.bincount(self.bus, each.real, minlength=buses)
        total: Complex = real + 1j * np.bincount(self.bus, each.imag, minlength=buses)
        return total
