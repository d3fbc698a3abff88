"""Convex quadratic programs at Clarabel.

P. J. Goulart, Y. Chen, "Clarabel: An interior-point solver for conic programs with quadratic
objectives", arXiv:2405.12762, 2024.
"""

import time
from dataclasses import dataclass
from typing import Any

import clarabel
import numpy as np
from scipy import sparse

from solvers.certify import residuals
from solvers.errors import SolveFailed
from solvers.program import Positions, Program, Solution, Vector


@dataclass(frozen=True)
class _Limits:
    """The limits of a program as `one-sided rows`: equalities, then upper, then lower sides."""

    matrix: sparse.csc_array
    right: Vector
    equalities: int
    places: Positions  # position of each row among program rows followed by columns
    signs: Vector


class ClarabelSession:
    """A convex quadratic program, solved afresh each time (interior points do not warm-start)."""

    def __init__(self, program: Program, name: str, time_limit_s: float) -> None:
        self.program = program.copy()
        self.name = name
        self.time_limit_s = time_limit_s
        self.seconds = 0.0

    def restart(self) -> None:
        """Nothing to forget: every solve starts afresh."""

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns."""
        self.program.cost[columns] = cost

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns."""
        self.program.lower[columns], self.program.upper[columns] = lower, upper

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Append columns >= 0 with their matrix entries; gives their positions."""
        start = self.program.cost.size
        self.program = self.program.with_columns(cost, entries)
        return np.arange(start, start + cost.size)

    def solve(self) -> Solution:
        """Optimum of the program; raises SolveFailed where there is none."""
        program, limits = self.program, _limits(self.program)
        size = program.cost.size
        quadratic = program.quadratic
        upper = sparse.triu(sparse.csc_array((size, size)) if quadratic is None else quadratic)
        cones = [
            clarabel.ZeroConeT(limits.equalities),
            clarabel.NonnegativeConeT(limits.right.size - limits.equalities),
        ]
        started = time.perf_counter()
        solver = clarabel.DefaultSolver(
            sparse.csc_matrix(upper),
            program.cost,
            sparse.csc_matrix(limits.matrix),
            limits.right,
            cones,
            self._settings(),
        )
        found = solver.solve()
        self.seconds += time.perf_counter() - started
        return self._checked(found, limits)

    def _settings(self) -> Any:
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.time_limit = self.time_limit_s
        settings.max_threads = 1
        # Near the optimum cost is flat: 1e-10 of a day's cost would leave 1e-3 $/MWh in a price.
        settings.tol_gap_abs = settings.tol_gap_rel = 1e-12
        settings.tol_feas = 1e-10
        settings.presolve_enable = False
        return settings

    def _checked(self, found: Any, limits: _Limits) -> Solution:
        program = self.program
        rows = program.row_lower.size
        x = np.clip(np.array(found.x), program.lower, program.upper)
        pressing = np.zeros(rows + program.cost.size)
        np.add.at(pressing, limits.places, -limits.signs * np.array(found.z))
        dual = pressing[:rows]
        checked, reduced = residuals(program, x, dual)
        if not checked.acceptable:
            status = f"Clarabel stopped: {found.status} ({checked})"
            raise SolveFailed(self.name, status, "raise time_limit_s or check the scale of data")
        return Solution(x, dual, reduced, program.objective(x), checked.gap_absolute)


def _limits(program: Program) -> _Limits:
    size = program.cost.size
    matrix = sparse.vstack([program.matrix, sparse.eye_array(size, format="csr")], format="csr")
    lower = np.concatenate([program.row_lower, program.lower])
    upper = np.concatenate([program.row_upper, program.upper])
    equal = lower == upper
    fixed, above, below = (
        np.flatnonzero(mask)
        for mask in (equal, ~equal & np.isfinite(upper), ~equal & np.isfinite(lower))
    )
    places = np.concatenate([fixed, above, below])
    signs = np.concatenate([np.ones(fixed.size + above.size), -np.ones(below.size)])
    right = signs * np.concatenate([upper[fixed], upper[above], lower[below]])
    signed = sparse.diags_array(signs) @ matrix[places]
    return _Limits(sparse.csc_array(signed), right, fixed.size, places, signs)
