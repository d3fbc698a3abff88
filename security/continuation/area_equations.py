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

from security.ac.elimination import Factors
from security.ac.grid import Complex, Grid, Real
from security.ac.jacobian import Pattern
from security.ac.newton import Consumption, Newton, Operation
from security.continuation.loading import Loading

Limits = NDArray[np.int8]


@dataclass(frozen=True)
class AreaState:
    """Where an area stands: voltages (p.u., complex) and which buses stand at a reactive limit."""

    v: Complex
    at: Limits


@dataclass
class AreaEquations:
    """The equations of one area: network, loading and solver (which keeps patterns)."""

    loading: Loading
    newton: Newton

    @staticmethod
    def of(loading: Loading) -> "AreaEquations":
        """The area of a loading."""
        return AreaEquations(loading, Newton(loading.grid))

    @property
    def grid(self) -> Grid:
        """The area's grid."""
        return self.loading.grid

    def linear(
        self,
        here: AreaState,
        lam: float,
        beside: Sequence[Consumption] = (),
        rate: Complex | float = 0.0,
    ) -> "LinearisedArea":
        """The equations at a point; `beside` is drawn too, and grows by `rate` (MVA)."""
        operation = self.loading.at(lam, beside)
        pattern = self.newton.pattern(operation, here.at)
        size = np.abs(here.v)
        grown = (self.loading.rate(size) + rate) / self.grid.base_mva
        return LinearisedArea(self, here, lam, operation, pattern, grown)

    @property
    def tolerance(self) -> float:
        """Mismatch (p.u.) that counts as none."""
        return self.newton.tolerance

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
class LinearisedArea:
    """An area's equations at one point; `grown` is net consumption per unit of lambda (p.u.)."""

    equations: AreaEquations
    here: AreaState
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
        return self.pattern.mismatch(self.equations.grid.y_bus.data, v, injected)

    @property
    def jacobian(self) -> Any:
        """Derivative of the mismatch by the unknowns."""
        v = self.here.v
        slope = self.operation.slope(np.abs(v))
        return self.pattern.jacobian(self.equations.grid.y_bus.data, v, slope)

    @property
    def factors(self) -> Factors:
        """Factors of the same; raises Singular where it is exactly singular."""
        v = self.here.v
        slope = self.operation.slope(np.abs(v))
        return self.pattern.factors(self.equations.grid.y_bus.data, v, slope)

    @property
    def by_loading(self) -> Real:
        """Derivative of the mismatch by lambda."""
        grown, p = self.grown, self.pattern
        return np.concatenate([grown.real[p.angle], grown.imag[p.magnitude]])

    def gradient(self, bus: int) -> Complex:
        """Derivative of a bus's flow into the network (p.u.) by the unknowns."""
        v, p = self.here.v, self.pattern
        row: Complex = self.equations.grid.y_bus[[bus]].toarray()[0]
        each = v[bus] * np.conj(row * v)
        power = each.sum()
        by_angle, by_size = -1j * each, each / np.abs(v)
        by_angle[bus] += 1j * power
        by_size[bus] += power / abs(v[bus])
        return np.concatenate([by_angle[p.angle], by_size[p.magnitude]])

    @cached_property
    def generation(self) -> Complex:
        """Generation of every bus (MVA): what flows off and what is consumed."""
        v, grid = self.here.v, self.equations.grid
        flow: Complex = v * np.conj(grid.y_bus @ v) + self.operation.consumed(np.abs(v))
        return flow * grid.base_mva

    def reactive(self, bus: int) -> float:
        """Reactive generation (Mvar) at a bus."""
        return float(self.generation[bus].imag)

    @property
    def by_root(self) -> Real:
        """Derivative of the mismatch by the voltage magnitude of the slack bus."""
        v, p, root = self.here.v, self.pattern, self.equations.grid.slack
        each = v * np.conj(self.equations.root_column * v[root]) / abs(v[root])
        return np.concatenate([each.real[p.angle], each.imag[p.magnitude]])

    @property
    def v_root(self) -> complex:
        """Voltage of the slack bus (p.u.)."""
        return complex(self.here.v[self.equations.grid.slack])

    @property
    def power(self) -> complex:
        """Power drawn at the slack bus (MVA): what flows in and its own net consumption."""
        root = self.equations.grid.slack
        own = self._root_flows.sum() * self.equations.grid.base_mva
        used = self.operation.consumed(np.abs(self.here.v))[root] * self.equations.grid.base_mva
        return complex(own + used - self.operation.generation[root])

    @property
    def drawn_by_loading(self) -> complex:
        """Its derivative by lambda (MVA), voltages as they are."""
        return complex(self.grown[self.equations.grid.slack]) * self.equations.grid.base_mva

    @cached_property
    def solved(self) -> tuple[Real, int]:
        """Change of the unknowns that closes the mismatch, per p.u. at the root, per lambda.

        With it the sign of the Jacobian's determinant. Raises Singular where the feeder stands
        exactly at its own nose.
        """
        right = np.stack([self.off, self.by_root, self.by_loading], axis=1)
        found = self.factors
        return -found.solve(right), found.determinant_sign

    def drawn(self, columns: Real) -> Complex:
        """Power (MVA) drawn after the first change of the unknowns, and its slopes.

        The second column is the change with the boundary voltage, the third with lambda.
        """
        root, flows, p = self.equations.grid.slack, self._root_flows, self.pattern
        sizes = np.abs(self.here.v)
        row = np.concatenate([(-1j * flows)[p.angle], (flows / sizes)[p.magnitude]])
        moved: Complex = self.equations.grid.base_mva * np.matmul(row, columns, dtype=complex)
        steep = (flows.sum() + flows[root]) / sizes[root] + self.operation.slope(sizes)[root]
        moved[0] += self.power
        moved[1] += steep * self.equations.grid.base_mva
        return moved

    @cached_property
    def _root_flows(self) -> Complex:
        """What flows from the slack bus by every other bus's voltage (p.u.)."""
        v, root = self.here.v, self.equations.grid.slack
        flows: Complex = v[root] * np.conj(self.equations.root_row * v)
        return flows

    def moved(self, step: Real) -> Complex:
        """Voltages after a step of the unknowns."""
        return self.pattern.moved(self.here.v, step)
