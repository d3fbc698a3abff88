"""Linear programs at HiGHS, kept alive and warm-started.

Q. Huangfu, J. A. J. Hall, "Parallelizing the dual revised simplex method", Math. Prog. Comp. 10,
2018.
"""

import time
from dataclasses import replace

import highspy
import numpy as np
from scipy import sparse

from solvers.basis import Basis, crash
from solvers.certify import residuals
from solvers.errors import SolveFailed
from solvers.program import Positions, Program, Solution, Vector
from solvers.refine import refined
from solvers.turns import NO_INTEGERS, Turns, alone, pass_model

MIP_GAP = 1e-6  # of the objective
SCALING = "simplex_scale_strategy"
_DUAL, _PRIMAL = 1, 4  # HiGHS's codes of simplex strategies
_STATUS = np.array(
    [
        highspy.HighsBasisStatus.kLower,
        highspy.HighsBasisStatus.kBasic,
        highspy.HighsBasisStatus.kUpper,
        highspy.HighsBasisStatus.kZero,
    ],
    dtype=object,
)

_CURES = {
    highspy.HighsModelStatus.kInfeasible: "two limits contradict each other; run `tandem check`",
    highspy.HighsModelStatus.kUnbounded: "an offer or flow lacks a limit; run `tandem check`",
    highspy.HighsModelStatus.kTimeLimit: "raise time_limit_s",
}


class HighsSession:
    """A linear program that HiGHS keeps between solves.

    With `turns` it shares a HiGHS: every solve then begins with its last basis and nothing else,
    so that it does not depend on what others have solved.
    """

    def __init__(
        self, program: Program, name: str, time_limit_s: float, turns: Turns | None = None
    ) -> None:
        self.program = program.copy()
        self.name = name
        self.time_limit_s = time_limit_s
        self.seconds = 0.0
        self._x: Vector | None = None
        self._strategy = _DUAL
        self._turns = turns
        self._highs = turns.highs if turns else alone()
        self._start = _basis_of(crash(program))
        self._basis: highspy.HighsBasis | None = None
        started = time.perf_counter()
        if not turns:
            pass_model(self._highs, program, NO_INTEGERS)
        self._begin()
        self.seconds = time.perf_counter() - started

    def restart(self) -> None:
        """Forget all former solves: the next optimum does not depend on what came before."""
        if self._x is not None:
            if not self._turns:
                self._highs.clearSolver()
            self._begin()

    def _begin(self) -> None:
        self._x = None
        self._strategy = _DUAL
        self._basis = self._start
        if not self._turns and self._start is not None:
            self._highs.setBasis(self._start)

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns; the last basis stays primal feasible."""
        self.program.cost[columns] = cost
        if not self._turns:
            self._highs.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns; the last basis stays dual feasible."""
        self.program.lower[columns], self.program.upper[columns] = lower, upper
        if not self._turns:
            self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)
        if self._x is not None and _outside(self._x[columns], lower, upper):
            self._strategy = _DUAL

    def set_row_bounds(self, rows: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the limits of some rows; the last basis stays dual feasible."""
        p = self.program
        if np.array_equal(p.row_lower[rows], lower) and np.array_equal(p.row_upper[rows], upper):
            return
        least, most = p.row_lower.copy(), p.row_upper.copy()
        least[rows], most[rows] = lower, upper
        self.program = replace(p, row_lower=least, row_upper=most)
        self._strategy = _DUAL
        if not self._turns:
            for row, low, high in zip(rows, lower, upper, strict=True):
                self._highs.changeRowBounds(int(row), low, high)

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Append columns >= 0 with their matrix entries; gives their positions."""
        start, count = self.program.cost.size, cost.size
        self.program = self.program.with_columns(cost, entries)
        self._basis = None
        if self._turns:
            return np.arange(start, start + count)
        self._highs.addCols(
            count,
            cost,
            np.zeros(count),
            np.full(count, np.inf),
            entries.nnz,
            entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32),
            entries.data,
        )
        return np.arange(start, start + count)

    def add_rows(self, matrix: sparse.csr_array, lower: Vector, upper: Vector) -> None:
        """Append rows; the last basis stays dual feasible."""
        self.program = self.program.with_rows(matrix, lower, upper)
        self._start = None
        self._basis = _with_rows(self._basis, lower.size)
        self._strategy = _DUAL
        if self._turns:
            return
        self._highs.addRows(
            lower.size,
            lower,
            upper,
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
        )

    def solve(self) -> Solution:
        """Optimum from the last basis; from scratch where that one does not pass the check.

        A basis that is optimal by scaled rows may miss unscaled ones: then it is tried as it is.
        """
        solution, why = self._attempt()
        tried = [why]
        if solution is None and self._status() == highspy.HighsModelStatus.kOptimal:
            solution, why = self._unscaled()
            tried.append(f"without scaling it {why}")
        for method in ("simplex", "ipm"):  # an interior point, and a simplex from where it ends
            if solution is not None or (method == "ipm" and self._status() in _CURES):
                break
            self._highs.clearSolver()
            self._basis, self._strategy = None, _DUAL
            self._highs.setOptionValue("solver", method)
            solution, why = self._attempt()
            tried.append(f"by {method} from scratch it {why}")
        self._highs.setOptionValue("solver", "choose")
        if solution is None:
            raise SolveFailed(self.name, f"HiGHS {'; '.join(tried)}", self._cure())
        self._x = solution.x
        self._strategy = _PRIMAL
        if self._turns:
            self._basis = self._highs.getBasis()
        return solution

    def _unscaled(self) -> tuple[Solution | None, str]:
        """The last basis once more, factorised and improved without scaling of rows and columns."""
        self._basis, (_, usual) = self._highs.getBasis(), self._highs.getOptionValue(SCALING)
        self._highs.clearSolver()
        self._highs.setBasis(self._basis)
        self._highs.setOptionValue(SCALING, 0)
        found = self._attempt()
        self._highs.setOptionValue(SCALING, usual)
        return found

    def _attempt(self) -> tuple[Solution | None, str]:
        highs = self._highs
        highs.setOptionValue("simplex_strategy", self._strategy)
        highs.setOptionValue("time_limit", highs.getRunTime() + self.time_limit_s)
        started = time.perf_counter()
        if self._turns:
            self._turns.take(self.program, self._basis)
        highs.run()
        found = highs.getSolution()
        x, dual = np.array(found.col_value), np.array(found.row_dual)
        self.seconds += time.perf_counter() - started
        status = highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            return None, f"stopped: {highs.modelStatusToString(status).lower()}"
        return self._judged(x, dual)

    def _judged(self, x: Vector, dual: Vector) -> tuple[Solution | None, str]:
        """The optimum, or why it is none."""
        checked, reduced = residuals(self.program, x, dual)
        if not checked.acceptable:
            x = refined(self._highs, self.program, x)
            checked, reduced = residuals(self.program, x, dual)
        if not checked.acceptable:
            return None, f"claims an optimum that does not check: {checked}"
        value = self.program.objective(x)
        return Solution(x, dual, reduced, value, checked.gap_absolute), ""

    def _cure(self) -> str:
        return _CURES.get(self._status(), "check the scale of the data")

    def _status(self) -> highspy.HighsModelStatus:
        return self._highs.getModelStatus()


def solve_binaries(
    program: Program,
    integers: Positions,
    name: str,
    limit_s: float,
    gap_relative: float = MIP_GAP,
    start: Vector | None = None,
) -> tuple[Vector, float]:
    """Best point with the columns `integers` whole, and a bound of the objective below it.

    The search begins with `start`, values of these columns, where it is given. It ends at a gap
    that is part of the objective, or with the best point at the time limit; raises SolveFailed
    where there is none.
    """
    highs = alone()
    highs.setOptionValue("mip_rel_gap", gap_relative)
    highs.setOptionValue("time_limit", limit_s)
    pass_model(highs, program, integers)
    if start is not None:
        highs.setSolution(integers.size, integers.astype(np.int32), start)
    highs.run()
    found = highs.getSolution()
    if not found.value_valid:
        status = highs.modelStatusToString(highs.getModelStatus()).lower()
        cure = _CURES.get(highs.getModelStatus(), "check the scale of the data")
        raise SolveFailed(name, f"HiGHS stopped: {status}", cure)
    return np.array(found.col_value), float(highs.getInfo().mip_dual_bound)


def _basis_of(start: Basis | None) -> highspy.HighsBasis | None:
    if start is None:
        return None
    basis = highspy.HighsBasis()
    basis.alien = False  # it has as many basic members as rows, and is factored but once
    basis.col_status = _STATUS[start.columns].tolist()
    basis.row_status = _STATUS[start.rows].tolist()
    return basis


def _with_rows(basis: highspy.HighsBasis | None, count: int) -> highspy.HighsBasis | None:
    if basis is None:
        return None
    more = highspy.HighsBasis()
    more.col_status = basis.col_status
    more.row_status = [*basis.row_status, *[highspy.HighsBasisStatus.kBasic] * count]
    return more


def _outside(x: Vector, lower: Vector, upper: Vector) -> bool:
    return bool((x < lower).any() or (x > upper).any())
