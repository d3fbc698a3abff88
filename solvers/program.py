"""A convex quadratic program as sparse arrays."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Vector = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Products:
    """Products of columns in rows: entry n adds `value[n] x[first[n]] x[second[n]]` to `row[n]`."""

    row: Positions
    first: Positions
    second: Positions
    value: Vector


@dataclass
class Program:
    """min offset + cost'x + x'Qx/2  s.t.  row_lower <= Ax + P(x) <= row_upper, lower <= x <= upper.

    `products` are the quadratic terms P of the rows; without any, the program is convex if Q is.

    `quadratic` is Q, symmetric with both triangles stored, or None for a linear program.
    `follows` marks columns whose values follow from the others through the equality rows (flows
    and voltages from injections): a simplex starts with them in the basis.
    """

    cost: Vector
    lower: Vector
    upper: Vector
    matrix: sparse.csr_array
    row_lower: Vector
    row_upper: Vector
    quadratic: sparse.csr_array | None = None
    offset: float = 0.0
    follows: NDArray[np.bool_] | None = None
    products: Products | None = None

    @property
    def is_linear(self) -> bool:
        """Whether no column has a quadratic cost and no row a product."""
        bent = self.quadratic is not None and self.quadratic.nnz > 0
        return not bent and self.products is None

    def copy(self) -> "Program":
        """A program whose costs and bounds can be changed without touching this one."""
        return replace(
            self, cost=self.cost.copy(), lower=self.lower.copy(), upper=self.upper.copy()
        )

    def with_columns(self, cost: Vector, entries: sparse.csc_array) -> "Program":
        """The program with further columns >= 0 that have no quadratic cost."""
        count = cost.size
        size = self.cost.size + count
        quadratic = self.quadratic
        if quadratic is not None:
            q = quadratic.tocoo()
            quadratic = sparse.csr_array((q.data, (q.row, q.col)), shape=(size, size))
        return replace(
            self,
            cost=np.concatenate([self.cost, cost]),
            lower=np.concatenate([self.lower, np.zeros(count)]),
            upper=np.concatenate([self.upper, np.full(count, np.inf)]),
            matrix=sparse.csr_array(sparse.hstack([self.matrix, entries])),
            quadratic=quadratic,
            follows=None,
        )

    def with_rows(self, matrix: sparse.csr_array, lower: Vector, upper: Vector) -> "Program":
        """The program with further rows."""
        return replace(
            self,
            matrix=sparse.csr_array(sparse.vstack([self.matrix, matrix])),
            row_lower=np.concatenate([self.row_lower, lower]),
            row_upper=np.concatenate([self.row_upper, upper]),
        )

    def activity(self, x: Vector) -> Vector:
        """Values of the rows at `x`."""
        value: Vector = self.matrix @ x
        if self.products is not None:
            p = self.products
            value = value + np.bincount(p.row, p.value * x[p.first] * x[p.second], value.size)
        return value

    def magnitude(self, x: Vector, activity: Vector) -> Vector:
        """Size of the rows at `x`: products count whatever their sign."""
        size: Vector = np.abs(activity)
        if self.products is not None:
            p = self.products
            size = size + np.bincount(p.row, np.abs(p.value * x[p.first] * x[p.second]), size.size)
        return size

    def slopes(self, x: Vector) -> sparse.csr_array:
        """Derivative of the rows at `x`."""
        if self.products is None:
            return self.matrix
        p = self.products
        rows, columns = np.concatenate([p.row, p.row]), np.concatenate([p.first, p.second])
        values = np.concatenate([p.value * x[p.second], p.value * x[p.first]])
        bent = sparse.csr_array((values, (rows, columns)), shape=self.matrix.shape)
        return sparse.csr_array(self.matrix + bent)

    def objective(self, x: Vector) -> float:
        """Value of the objective at `x`."""
        bent = 0.0 if self.quadratic is None else 0.5 * float(x @ (self.quadratic @ x))
        return self.offset + float(self.cost @ x) + bent


@dataclass(frozen=True)
class Solution:
    """Optimal point: `x` and reduced costs by column, duals by row, objective.

    `dual[r]` is the change of the objective per unit of the limits of row r. No point has an
    objective below `objective - gap`. `held` is the program that has these duals, where columns
    were held for the sake of a choice.
    """

    x: Vector
    dual: Vector
    reduced: Vector
    objective: float
    gap: float
    held: Program | None = None
