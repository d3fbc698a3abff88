"""One area's power flow equations with the loading as an unknown, linear at a point.

A feeder eliminates its own voltages and tells the boundary what its power becomes: the value, its
slope in the boundary voltage and its slope in the loading. Those are the Schur complement of the
merged network's equations, so transmission's step is the merged network's step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import splu

from security.ac.grid import Complex, Grid, Real
from security.ac.jacobian import Pattern
from security.ac.newton import Consumption, Newton, Operation
from security.continuation.loading import Loading

Limits = NDArray[np.int8]


@dataclass(frozen=True)
class Local:
    """Where an area stands: voltages (p.u., complex) and which buses stand at a reactive limit."""

    v: Complex
    at: Limits


@dataclass
class Side:
    """The equations of one area: network, loading and solver (which keeps patterns)."""

    loading: Loading
    newton: Newton

    @staticmethod
    def of(loading: Loading) -> "Side":
        """The area of a loading."""
        return Side(loading, Newton(loading.grid))

    @property
    def grid(self) -> Grid:
        """The area's grid."""
        return self.loading.grid

    def linear(
        self,
        here: Local,
        lam: float,
        beside: Sequence[Consumption] = (),
        rate: Complex | float = 0.0,
    ) -> "Linear":
        """The equations at a point; `beside` is drawn too, and grows by `rate` (MVA)."""
        operation = self.loading.at(lam, beside)
        pattern = self.newton.pattern(operation, here.at)
        size = np.abs(here.v)
        grown = (self.loading.rate(size) + rate) / self.grid.base_mva
        return Linear(self, here, lam, operation, pattern, grown)

    @cached_property
    def root_row(self) -> Complex:
        """Admittances between the slack bus and every bus."""
        row: Complex = self.grid.y_bus[[self.grid.slack]].toarray()[0]
        return row

    @cached_property
    def root_column(self) -> Complex:
        """Admittances between every bus and the slack bus."""
        column: Complex = self.grid.y_bus[:, [self.grid.slack]].toarray()[:, 0]
        return column


@dataclass
class Linear:
    """An area's equations at one point; `grown` is net consumption per unit of lambda (p.u.)."""

    side: Side
    here: Local
    lam: float
    operation: Operation
    pattern: Pattern
    grown: Complex

    @cached_property
    def off(self) -> Real:
        """Mismatch of every equation (p.u.)."""
        given = self.operation.given(self.here.at)
        v = self.here.v
        injected = given - self.operation.consumed(np.abs(v))
        return self.pattern.mismatch(self.side.grid.y_bus.data, v, injected)

    @property
    def jacobian(self) -> Any:
        """Derivative of the mismatch by the unknowns."""
        v = self.here.v
        slope = self.operation.slope(np.abs(v))
        return self.pattern.jacobian(self.side.grid.y_bus.data, v, slope)

    @property
    def by_loading(self) -> Real:
        """Derivative of the mismatch by lambda."""
        grown, p = self.grown, self.pattern
        return np.concatenate([grown.real[p.angle], grown.imag[p.magnitude]])

    def gradient(self, bus: int) -> Complex:
        """Derivative of a bus's flow into the network (p.u.) by the unknowns."""
        v, p = self.here.v, self.pattern
        row: Complex = self.side.grid.y_bus[[bus]].toarray()[0]
        each = v[bus] * np.conj(row * v)
        power = each.sum()
        by_angle, by_size = -1j * each, each / np.abs(v)
        by_angle[bus] += 1j * power
        by_size[bus] += power / abs(v[bus])
        return np.concatenate([by_angle[p.angle], by_size[p.magnitude]])

    @cached_property
    def generation(self) -> Complex:
        """Generation of every bus (MVA): what flows off and what is consumed."""
        v, grid = self.here.v, self.side.grid
        flow: Complex = v * np.conj(grid.y_bus @ v) + self.operation.consumed(np.abs(v))
        return flow * grid.base_mva

    def reactive(self, bus: int) -> float:
        """Reactive generation (Mvar) at a bus."""
        return float(self.generation[bus].imag)

    def moved(self, step: Real) -> Complex:
        """Voltages after a step of the unknowns."""
        return self.pattern.moved(self.here.v, step)


@dataclass
class Eliminated:
    """A feeder's equations with its own voltages solved for boundary voltage and loading.

    `columns` hold the change of the unknowns: what closes the mismatch, then per p.u. of boundary
    voltage, then per unit of lambda. `power`, `slope` and `rate` are what it tells the boundary
    (MVA; per p.u.; per unit of lambda).
    """

    linear: Linear
    columns: Real
    power: complex
    slope: complex
    rate: complex

    @staticmethod
    def of(linear: Linear) -> "Eliminated":
        """Eliminate; raises RuntimeError where the feeder stands exactly at its own nose."""
        side, v, p = linear.side, linear.here.v, linear.pattern
        root = side.grid.slack
        size = abs(v[root])
        by_root = v * np.conj(side.root_column * v[root]) / size
        by_root[root] = 0.0
        into_mismatch = np.concatenate([by_root.real[p.angle], by_root.imag[p.magnitude]])
        sides = np.stack([linear.off, into_mismatch, linear.by_loading], axis=1)
        columns = -splu(linear.jacobian).solve(sides)
        flows = v[root] * np.conj(side.root_row * v)
        own = flows.sum()
        row = np.concatenate(
            [(-1j * flows)[p.angle], (flows / np.abs(v))[p.magnitude]]
        )  # the root itself is no unknown
        moved = row @ columns
        slope_own = own / size + flows[root] / size
        operation, base = linear.operation, side.grid.base_mva
        sizes = np.abs(v)
        used = operation.consumed(sizes)[root] - operation.generation[root] / base
        slope_used = operation.slope(sizes)[root]
        return Eliminated(
            linear,
            columns,
            complex(own + used + moved[0]) * base,
            complex(slope_own + slope_used + moved[1]) * base,
            complex(linear.grown[root] + moved[2]) * base,
        )

    def step(self, closing: float, by_root: float, by_loading: float) -> Real:
        """Change of the unknowns for these shares of the three columns."""
        step: Real = self.columns @ np.array([closing, by_root, by_loading])
        return step
