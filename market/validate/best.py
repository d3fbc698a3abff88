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

    def solve(self) -> Vector:
        """The best x; NaN where the solver finds none, so that no check passes unnoticed."""
        size = self.gain.size
        if not size:
            return self.gain
        parts = [(sparse.eye_array(size), self.least, self.most), *self.rows]
        matrix = sparse.csr_array(sparse.vstack([part[0] for part in parts]))
        low, high = (np.concatenate([part[n] for part in parts]) for n in (1, 2))
        fixed, above, below = low == high, np.isfinite(low), np.isfinite(high)
        above, below = above & ~fixed, below & ~fixed
        stacked = sparse.csc_array(sparse.vstack([matrix[fixed], matrix[below], -matrix[above]]))
        limits = np.concatenate([low[fixed], high[below], -low[above]])
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        cones = [clarabel.ZeroConeT(int(fixed.sum()))]
        cones += [clarabel.NonnegativeConeT(int(below.sum() + above.sum()))]
        bend = sparse.csc_array(sparse.diags_array(self.bend))
        found = clarabel.DefaultSolver(bend, -self.gain, stacked, limits, cones, settings).solve()
        solved = found.status == clarabel.SolverStatus.Solved
        return np.array(found.x) if solved else np.full(size, np.nan)

    def earned(self, x: Vector) -> Vector:
        """What every column of x earns."""
        return self.gain * x - self.bend * x**2 / 2
