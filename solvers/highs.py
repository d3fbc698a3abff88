"""Linear programs at HiGHS, kept alive and warm-started.

Q. Huangfu, J. A. J. Hall, "Parallelizing the dual revised simplex method", Math. Prog. Comp. 10,
2018.
"""

import time

import highspy
import numpy as np
from scipy import sparse

from solvers.basis import Basis, crash
from solvers.certify import residuals
from solvers.errors import SolveFailed
from solvers.program import Positions, Program, Solution, Vector

MIP_GAP = 1e-6  # of the objective
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


class _Quiet(highspy.Highs):
    """HiGHS without a word on standard output, where some releases greet when they are made."""

    def enableCallbacks(self) -> None:
        """The first thing that a new instance does."""
        self.silent()
        super().enableCallbacks()


class HighsSession:
    """A linear program that HiGHS keeps between solves."""

    def __init__(self, program: Program, name: str, time_limit_s: float) -> None:
        self.program = program.copy()
        self.name = name
        self.time_limit_s = time_limit_s
        self.seconds = 0.0
        self._x: Vector | None = None
        self._strategy = _DUAL
        self._highs = _Quiet()
        self._highs.setOptionValue("parallel", "off")
        self._start = crash(program)
        started = time.perf_counter()
        _pass_model(self._highs, program, np.zeros(0, dtype=np.int64))
        self._begin()
        self.seconds = time.perf_counter() - started

    def restart(self) -> None:
        """Forget all former solves: the next optimum does not depend on what came before."""
        if self._x is not None:
            self._highs.clearSolver()
            self._begin()

    def _begin(self) -> None:
        self._x = None
        self._strategy = _DUAL
        if self._start is not None:
            self._set_basis(self._start)

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns; the last basis stays primal feasible."""
        self.program.cost[columns] = cost
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns; the last basis stays dual feasible."""
        self.program.lower[columns], self.program.upper[columns] = lower, upper
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)
        if self._x is not None and _outside(self._x[columns], lower, upper):
            self._strategy = _DUAL

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Append columns >= 0 with their matrix entries; gives their positions."""
        start, count = self.program.cost.size, cost.size
        self.program = self.program.with_columns(cost, entries)
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
        self._strategy = _DUAL
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
        """Optimum from the last basis; from scratch where that one does not pass the check."""
        solution, why = self._attempt()
        tried = [why]
        for method in ("simplex", "ipm"):  # an interior point, and a simplex from where it ends
            if solution is not None or (method == "ipm" and self._status() in _CURES):
                break
            self._highs.clearSolver()
            self._strategy = _DUAL
            self._highs.setOptionValue("solver", method)
            solution, why = self._attempt()
            tried.append(f"by {method} from scratch it {why}")
        self._highs.setOptionValue("solver", "choose")
        if solution is None:
            raise SolveFailed(self.name, f"HiGHS {'; '.join(tried)}", self._cure())
        self._x = solution.x
        self._strategy = _PRIMAL
        return solution

    def _attempt(self) -> tuple[Solution | None, str]:
        highs = self._highs
        highs.setOptionValue("simplex_strategy", self._strategy)
        highs.setOptionValue("time_limit", highs.getRunTime() + self.time_limit_s)
        started = time.perf_counter()
        highs.run()
        found = highs.getSolution()
        x, dual = np.array(found.col_value), np.array(found.row_dual)
        self.seconds += time.perf_counter() - started
        status = highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            return None, f"stopped: {highs.modelStatusToString(status).lower()}"
        checked, reduced = residuals(self.program, x, dual)
        if not checked.acceptable:
            return None, f"claims an optimum that does not check: {checked}"
        value = self.program.objective(x)
        return Solution(x, dual, reduced, value, checked.gap_absolute), ""

    def _set_basis(self, start: Basis) -> None:
        basis = highspy.HighsBasis()
        basis.alien = False  # it has as many basic members as rows, and is factored but once
        basis.col_status = _STATUS[start.columns].tolist()
        basis.row_status = _STATUS[start.rows].tolist()
        self._highs.setBasis(basis)

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
    highs = _Quiet()
    highs.setOptionValue("parallel", "off")
    highs.setOptionValue("mip_rel_gap", gap_relative)
    highs.setOptionValue("time_limit", limit_s)
    _pass_model(highs, program, integers)
    if start is not None:
        highs.setSolution(integers.size, integers.astype(np.int32), start)
    highs.run()
    found = highs.getSolution()
    if not found.value_valid:
        status = highs.modelStatusToString(highs.getModelStatus()).lower()
        cure = _CURES.get(highs.getModelStatus(), "check the scale of the data")
        raise SolveFailed(name, f"HiGHS stopped: {status}", cure)
    return np.array(found.col_value), float(highs.getInfo().mip_dual_bound)


def _pass_model(highs: highspy.Highs, p: Program, integers: Positions) -> None:
    rows, columns = p.matrix.shape
    by_row, minimise = int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize)
    none, whole = np.zeros(0, dtype=np.int32), np.zeros(columns, dtype=np.int32)
    whole[integers] = int(highspy.HighsVarType.kInteger)
    highs.passModel(
        columns, rows, p.matrix.nnz, 0, by_row, 1, minimise, p.offset,
        p.cost, p.lower, p.upper, p.row_lower, p.row_upper,
        p.matrix.indptr.astype(np.int32), p.matrix.indices.astype(np.int32), p.matrix.data,
        none, none, np.zeros(0), whole,
    )  # fmt: skip


def _outside(x: Vector, lower: Vector, upper: Vector) -> bool:
    return bool((x < lower).any() or (x > upper).any())
