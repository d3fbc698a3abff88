"""Loads that depend on voltage: P = P0 V^n, with derivatives.

A ZIP load is three loads with exponents 0, 1 and 2 at one bus.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from security.ac.grid import Complex, Grid, Places, Real

DIVERGING = np.errstate(all="ignore")  # what is not finite is no solution


@dataclass(frozen=True)
class Demand:
    """Loads in MVA at 1 p.u., one entry per bus and pair of exponents, on `buses` buses."""

    buses: int
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
        exponents = np.array([key[1:] for key in total], dtype=float).reshape(-1, 2)
        sums = np.fromiter(total.values(), complex, len(total))
        return Demand(len(grid.buses), place, sums, exponents[:, 0], exponents[:, 1])

    @staticmethod
    def each(grid: Grid, loads: Sequence[tuple[str, complex, float, float]]) -> "Demand":
        """Loads as given, each with an entry of its own."""
        place = np.array([grid.position[bus] for bus, *_ in loads], dtype=np.intp)
        power = np.array([s for _, s, *_ in loads], dtype=complex)
        exponents = np.array([tuple(n) for _, _, *n in loads], dtype=float).reshape(-1, 2)
        return Demand(len(grid.buses), place, power, exponents[:, 0], exponents[:, 1])

    @cached_property
    def constant(self) -> Complex | None:
        """Consumption of every bus (MVA) where no load depends on voltage; else None."""
        return None if self.n_p.any() or self.n_q.any() else self._summed(self.power)

    def at(self, v: Real) -> Complex:
        """Consumption (MVA) of every bus at voltages `v` (p.u.)."""
        if self.constant is not None:
            return self.constant
        return self._summed(self._each(v[self.bus]))

    def slope(self, v: Real) -> Complex:
        """Change of every bus's consumption with its own voltage (MVA per p.u.)."""
        here = v[self.bus]
        each = self._each(here)
        rising: Complex = np.empty(self.bus.size, dtype=complex)
        rising.real = self.n_p * each.real / here
        rising.imag = self.n_q * each.imag / here
        return self._summed(rising)

    def beside(self, other: "Demand") -> "Demand":
        """These loads and others of the same grid."""
        return Demand(
            self.buses,
            np.concatenate([self.bus, other.bus]),
            np.concatenate([self.power, other.power]),
            np.concatenate([self.n_p, other.n_p]),
            np.concatenate([self.n_q, other.n_q]),
        )

    def scaled(self, factor: float) -> "Demand":
        """All loads times `factor`."""
        return Demand(self.buses, self.bus, self.power * factor, self.n_p, self.n_q)

    @DIVERGING
    def _each(self, here: Real) -> Complex:
        each: Complex = np.empty(self.bus.size, dtype=complex)
        each.real = self.power.real * here**self.n_p
        each.imag = self.power.imag * here**self.n_q
        return each

    def _summed(self, each: Complex) -> Complex:
        total: Complex = np.zeros(self.buses, dtype=complex)
        total.real = np.bincount(self.bus, each.real, minlength=self.buses)
        total.imag = np.bincount(self.bus, each.imag, minlength=self.buses)
        return total
