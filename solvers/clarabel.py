"""Convex quadratic and second-order cone programs at Clarabel.

P. J. Goulart, Y. Chen, "Clarabel: An interior-point solver for conic programs with quadratic
objectives", arXiv:2405.12762, 2024.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import clarabel
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.certify import Residuals, residuals
from solvers.cones import Cone, cones_of
from solvers.errors import SolveFailed
from solvers.program import Positions, Program, Solution, Vector

Choice = Callable[[float], Any]  # settings within a time limit (s)
_Status = clarabel.SolverStatus
ENOUGH = (_Status.Solved, _Status.MaxTime)
FINAL = (_Status.MaxTime,)  # other settings would take as long
FAR = 1e8  # MW: data write limits that are none as numbers from here on
WITHOUT_CONES = ", or use a formulation without cones"
EMPTY = (_Status.PrimalInfeasible, _Status.DualInfeasible)  # believed where two settings agree


@dataclass(frozen=True)
class _Sides:
    """The sides of a program's limits as rows: equalities, then upper, then lower sides.

    Behind them stand the rows of its cones, in `matrix` alone. All stay as they are while no limit
    comes, goes or becomes an equality.
    """

    program: sparse.csr_array
    equal: NDArray[np.bool_]
    above: NDArray[np.bool_]
    below: NDArray[np.bool_]
    matrix: sparse.csc_matrix
    quadratic: sparse.csc_matrix  # upper triangle
    places: Positions  # position of each row among program rows followed by columns
    signs: Vector
    cones: tuple[Cone, ...]

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
        side = self.signs * np.where(self.signs > 0, upper[self.places], lower[self.places])
        return np.concatenate([side, *(cone.right for cone in self.cones)])

    def duals(self, z: Vector, s: Vector, size: int) -> Vector:
        """Duals of program rows and columns from those of the conic program."""
        count = self.places.size
        pressing = np.zeros(size)
        np.add.at(pressing, self.places, -self.signs * z[:count])
        first = count + np.cumsum([0, *(cone.right.size for cone in self.cones)])[:-1]
        for cone, n in zip(self.cones, first.tolist(), strict=True):
            pressing[cone.row] = -cone.scale * z[n] / s[n]
        return pressing


class ClarabelSession:
    """A convex quadratic program, solved afresh each time (interior points do not warm-start).

    Only where nothing was changed since the last time, the last optimum is given again.
    """

    def __init__(self, program: Program, name: str, time_limit_s: float) -> None:
        self.program = program.copy()
        self.name = name
        self.time_limit_s = time_limit_s
        self.seconds = 0.0
        self._sides: list[_Sides] = []
        self._found: Solution | None = None

    def restart(self) -> None:
        """Nothing to forget: every solve starts afresh."""

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns."""
        if not np.array_equal(self.program.cost[columns], cost):
            self._found = None
        self.program.cost[columns] = cost

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns."""
        kept = zip((self.program.lower, self.program.upper), (lower, upper), strict=True)
        if not all(np.array_equal(held[columns], limit) for held, limit in kept):
            self._found = None
        self.program.lower[columns], self.program.upper[columns] = lower, upper

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Append columns >= 0 with their matrix entries; gives their positions."""
        start = self.program.cost.size
        self._found = None
        self.program = self.program.with_columns(cost, entries)
        return np.arange(start, start + cost.size)

    def add_rows(self, matrix: sparse.csr_array, lower: Vector, upper: Vector) -> None:
        """Append rows with their limits."""
        self._found = None
        self.program = self.program.with_rows(matrix, lower, upper)

    def solve(self) -> Solution:
        """Optimum of the program; raises SolveFailed where there is none."""
        if self._found is None:
            self._found = self._by_turns()
        return self._found

    def _by_turns(self) -> Solution:
        """The optimum by the first settings that reach it, or the best that passes the check."""
        sides = self._sides_now()
        passed: list[Solution] = []
        ended: list[Any] = []
        tried: list[str] = []
        for choice in _CONES if sides.cones else _NO_CONES:
            if passed and choice is _steady_settings:
                break
            found = self._attempt(sides, choice(self.time_limit_s))
            solution, checked = self._checked(found, sides)
            if checked.acceptable:
                if found.status in ENOUGH:
                    return solution
                passed.append(solution)
            tried.append(f"{found.status} ({checked})")
            if found.status in FINAL or (found.status in ended[-1:] and found.status in EMPTY):
                break
            ended.append(found.status)
            if sides.cones and found.status not in EMPTY:
                sides = _sides(self.program, solution.x)
        if passed:
            return min(passed, key=lambda solution: solution.gap)
        status = "Clarabel stopped: " + ", then ".join(tried)
        cure = "raise time_limit_s or check the scale of data"
        raise SolveFailed(self.name, status, f"{cure}{WITHOUT_CONES if sides.cones else ''}")

    def _sides_now(self) -> _Sides:
        """The program's sides; two are kept, as limits are often fixed and freed in turn."""
        held = next((s for s in self._sides if s.are_of(self.program)), None)
        if held is None:
            held = _sides(self.program)
            self._sides = [held, *self._sides[:1]]
        return held

    def _attempt(self, sides: _Sides, settings: Any) -> Any:
        cones = [
            clarabel.ZeroConeT(sides.equalities),
            clarabel.NonnegativeConeT(sides.places.size - sides.equalities),
            *(clarabel.SecondOrderConeT(cone.right.size) for cone in sides.cones),
        ]
        right = sides.right(self.program)
        problem = (sides.quadratic, self.program.cost, sides.matrix, right, cones)
        started = time.perf_counter()
        found = clarabel.DefaultSolver(*problem, settings).solve()
        self.seconds += time.perf_counter() - started
        return found

    def _checked(self, found: Any, sides: _Sides) -> tuple[Solution, Residuals]:
        program = self.program
        rows = program.row_lower.size
        x = np.clip(np.array(found.x), program.lower, program.upper)
        dual = sides.duals(np.array(found.z), np.array(found.s), rows + program.cost.size)[:rows]
        checked, reduced = residuals(program, x, dual)
        gap = checked.gap_absolute + self._gap_of_cones(x, dual, sides)
        return Solution(x, dual, reduced, program.objective(x), gap), checked

    def _gap_of_cones(self, x: Vector, dual: Vector, sides: _Sides) -> float:
        """What cones add to the gap: their quadratic rows, which are not convex, count twice."""
        if not sides.cones:
            return 0.0
        rows = np.array([cone.row for cone in sides.cones])
        left = self.program.row_upper[rows] - self.program.activity(x)[rows]
        return float(np.abs(dual[rows]) @ np.abs(left))


def _settings(time_limit_s: float) -> Any:
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.time_limit = time_limit_s
    settings.max_threads = 1
    # Near the optimum cost is flat: 1e-10 of a day's cost would leave 1e-3 $/MWh in a price.
    settings.tol_gap_abs = settings.tol_gap_rel = 1e-12
    settings.tol_feas = 1e-10
    settings.presolve_enable = False
    return settings


def _quick_settings(time_limit_s: float) -> Any:
    """Settings that spare a third of the time and leave no more in a price.

    Linear systems are disturbed so little that they need no refinement; for some programs that
    is too little to solve them at all.
    """
    settings = _settings(time_limit_s)
    settings.static_regularization_constant = 1e-11
    settings.iterative_refinement_enable = False
    return settings


def _patient_settings(time_limit_s: float) -> Any:
    """Settings for badly scaled numbers: linear systems are solved to the last digit."""
    settings = _settings(time_limit_s)
    settings.iterative_refinement_max_iter = 50
    settings.iterative_refinement_reltol = settings.iterative_refinement_abstol = 1e-14
    settings.iterative_refinement_stop_ratio = 1.5
    return settings


def _steady_settings(time_limit_s: float) -> Any:
    """Settings for columns that are hardly apart, the last resort.

    Linear systems are disturbed until they are well posed, and refined until that is undone.
    """
    settings = _settings(time_limit_s)
    settings.static_regularization_constant = 1e-7
    settings.iterative_refinement_max_iter = 100
    settings.iterative_refinement_reltol = settings.iterative_refinement_abstol = 1e-15
    settings.iterative_refinement_stop_ratio = 1.1
    return settings


def _cone_settings(time_limit_s: float, tolerance: float = 1e-9) -> Any:
    """Settings for cones: to ask for more digits spoils those that are there."""
    settings = _settings(time_limit_s)
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    settings.static_regularization_constant = 1e-9
    return settings


_NO_CONES: tuple[Choice, ...] = (
    _quick_settings,
    _settings,
    _patient_settings,
    _steady_settings,
)
_CONES: tuple[Choice, ...] = (
    _cone_settings,
    partial(_cone_settings, tolerance=1e-10),
    partial(_cone_settings, tolerance=1e-8),
    _settings,
)


def _bounds(program: Program) -> tuple[Vector, Vector]:
    lower = np.concatenate([program.row_lower, program.lower])
    upper = np.concatenate([program.row_upper, program.upper])
    return lower, upper


def _masks(program: Program) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows and columns are fixed, limited above, and limited below.

    Limits from FAR on are none to an interior point, which they would only pull away; that no
    optimum breaks them is checked as for all limits.
    """
    lower, upper = _bounds(program)
    if program.products is not None:  # rows of cones stand apart
        upper[program.products.row] = np.inf
    equal = lower == upper
    return equal, ~equal & (upper < FAR), ~equal & (lower > -FAR)


def _sides(program: Program, near: Vector | None = None) -> _Sides:
    """The sides of a program, its cones balanced `near` an optimum."""
    size = program.cost.size
    matrix = sparse.vstack([program.matrix, sparse.eye_array(size, format="csr")], format="csr")
    masks = _masks(program)
    fixed, above, below = (np.flatnonzero(mask) for mask in masks)
    places = np.concatenate([fixed, above, below])
    signs = np.concatenate([np.ones(fixed.size + above.size), -np.ones(below.size)])
    cones = tuple(cones_of(program, near) or ())
    signed = sparse.diags_array(signs) @ matrix[places]
    signed = sparse.vstack([signed, *(cone.matrix for cone in cones)])
    bend = sparse.csc_array((size, size)) if program.quadratic is None else program.quadratic
    upper = sparse.csc_matrix(sparse.triu(bend))
    return _Sides(program.matrix, *masks, sparse.csc_matrix(signed), upper, places, signs, cones)
