"""Convex quadratic programs at Clarabel.

P. J. Goulart, Y. Chen, "Clarabel: An interior-point solver for conic programs with quadratic
objectives", arXiv:2405.12762, 2024.
"""

import time
from dataclasses import dataclass
from typing import Any

import clarabel
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.certify import residuals
from solvers.errors import SolveFailed
from solvers.program import Positions, Program, Solution, Vector


@dataclass(frozen=True)
class _Sides:
    """The sides of a program's limits as rows: equalities, then upper, then lower sides.

    They stay as they are while no limit comes, goes or becomes an equality.
    """

    program: sparse.csr_array
    equal: NDArray[np.bool_]
    above: NDArray[np.bool_]
    below: NDArray[np.bool_]
    matrix: sparse.csc_matrix
    quadratic: sparse.csc_matrix  # upper triangle
    places: Positions  # position of each row among program rows followed by columns
    signs: Vector

    @property
    def equalities(self) -> int:
        """Number of equalities."""
        return int(self.equal.sum())

    def are_of(self, program: Program) -> bool:
        """Whether the program's limits have these sides."""
        same = zip(_masks(program), (self.equal, self.above, self.below), strict=True)
        return program.matrix is self.program and all(np.array_equal(a, b) for a, b in same)

    def right(self, program: Program) -> Vector:
        """Right-hand sides of the rows."""
        lower, upper = _bounds(program)
        side: Vector = self.signs * np.where(self.signs > 0, upper[self.places], lower[self.places])
        return side


class ClarabelSession:
    """A convex quadratic program, solved afresh each time (interior points do not warm-start)."""

    def __init__(self, program: Program, name: str, time_limit_s: float) -> None:
        self.program = program.copy()
        self.name = name
        self.time_limit_s = time_limit_s
        self.seconds = 0.0
        self._sides = _sides(self.program)

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
        program = self.program
        if not self._sides.are_of(program):
            self._sides = _sides(program)
        sides = self._sides
        cones = [
            clarabel.ZeroConeT(sides.equalities),
            clarabel.NonnegativeConeT(sides.places.size - sides.equalities),
        ]
        started = time.perf_counter()
        found = clarabel.DefaultSolver(
            sides.quadratic,
            program.cost,
            sides.matrix,
            sides.right(program),
            cones,
            self._settings(),
        ).solve()
        self.seconds += time.perf_counter() - started
        return self._checked(found, sides)

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

    def _checked(self, found: Any, sides: _Sides) -> Solution:
        program = self.program
        rows = program.row_lower.size
        x = np.clip(np.array(found.x), program.lower, program.upper)
        pressing = np.zeros(rows + program.cost.size)
        np.add.at(pressing, sides.places, -sides.signs * np.array(found.z))
        dual = pressing[:rows]
        checked, reduced = residuals(program, x, dual)
        if not checked.acceptable:
            status = f"Clarabel stopped: {found.status} ({checked})"
            raise SolveFailed(self.name, status, "raise time_limit_s or check the scale of data")
        return Solution(x, dual, reduced, program.objective(x), checked.gap_absolute)


def _bounds(program: Program) -> tuple[Vector, Vector]:
    lower = np.concatenate([program.row_lower, program.lower])
    upper = np.concatenate([program.row_upper, program.upper])
    return lower, upper


def _masks(program: Program) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows and columns are fixed, limited above, and limited below."""
    lower, upper = _bounds(program)
    equal = lower == upper
    return equal, ~equal & np.isfinite(upper), ~equal & np.isfinite(lower)


def _sides(program: Program) -> _Sides:
    size = program.cost.size
    matrix = sparse.vstack([program.matrix, sparse.eye_array(size, format="csr")], format="csr")
    masks = _masks(program)
    fixed, above, below = (np.flatnonzero(mask) for mask in masks)
    places = np.concatenate([fixed, above, below])
    signs = np.concatenate([np.ones(fixed.size + above.size), -np.ones(below.size)])
    signed = sparse.diags_array(signs) @ matrix[places]
    bend = sparse.csc_array((size, size)) if program.quadratic is None else program.quadratic
    upper = sparse.csc_matrix(sparse.triu(bend))
    return _Sides(program.matrix, *masks, sparse.csc_matrix(signed), upper, places, signs)
