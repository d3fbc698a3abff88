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
from scipy import sparse

from security.ac.elimination import Factors, determinant_sign, factors
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
    def factors(self) -> Factors:
        """Factors of the same; raises Singular where it is exactly singular."""
        v = self.here.v
        slope = self.operation.slope(np.abs(v))
        return self.pattern.factors(self.side.grid.y_bus.data, v, slope)

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

    @property
    def by_root(self) -> Real:
        """Derivative of the mismatch by the voltage magnitude of the slack bus."""
        v, p, root = self.here.v, self.pattern, self.side.grid.slack
        each = v * np.conj(self.side.root_column * v[root]) / abs(v[root])
        return np.concatenate([each.real[p.angle], each.imag[p.magnitude]])

    @property
    def v_root(self) -> complex:
        """Voltage of the slack bus (p.u.)."""
        return complex(self.here.v[self.side.grid.slack])

    @property
    def power(self) -> complex:
        """Power drawn at the slack bus (MVA): what flows in and its own net consumption."""
        root = self.side.grid.slack
        own = self._root_flows.sum() * self.side.grid.base_mva
        used = self.operation.consumed(np.abs(self.here.v))[root] * self.side.grid.base_mva
        return complex(own + used - self.operation.generation[root])

    @property
    def drawn_by_loading(self) -> complex:
        """Its derivative by lambda (MVA), voltages as they are."""
        return complex(self.grown[self.side.grid.slack]) * self.side.grid.base_mva

    @cached_property
    def solved(self) -> tuple[Real, int]:
        """Change of the unknowns that closes the mismatch, per p.u. at the root, per lambda.

        With it the sign of the Jacobian's determinant. Raises Singular where the feeder stands
        exactly at its own nose.
        """
        sides = np.stack([self.off, self.by_root, self.by_loading], axis=1)
        found = self.factors
        return -found.solve(sides), found.determinant_sign

    def drawn(self, columns: Real) -> Complex:
        """Power (MVA) drawn after the first change of the unknowns, and its slopes.

        The second column is the change with the boundary voltage, the third with lambda.
        """
        root, flows, p = self.side.grid.slack, self._root_flows, self.pattern
        sizes = np.abs(self.here.v)
        row = np.concatenate([(-1j * flows)[p.angle], (flows / sizes)[p.magnitude]])
        moved: Complex = self.side.grid.base_mva * np.matmul(row, columns, dtype=complex)
        steep = (flows.sum() + flows[root]) / sizes[root] + self.operation.slope(sizes)[root]
        moved[0] += self.power
        moved[1] += steep * self.side.grid.base_mva
        return moved

    @cached_property
    def _root_flows(self) -> Complex:
        """What flows from the slack bus by every other bus's voltage (p.u.)."""
        v, root = self.here.v, self.side.grid.slack
        flows: Complex = v[root] * np.conj(self.side.root_row * v)
        return flows

    def moved(self, step: Real) -> Complex:
        """Voltages after a step of the unknowns."""
        return self.pattern.moved(self.here.v, step)


@dataclass(frozen=True)
class Closing:
    """An equation that closes the system, linear in an area's unknowns: its terms must be `right`.

    `by_root` belongs to the boundary voltage of the area, `by_lambda` to the loading.
    """

    term: Real
    by_root: float
    by_lambda: float
    right: float


@dataclass
class Eliminated:
    """A feeder's equations with its own voltages solved for boundary voltage and loading.

    `columns` hold the change of the unknowns: what closes the mismatch, then per p.u. of boundary
    voltage, then per unit of lambda. `power`, `slope` and `rate` are what it tells the boundary
    (MVA; per p.u.; per unit of lambda), `sign` that of the determinant of what it eliminated. A
    feeder that `leads` has solved lambda as well: `lam` is its change and the slope of that in the
    boundary voltage.
    """

    columns: Real
    power: complex
    slope: complex
    rate: complex
    sign: int
    lam: tuple[float, float] | None = None

    @staticmethod
    def of(linear: Linear, share: float = 1.0) -> "Eliminated":
        """Eliminate, closing a `share` of the mismatch.

        Raises Singular where the feeder stands exactly at its own nose.
        """
        solved, sign = linear.solved
        columns = solved * np.array([share, 1.0, 1.0])
        drawn = linear.drawn(columns)
        return Eliminated(columns, drawn[0], drawn[1], drawn[2] + linear.drawn_by_loading, sign)

    @staticmethod
    def leading(linear: Linear, closing: Closing, share: float = 1.0) -> "Eliminated":
        """Eliminate the loading too by an equation of the feeder's own.

        It stays regular at the feeder's nose.
        """
        whole = bordered(linear.jacobian, linear.by_loading, closing.term, closing.by_lambda)
        sides = [
            np.append(-share * linear.off, closing.right),
            np.append(-linear.by_root, -closing.by_root),
        ]
        lu = factors(whole)
        solved, sign = lu.solve(np.stack(sides, axis=1)), determinant_sign(lu)
        columns = np.column_stack([solved[:-1], np.zeros(linear.pattern.size)])
        lam = solved[-1]
        drawn = linear.drawn(columns)
        drawn[:2] += linear.drawn_by_loading * lam
        return Eliminated(columns, drawn[0], drawn[1], 0j, sign, (float(lam[0]), float(lam[1])))

    def step(self, by_root: float, by_loading: float) -> Real:
        """Change of the unknowns for changes of boundary voltage and loading."""
        step: Real = self.columns @ np.array([1.0, by_root, by_loading])
        return step


def bordered(matrix: Any, column: Real, row: Real, corner: float) -> sparse.csc_array:
    """The matrix with one more column and one more row."""
    size = column.size
    places = np.flatnonzero(row)
    before = matrix.indptr[places + 1]
    data = np.insert(matrix.data, before, row[places])
    indices = np.insert(matrix.indices, before, size)
    more = np.cumsum(np.bincount(places, minlength=size))
    starts = np.concatenate([[0], matrix.indptr[1:] + more, [data.size + size + 1]])
    data = np.concatenate([data, column, [corner]])
    indices = np.concatenate([indices, np.arange(size + 1)])
    return sparse.csc_array((data, indices, starts), shape=(size + 1, size + 1))
