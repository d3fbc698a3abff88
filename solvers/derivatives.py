"""Values and derivatives of a program with quadratic rows, as linear maps made once.

The Jacobian's entries are linear in x, the Hessian's in the multipliers; Ipopt asks for both at
every step, on a fixed pattern.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from solvers.program import Positions, Products, Program, Vector


@dataclass(frozen=True)
class Derivatives:
    """Callbacks of one program; its costs may change, its rows and the pattern of Q may not."""

    program: Program

    @cached_property
    def products(self) -> Products:
        """The products of the rows; none where all rows are linear."""
        none = np.zeros(0, dtype=np.int64)
        return self.program.products or Products(none, none, none, np.zeros(0))

    @cached_property
    def _entries(self) -> tuple[Positions, Positions, Positions]:
        """Rows and columns of the Jacobian, and the place of each term in it.

        Terms are the linear entries, then the products by their first, by their second column.
        """
        a, p = self.program.matrix.tocoo(), self.products
        rows = np.concatenate([a.row, p.row, p.row]).astype(np.int64)
        columns = np.concatenate([a.col, p.first, p.second]).astype(np.int64)
        key, place = np.unique(rows * self.program.cost.size + columns, return_inverse=True)
        row, column = np.divmod(key, self.program.cost.size)
        return row, column, place

    @property
    def jacobian_pattern(self) -> tuple[Positions, Positions]:
        """Row and column of every entry of the Jacobian."""
        row, column, _ = self._entries
        return row, column

    @cached_property
    def _jacobian_map(self) -> tuple[Vector, sparse.csr_array]:
        """The Jacobian's entries are `constant + map x`."""
        row, _, place = self._entries
        a, p = self.program.matrix.tocoo(), self.products
        count = p.row.size
        constant = np.bincount(place[: a.nnz], a.data, row.size).astype(float)
        first, second = place[a.nnz : a.nnz + count], place[a.nnz + count :]
        rising = sparse.csr_array(
            (
                np.concatenate([p.value, p.value]),
                (np.concatenate([first, second]), np.concatenate([p.second, p.first])),
            ),
            shape=(row.size, self.program.cost.size),
        )
        return constant, rising

    @cached_property
    def _hessian_map(self) -> tuple[Positions, Positions, sparse.csr_array, sparse.csr_array]:
        """Lower triangle: pattern, entries per entry of Q, and entries per multiplier."""
        p, size = self.products, self.program.cost.size
        q = (
            sparse.coo_array((size, size))
            if (own := self.program.quadratic) is None
            else own.tocoo()
        )
        kept = np.flatnonzero(q.row >= q.col)
        high, low = np.maximum(p.first, p.second), np.minimum(p.first, p.second)
        rows = np.concatenate([q.row[kept], high]).astype(np.int64)
        columns = np.concatenate([q.col[kept], low]).astype(np.int64)
        key, place = np.unique(rows * size + columns, return_inverse=True)
        row, column = np.divmod(key, size)
        from_q = (np.ones(kept.size), (place[: kept.size], kept))
        twice = np.where(high == low, 2.0, 1.0) * p.value
        from_rows = (twice, (place[kept.size :], p.row))
        return (
            row,
            column,
            sparse.csr_array(from_q, shape=(key.size, q.nnz)),
            sparse.csr_array(from_rows, shape=(key.size, self.program.row_lower.size)),
        )

    @property
    def hessian_pattern(self) -> tuple[Positions, Positions]:
        """Row and column of every entry of the Lagrangian's Hessian, lower triangle."""
        row, column, _, _ = self._hessian_map
        return row, column

    def objective(self, x: Vector) -> float:
        """Objective without its offset."""
        return self.program.objective(x) - self.program.offset

    def gradient(self, x: Vector) -> Vector:
        """Gradient of the objective."""
        bent = 0.0 if self.program.quadratic is None else self.program.quadratic @ x
        slope: Vector = self.program.cost + bent
        return slope

    def rows(self, x: Vector) -> Vector:
        """Values of the rows."""
        return self.program.activity(x)

    def jacobian(self, x: Vector) -> Vector:
        """Entries of the Jacobian, in the order of its pattern."""
        constant, rising = self._jacobian_map
        values: Vector = constant + rising @ x
        return values

    def hessian(self, factor: float, multipliers: Vector) -> Vector:
        """Entries of the Hessian of `factor` objective + multipliers' rows."""
        _, _, per_entry, per_row = self._hessian_map
        values: Vector = per_row @ multipliers
        if self.program.quadratic is not None:
            values = values + factor * (per_entry @ self.program.quadratic.data)
        return values
