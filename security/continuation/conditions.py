"""What closes the equations: a loading, a voltage magnitude or angle, or a reactive power.

V. Ajjarapu, C. Christy, "The Continuation Power Flow: A Tool for Steady State Voltage Stability
Analysis", IEEE Trans. Power Syst. 7(1), 1992 (local parametrisation).
"""

from dataclasses import dataclass

import numpy as np

from security.ac.grid import Real
from security.continuation.area_equations import LinearisedArea
from security.continuation.equations import UPPER, Linearised, Row


@dataclass(frozen=True)
class LoadingAt:
    """The loading has a value."""

    value: float
    leader = UPPER

    def gap(self, at: Linearised, upper: LinearisedArea) -> float:
        """Loading beyond the value."""
        return at.point.lam - self.value

    def row(self, at: Linearised, upper: LinearisedArea) -> Row:
        """Lambda alone."""
        return Row({}, by_lambda=1.0)


@dataclass(frozen=True)
class VoltageAt:
    """A bus's voltage magnitude has a value (p.u.)."""

    area: str
    bus: int
    value: float

    @property
    def leader(self) -> str:
        """Its area."""
        return self.area

    def gap(self, at: Linearised, upper: LinearisedArea) -> float:
        """Voltage beyond the value (p.u.)."""
        return float(abs(at.point.areas[self.area].v[self.bus])) - self.value

    def row(self, at: Linearised, upper: LinearisedArea) -> Row:
        """The magnitude alone."""
        pattern = (upper if self.area == UPPER else at.lower[self.area]).pattern
        term: Real = np.zeros(pattern.size)
        term[pattern.angle.size :][pattern.magnitude == self.bus] = 1.0
        return Row({self.area: term})


@dataclass(frozen=True)
class AngleAt:
    """A bus's voltage angle has a value (rad; in a feeder against its root)."""

    area: str
    bus: int
    value: float

    @property
    def leader(self) -> str:
        """Its area."""
        return self.area

    def gap(self, at: Linearised, upper: LinearisedArea) -> float:
        """Angle beyond the value (rad)."""
        turned = at.point.areas[self.area].v[self.bus] * np.exp(-1j * self.value)
        return float(np.angle(turned))

    def row(self, at: Linearised, upper: LinearisedArea) -> Row:
        """The angle alone."""
        pattern = (upper if self.area == UPPER else at.lower[self.area]).pattern
        term: Real = np.zeros(pattern.size)
        term[: pattern.angle.size][pattern.angle == self.bus] = 1.0
        return Row({self.area: term})


@dataclass(frozen=True)
class ReactiveAt:
    """A bus's reactive generation has a value (Mvar)."""

    area: str
    bus: int
    value: float

    @property
    def leader(self) -> str:
        """Its area."""
        return self.area

    def gap(self, at: Linearised, upper: LinearisedArea) -> float:
        """Generation beyond the value (p.u.)."""
        linear = upper if self.area == UPPER else at.lower[self.area]
        return (linear.reactive(self.bus) - self.value) / linear.equations.grid.base_mva

    def row(self, at: Linearised, upper: LinearisedArea) -> Row:
        """The flow out of the bus and the demand there."""
        linear = upper if self.area == UPPER else at.lower[self.area]
        by_root = 0.0
        if self.area != UPPER:
            v, root = linear.here.v, linear.equations.grid.slack
            y = linear.equations.root_column[self.bus]
            by_root = float((v[self.bus] * np.conj(y * v[root]) / abs(v[root])).imag)
        grown = float(linear.grown[self.bus].imag)
        return Row({self.area: linear.gradient(self.bus).imag}, by_root, grown)
