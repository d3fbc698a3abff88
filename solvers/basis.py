"""Where a simplex begins: the basis in which what follows from injections is basic.

Flows and voltages of a network follow from its injections through equality rows. With them in
the basis the start is triangular, and the simplex has only the market to decide.
R. E. Bixby, "Implementing the simplex method: the initial basis", ORSA J. Comput. 4(3), 1992.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from solvers.program import Program

LOWER, BASIC, FREE = 0, 1, 3  # status codes of a column or row


@dataclass(frozen=True)
class Basis:
    """Status of every column and row."""

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]


def crash(program: Program) -> Basis | None:
    """Basis of the columns that follow, and of the rows that no such column can fill.

    None where the program marks no columns, or more of them than rows can determine.
    """
    follows = program.follows
    if follows is None or not follows.any():
        return None
    columns = np.where(np.isfinite(program.lower), LOWER, FREE)
    columns[follows] = BASIC
    loose = program.row_lower != program.row_upper
    equal = np.flatnonzero(~loose)
    if follows.sum() < equal.size:
        loose[equal[_unfilled(program, equal, np.flatnonzero(follows))]] = True
    if follows.sum() + loose.sum() != loose.size:
        return None
    return Basis(columns.astype(np.int8), np.where(loose, BASIC, LOWER).astype(np.int8))


def _unfilled(
    program: Program, rows: NDArray[np.int64], following: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which of the rows no column that follows can be paired with."""
    pattern = sparse.csr_array(program.matrix[rows][:, following])
    return maximum_bipartite_matching(pattern, perm_type="column") < 0
