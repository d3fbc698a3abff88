"""Programs with quadratic rows, convex or not, at Ipopt: a local optimum with its multipliers.

A. Waechter, L. T. Biegler, "On the implementation of an interior-point filter line-search
algorithm for large-scale nonlinear programming", Math. Program. 106(1), 2006.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
from scipy import sparse

from solvers.certify import residuals
from solvers.derivatives import Derivatives
from solvers.errors import SolveFailed
from solvers.program import Positions, Program, Solution, Vector

INFINITE = 2e19  # beyond this Ipopt sees no limit
SOLVED = (0, 1)  # Solve_Succeeded, Solved_To_Acceptable_Level; either is checked
OPTIONS: dict[str, Any] = {
    "tol": 1e-9,
    "bound_relax_factor": 0.0,  # relaxed bounds let an objective leak through dear slack
    "mu_init": 1.0,  # with a barrier that falls step by step; an adaptive one took up to six times
    "max_iter": 500,
    "print_level": 0,
    "sb": "yes",
}
NEAR: dict[str, Any] = {  # where the last optimum is close, with its multipliers
    "warm_start_init_point": "yes",
    "mu_init": 1e-5,
    "warm_start_bound_push": 1e-6,
    "warm_start_bound_frac": 1e-6,
    "warm_start_slack_bound_push": 1e-6,
    "warm_start_slack_bound_frac": 1e-6,
    "warm_start_mult_bound_push": 1e-6,
}
MEANING = {
    0: "found an optimum that fails the check",
    1: "stopped at an acceptable point that fails the check",
    2: "found no feasible point near where it began",
    3: "search direction became too small",
    -1: "reached its iteration limit",
    -2: "failed to restore feasibility",
    -4: "ran out of time",
}


Package = Literal["ipyopt", "cyipopt"]
_PACKAGE: ContextVar[Package] = ContextVar("package", default="ipyopt")


@contextmanager
def ipopt_by(package: Package) -> Iterator[None]:
    """Sessions that are opened within use the Ipopt of this package.

    Raises SolveFailed where it is not installed.
    """
    if find_spec(package) is None:
        cure = f"install it: pip install -e '.[{package}]', which takes the system's Ipopt"
        raise SolveFailed("Ipopt", f"package {package} is not installed", cure)
    former = _PACKAGE.set(package)
    try:
        yield
    finally:
        _PACKAGE.reset(former)


class IpoptSession:
    """A program with quadratic rows; the last optimum is where the next solve begins.

    The optimum is a local one: without convexity nothing bounds the distance to a better one,
    and the gap counts complementarity only. Uses the wheel `ipyopt` unless `ipopt_by` or `package`
    say otherwise.
    """

    def __init__(
        self, program: Program, name: str, time_limit_s: float, package: Package | None = None
    ) -> None:
        self.program = program.copy()
        self.name = name
        self.time_limit_s = time_limit_s
        self.seconds = 0.0
        self.package = package or _PACKAGE.get()
        self.derivatives = Derivatives(self.program)
        self.start: Vector | None = None
        self._last: Solution | None = None
        self._own_quadratic = self.program.quadratic

    def restart(self) -> None:
        """Forget the last optimum."""
        self.start = self._last = None

    def begin_at(self, x: Vector) -> None:
        """Begin the next solve at `x`, whatever was solved before."""
        self.start, self._last = x, None

    def move(self, columns: Positions, values: Vector) -> None:
        """Begin the next solve with some columns elsewhere than now."""
        self.start = self._begin().copy()
        self.start[columns] = values

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns."""
        self.program.cost[columns] = cost

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns."""
        self.program.lower[columns], self.program.upper[columns] = lower, upper

    def set_curvature(self, columns: Positions, blocks: Vector) -> None:
        """Replace what `blocks` of quadratic costs add to the program's own.

        Entry (b, i, j) couples columns i and j of row b of `columns`; the columns stay the same.
        """
        self.program.quadratic = _bent(self._own_quadratic, self.program, columns, blocks)

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Not for quadratic rows."""
        raise NotImplementedError(f"{self.name}: no columns to programs with quadratic rows")

    def add_rows(self, matrix: sparse.csr_array, lower: Vector, upper: Vector) -> None:
        """Not for quadratic rows."""
        raise NotImplementedError(f"{self.name}: no rows to programs with quadratic rows")

    def solve(self) -> Solution:
        """A local optimum; raises SolveFailed where none is found.

        Begins with the multipliers of the last optimum, and without any where that leads nowhere.
        """
        found = self._run(self._last)
        if isinstance(found, SolveFailed) and self._last is not None:
            found = self._run(None)
        if isinstance(found, SolveFailed):
            raise found
        self.start, self._last = found.x, found
        return found

    def _run(self, near: Solution | None) -> Solution | SolveFailed:
        program = self.program
        options = OPTIONS | {"max_cpu_time": float(self.time_limit_s)} | (NEAR if near else {})
        started = time.perf_counter()
        run = _by_cyipopt if self.package == "cyipopt" else _by_ipyopt
        x, multipliers, status = run(program, self.derivatives, self._begin(), options, near)
        self.seconds += time.perf_counter() - started
        x = np.clip(x, program.lower, program.upper)
        dual = -multipliers  # Ipopt adds multiplier times row to the Lagrangian
        checked, reduced = residuals(program, x, dual)
        if status not in SOLVED or not checked.acceptable:
            words = MEANING.get(status, f"status {status}")
            cure = "relax voltage or flow limits, or begin at a load flow's voltages"
            return SolveFailed(self.name, f"Ipopt {words} ({checked})", cure)
        return Solution(x, dual, reduced, program.objective(x), checked.gap_absolute)

    def _begin(self) -> Vector:
        """The last optimum or the point asked for, else the middle of bounded columns, else 0."""
        program = self.program
        if self.start is not None:
            return np.clip(self.start, program.lower, program.upper)
        both = np.isfinite(program.lower) & np.isfinite(program.upper)
        middle = np.where(both, (program.lower + program.upper) / 2, 0.0)
        return np.clip(middle, program.lower, program.upper)


def _by_ipyopt(
    program: Program, d: Derivatives, x: Vector, options: dict[str, Any], near: Solution | None
) -> tuple[Vector, Vector, int]:
    import ipyopt

    def gradient(at: Vector, out: Vector) -> None:
        out[:] = d.gradient(at)

    def rows(at: Vector, out: Vector) -> None:
        out[:] = d.rows(at)

    def jacobian(at: Vector, out: Vector) -> None:
        out[:] = d.jacobian(at)

    def hessian(_at: Vector, multipliers: Vector, factor: float, out: Vector) -> None:
        out[:] = d.hessian(factor, multipliers)

    problem = ipyopt.Problem(
        x.size,
        _finite(program.lower),
        _finite(program.upper),
        program.row_lower.size,
        _finite(program.row_lower),
        _finite(program.row_upper),
        d.jacobian_pattern,
        d.hessian_pattern,
        d.objective,
        gradient,
        rows,
        jacobian,
        hessian,
        ipopt_options=options,
    )
    multipliers, low, high = _multipliers(program, near)
    found, _, status = problem.solve(x.copy(), mult_g=multipliers, mult_x_L=low, mult_x_U=high)
    return found, multipliers, int(status)


def _by_cyipopt(
    program: Program, d: Derivatives, x: Vector, options: dict[str, Any], near: Solution | None
) -> tuple[Vector, Vector, int]:
    import cyipopt

    class Callbacks:
        objective = staticmethod(d.objective)
        gradient = staticmethod(d.gradient)
        constraints = staticmethod(d.rows)
        jacobian = staticmethod(d.jacobian)

        def jacobianstructure(self) -> tuple[Positions, Positions]:
            return d.jacobian_pattern

        def hessianstructure(self) -> tuple[Positions, Positions]:
            return d.hessian_pattern

        def hessian(self, _x: Vector, multipliers: Vector, factor: float) -> Vector:
            return d.hessian(factor, multipliers)

    problem = cyipopt.Problem(
        x.size,
        program.row_lower.size,
        Callbacks(),
        _finite(program.lower),
        _finite(program.upper),
        _finite(program.row_lower),
        _finite(program.row_upper),
    )
    for key, value in options.items():
        problem.add_option(key, value)
    multipliers, low, high = _multipliers(program, near)
    found, info = problem.solve(x.copy(), lagrange=multipliers, zl=low, zu=high)
    return found, np.array(info["mult_g"]), int(info["status"])


def _multipliers(program: Program, near: Solution | None) -> tuple[Vector, Vector, Vector]:
    """Ipopt's multipliers of rows and of lower and upper bounds at an optimum, else zeros."""
    if near is None:
        size = program.cost.size
        return np.zeros(program.row_lower.size), np.zeros(size), np.zeros(size)
    return -near.dual, np.maximum(near.reduced, 0.0), np.maximum(-near.reduced, 0.0)


def _bent(
    own: sparse.csr_array | None, program: Program, columns: Positions, blocks: Vector
) -> sparse.csr_array:
    """Q with further blocks; entries that are zero stay in its pattern."""
    size = program.cost.size
    held = sparse.coo_array((size, size)) if own is None else own.tocoo()
    row = np.repeat(columns, columns.shape[1], axis=1).ravel()
    column = np.tile(columns, columns.shape[1]).ravel()
    return sparse.csr_array(
        (
            np.concatenate([held.data, blocks.ravel()]),
            (np.concatenate([held.row, row]), np.concatenate([held.col, column])),
        ),
        shape=(size, size),
    )


def _finite(limit: Vector) -> Vector:
    return np.clip(limit, -INFINITE, INFINITE)
