"""Sparse factors of matrices whose pattern is symmetric, as Jacobians of the power flow have.

The order of elimination is that of minimum degree; it belongs to the pattern and is found once.
A. George, J. W. H. Liu, "The Evolution of the Minimum Degree Ordering Algorithm", SIAM Review
31(1), 1989.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from security.ac.grid import Places, Real

PIVOT = 0.1  # a diagonal entry this large beside its column's greatest stays the pivot


class Singular(ArithmeticError):
    """A matrix has no factors."""


Order = Literal["NATURAL", "MMD_AT_PLUS_A"]


def factors(matrix: Any, order: Order = "MMD_AT_PLUS_A") -> Any:
    """Factors of a sparse matrix; raises Singular where it is exactly singular."""
    try:
        return splu(matrix, permc_spec=order, diag_pivot_thresh=PIVOT)
    except RuntimeError as error:
        raise Singular(str(error)) from error


def determinant_sign(lu: Any) -> int:
    """Sign of the determinant of a matrix, from its factors."""
    negative = int(np.count_nonzero(lu.U.diagonal() < 0))
    odd = (negative + _transpositions(lu.perm_r) + _transpositions(lu.perm_c)) % 2
    return -1 if odd else 1


def _transpositions(permutation: Places) -> int:
    """How many exchanges of two make a permutation."""
    moved = np.flatnonzero(permutation != np.arange(permutation.size))
    if not moved.size:
        return 0
    to = np.searchsorted(moved, permutation[moved])
    ways: Any = sparse.csr_array((np.ones(moved.size), to, np.arange(moved.size + 1)))
    cycles, _ = connected_components(ways, directed=False)
    return moved.size - int(cycles)


@dataclass(frozen=True)
class Factors:
    """Factors in an order of elimination."""

    lu: Any
    order: Places

    def solve(self, right: Real) -> Real:
        """Solution for one right-hand side, or one per column."""
        solved = np.empty_like(right)
        solved[self.order] = self.lu.solve(right[self.order])
        return solved

    @property
    def determinant_sign(self) -> int:
        """Sign of the matrix's determinant; rows and columns are reordered alike."""
        return determinant_sign(self.lu)


@dataclass(frozen=True)
class Elimination:
    """Order of elimination of one pattern, and where its entries stand in that order.

    `take` are the positions of the entries among those of the pattern; `matrix` holds the last.
    """

    order: Places
    take: Places
    matrix: Any

    @staticmethod
    def of(indices: Places, starts: Places) -> "Elimination":
        """Order of a pattern of compressed columns, which holds the whole diagonal."""
        size = starts.size - 1
        columns = np.repeat(np.arange(size), np.diff(starts))
        dominant = np.where(indices == columns, 2.0 * size, 1.0)
        order = np.argsort(factors(sparse.csc_array((dominant, indices, starts))).perm_c)
        place = np.argsort(order)
        rows, columns = place[indices], place[columns]
        take = np.lexsort((rows, columns))
        ends = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=size))])
        parts = (dominant, rows[take].astype(np.intc), ends.astype(np.intc))
        return Elimination(order, take, sparse.csc_array(parts, shape=(size, size)))

    def factors(self, values: Real) -> Factors:
        """Factors for values of the pattern; raises Singular where they are singular."""
        self.matrix.data = values[self.take]
        return Factors(factors(self.matrix, "NATURAL"), self.order)
