"""Solutions of a factorised system of which a few entries have changed.

O. Alsac, B. Stott, W. F. Tinney, "Sparsity-oriented compensation methods for modified network
solutions", IEEE Trans. Power Appar. Syst. 102(5), 1983.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from security.ac.grid import Places, Real

Solver = Callable[[Real], Real]


class Factorised:
    """A square sparse matrix over some of the buses, factorised once."""

    def __init__(self, matrix: Any, buses: Places) -> None:
        self.buses = buses
        self._place = np.full(matrix.shape[0], -1)
        self._place[buses] = np.arange(buses.size)
        self._lu = splu(sparse.csc_array(matrix)[:, buses][buses]) if buses.size else None

    def solve(self, right: Real) -> Real:
        """Solution for a right-hand side of shape (buses,) or (buses, cases)."""
        if self._lu is None:
            return right
        solution: Real = self._lu.solve(right)
        return solution

    def without(self, at: Places, part: Real) -> Solver:
        """Solver of the matrix less `part` (square) at the buses `at` (each named once).

        Less than that the matrix must not be singular, as it is after an outage that leaves an
        island.
        """
        kept = np.flatnonzero(self._place[at] >= 0)
        if not kept.size:
            return self.solve
        place, less = self._place[at[kept]], part[np.ix_(kept, kept)]
        unit = np.zeros((self.buses.size, kept.size))
        unit[place, np.arange(kept.size)] = 1.0
        columns = self.solve(unit)
        gain = columns @ np.linalg.solve(np.eye(kept.size) - less @ columns[place], less)

        def solve(right: Real) -> Real:
            whole = self.solve(right)
            solution: Real = whole + gain @ whole[place]
            return solution

        return solve
