"""A convex quadratic program as sparse arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Vector = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass
class Program:
    """min offset + cost'x + x'Qx/2  s.t.  row_lower <= Ax <= row_upper, lower <= x <= upper.

    `quadratic` is Q, symmetric with both triangles stored, or None for a linear program.
    """

    cost: Vector
    lower: Vector
    upper: Vector
    matrix: sparse.csr_array
    row_lower: Vector
    row_upper: Vector
    quadratic: sparse.csr_array | None = None
    offset: float = 0.0

    @property
    def is_linear(self) -> bool:
        """Whether no column has a quadratic cost."""
        return self.quadratic is None or self.quadratic.nnz == 0

    def objective(self, x: Vector) -> float:
        """Value of the objective at `x`."""
        bent = 0.0 if self.quadratic is None else 0.5 * float(x @ (self.quadratic @ x))
        return self.offset + float(self.cost @ x) + bent


@dataclass(frozen=True)
class Solution:
    """Optimal point: `x` and reduced costs by column, duals by row, objective.

    `dual[r]` is the change of the objective per unit of the limits of row r. No point has an
    objective below `objective - gap`.
    """

    x: Vector
    dual: Vector
    reduced: Vector
    objective: float
    gap: float
