"""The best that parties could have earned at the prices of their buses, by quadratic programs."""

from dataclasses import dataclass, field
from typing import Any

import clarabel
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Vector = NDArray[np.float64]
Limit = tuple[Any, Vector, Vector]  # matrix, least, most; infinite where there is none


@dataclass
class Program:
    """Maximise gain' x - x' diag(bend) x / 2 between limits on x and on rows of it."""

    gain: Vector
    bend: Vector
    least: Vector
    most: Vector
    rows: list[Limit] = field(default_factory=list)

    def solve(self) -> tuple[Vector, Vector]:
        """The best x, and what one more unit of every limit is worth, bounds of x first.

        NaN where the solver finds none, so that no check passes unnoticed.
        """
        size = self.gain.size
        parts = [(sparse.eye_array(size), self.least, self.most), *self.rows]
        matrix = sparse.csr_array(sparse.vstack([part[0] for part in parts]))
        low, high = (np.concatenate([part[n] for part in parts]) for n in (1, 2))
        equal = low == high
        groups = (equal, np.isfinite(high) & ~equal, np.isfinite(low) & ~equal)
        x, dual = self._optimum(
            sparse.vstack([matrix[groups[0]], matrix[groups[1]], -matrix[groups[2]]]),
            np.concatenate([low[groups[0]], high[groups[1]], -low[groups[2]]]),
            int(equal.sum()),
        )
        worth = np.zeros(low.size)
        places = np.concatenate([np.flatnonzero(group) for group in groups])
        signs = np.repeat([1.0, 1.0, -1.0], [int(group.sum()) for group in groups])
        np.add.at(worth, places, signs * dual)
        return x, worth

    def _optimum(self, matrix: Any, limits: Vector, equal: int) -> tuple[Vector, Vector]:
        """Best x and duals of `matrix` x <= `limits`, of which the first rows are equal."""
        if not self.gain.size:
            return np.zeros(0), np.zeros(limits.size)
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        cones = [clarabel.ZeroConeT(equal), clarabel.NonnegativeConeT(limits.size - equal)]
        bend = sparse.csc_array(sparse.diags_array(self.bend))
        columns = sparse.csc_array(matrix)
        solver = clarabel.DefaultSolver(bend, -self.gain, columns, limits, cones, settings)
        found = solver.solve()
        if found.status != clarabel.SolverStatus.Solved:
            return np.full(self.gain.size, np.nan), np.full(limits.size, np.nan)
        return np.array(found.x), np.array(found.z)

    def earned(self, x: Vector) -> Vector:
        """What every column of x earns."""
        return self.gain * x - self.bend * x**2 / 2


def flat(*parts: Vector) -> Vector:
    """Arrays of any shape, end to end."""
    return np.concatenate([part.ravel() for part in parts])
