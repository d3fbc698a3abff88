"""What follows from the rest, solved out of programs that have their rows in common.

E. D. Andersen, K. D. Andersen, "Presolving in linear programming", Math. Program. 71, 1995, on
free columns; H. G. Bock, K. J. Plitt, IFAC Proc. Vol. 17(2), 1984, call it condensing.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from solvers.blocks import Blocks
from solvers.program import Positions, Vector

NOTHING = 1e-13  # of an entry: what rounding leaves of a zero
AT_ONCE = 64  # rows whose entries are worked out together
WORTH_IT = 200  # columns; fewer are sooner solved than solved out


@dataclass(frozen=True)
class Condensation:
    """Columns that follow from others through equality rows, and what both leave behind.

    What follows are `columns` through rows `equal`, and the activity of rows `loose` in which they
    stand. Columns `kept` and rows `rows` stay, with entries `matrix`. With x the columns that stay
    and y what follows, `blocks` y + `brings` x is constant; `enters` are the entries of y in the
    rows that stay.
    """

    columns: Positions
    equal: Positions
    loose: Positions
    kept: Positions
    rows: Positions
    blocks: Blocks
    brings: sparse.csr_array
    enters: sparse.csr_array
    matrix: sparse.csr_array

    @classmethod
    def of(
        cls, matrix: sparse.csr_array, is_equal: NDArray[np.bool_], follows: NDArray[np.bool_]
    ) -> Self | None:
        """The columns `follows` solved out of equality rows; None if these do not determine them.

        `matrix` has the entries of all rows, of which `is_equal` marks equalities.
        """
        columns, kept = np.flatnonzero(follows), np.flatnonzero(~follows)
        following, others = (sparse.csr_array(matrix[:, c]) for c in (columns, kept))
        equal = np.flatnonzero(is_equal)
        paired = maximum_bipartite_matching(sparse.csr_array(following[equal]), perm_type="row")
        if (paired < 0).any():
            return None
        equal = np.sort(equal[paired])
        loose = np.flatnonzero(~is_equal & (np.diff(following.indptr) > 0))
        own = -sparse.eye_array(loose.size)
        square: Any = [[following[equal], None], [following[loose], own]]
        blocks = Blocks.of(sparse.csr_array(sparse.block_array(square)))
        if blocks is None:
            return None
        by = np.concatenate([equal, loose])
        rows = np.setdiff1d(np.arange(is_equal.size), by)
        brings, blank = others[by], sparse.csr_array((rows.size, loose.size))
        enters = sparse.csr_array(sparse.hstack([following[rows], blank]))
        left = sparse.csr_array(others[rows] + _through(blocks, brings, enters))
        return cls(columns, equal, loose, kept, rows, blocks, brings, enters, left)

    @cached_property
    def _brought(self) -> sparse.csr_array:
        return sparse.csr_array(self.brings.T)

    @property
    def size(self) -> int:
        """Number of values that follow."""
        return self.columns.size + self.loose.size

    def constant(self, equal: Vector) -> Vector:
        """What follows where all columns that stay are zero, by what the rows `equal` are."""
        return self.blocks.solve(np.concatenate([equal, np.zeros(self.loose.size)]))

    def moved(self, x: Vector) -> Vector:
        """By how much what follows differs from its constant."""
        return -self.blocks.solve(self.brings @ x)

    def entries(self, which: Positions) -> sparse.csr_array:
        """What follows, as rows of the columns that stay."""
        at = (np.arange(which.size), which)
        chosen = sparse.csr_array((np.ones(which.size), at), shape=(which.size, self.size))
        return _through(self.blocks, self.brings, chosen)

    def priced(self, cost: Vector) -> Vector:
        """Cost of the columns that stay for what follows from them, by costs of what follows."""
        return np.asarray(-(self._brought @ self.blocks.solve(cost, "T")))


@dataclass(frozen=True)
class Following:
    """Columns that may be solved out of programs with these entries and equality rows."""

    matrix: sparse.csr_array
    is_equal: NDArray[np.bool_]
    columns: NDArray[np.bool_]

    @cached_property
    def condensation(self) -> Condensation | None:
        """What is left without them; None where they are too few, or not determined."""
        if np.count_nonzero(self.columns) < WORTH_IT:
            return None
        return Condensation.of(self.matrix, self.is_equal, self.columns)


def _through(
    blocks: Blocks, brings: sparse.csr_array, enters: sparse.csr_array
) -> sparse.csr_array:
    """Entries of what follows as entries of the columns that it follows from."""
    filled = np.flatnonzero(np.diff(enters.indptr))
    weights = [sparse.csr_array((0, enters.shape[1]))]
    for start in range(0, filled.size, AT_ONCE):
        some = enters[filled[start : start + AT_ONCE]].toarray()
        solved = np.array([blocks.solve(row, "T") for row in some])
        solved[np.abs(solved) < NOTHING] = 0.0
        weights.append(sparse.csr_array(solved))
    entries = sparse.coo_array(sparse.vstack(weights) @ brings)
    places = filled[entries.row], entries.col
    return sparse.csr_array((-entries.data, places), shape=(enters.shape[0], brings.shape[1]))
