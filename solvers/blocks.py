"""Square matrices made of blocks that are alike, factorised once for all of them."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import SuperLU, splu

from solvers.program import Positions, Vector


@dataclass(frozen=True)
class Blocks:
    """A square matrix A whose blocks stand at `rows` and `columns`, shape (size, blocks)."""

    rows: Positions
    columns: Positions
    factors: SuperLU

    @classmethod
    def of(cls, matrix: sparse.csr_array) -> Self | None:
        """The blocks of a matrix, or the whole as one where they differ; None if singular."""
        rows, columns = _places(matrix)
        first = sparse.csc_matrix(matrix[rows[:, 0]][:, columns[:, 0]])
        try:
            return cls(rows, columns, splu(first))
        except RuntimeError:  # singular
            return None

    def solve(self, right: Vector, trans: Literal["N", "T"] = "N") -> Vector:
        """The x of A x = right, or with "T" of A'x = right."""
        into, out = (self.columns, self.rows) if trans == "N" else (self.rows, self.columns)
        found = np.empty_like(right)
        found[into] = self.factors.solve(right[out], trans)  # type: ignore[call-overload]
        return found


def _places(matrix: sparse.csr_array) -> tuple[Positions, Positions]:
    """Rows and columns of the blocks, shape (size, blocks), in an order in which all are alike."""
    size = matrix.shape[0]
    entries = matrix.tocoo()
    ends = (entries.row, size + entries.col)
    both = sparse.csr_array((np.ones(entries.nnz), ends), shape=(2 * size, 2 * size))
    count, label = connected_components(both, directed=False)
    whole = np.arange(size)[:, None]
    if size % count or (np.bincount(label) != 2 * size // count).any():
        return whole, whole
    rows, columns = (
        np.argsort(part, kind="stable").reshape(count, -1).T
        for part in (label[:size], label[size:])
    )
    first = matrix[rows[:, 0]][:, columns[:, 0]]
    alike = sparse.kron(sparse.eye_array(count), first)
    if abs(matrix[rows.T.ravel()][:, columns.T.ravel()] - alike).nnz:
        return whole, whole
    return rows, columns
