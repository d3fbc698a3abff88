"""Linear programs at HiGHS, kept alive and warm-started.

Q. Huangfu, J. A. J. Hall, "Parallelizing the dual revised simplex method", Math. Prog. Comp. 10,
2018.
"""

import time
from dataclasses import replace

import highspy
import numpy as np
from scipy import sparse

from solvers.certify import residuals
from solvers.errors import SolveFailed
from solvers.program import Positions, Program, Solution, Vector

_DUAL, _PRIMAL = 1, 4  # HiGHS's codes of simplex strategies

_CURES = {
    highspy.HighsModelStatus.kInfeasible: "two limits contradict each other; run `tandem check`",
    highspy.HighsModelStatus.kUnbounded: "an offer or flow lacks a limit; run `tandem check`",
    highspy.HighsModelStatus.kTimeLimit: "raise time_limit_s",
}


class HighsSession:
    """A linear program that HiGHS keeps between solves."""

    def __init__(self, program: Program, name: str, time_limit_s: float) -> None:
        self.program = replace(
            program,
            cost=program.cost.copy(),
            lower=program.lower.copy(),
            upper=program.upper.copy(),
        )
        self.name = name
        self.time_limit_s = time_limit_s
        self.seconds = 0.0
        self._highs = highspy.Highs()
        self._highs.silent()
        self._highs.setOptionValue("parallel", "off")
        self._highs.passModel(_model(program))

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns; the last basis stays primal feasible."""
        self.program.cost[columns] = cost
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), cost)
        self._highs.setOptionValue("simplex_strategy", _PRIMAL)

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns; the last basis stays dual feasible."""
        self.program.lower[columns], self.program.upper[columns] = lower, upper
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)
        self._highs.setOptionValue("simplex_strategy", _DUAL)

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Append columns >= 0 with their matrix entries; gives their positions."""
        p, count = self.program, cost.size
        start, infinite = p.cost.size, np.full(count, np.inf)
        self.program = replace(
            p,
            cost=np.concatenate([p.cost, cost]),
            lower=np.concatenate([p.lower, np.zeros(count)]),
            upper=np.concatenate([p.upper, infinite]),
            matrix=sparse.csr_array(sparse.hstack([p.matrix, entries])),
        )
        self._highs.addCols(
            count,
            cost,
            np.zeros(count),
            infinite,
            entries.nnz,
            entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32),
            entries.data,
        )
        self._highs.setOptionValue("simplex_strategy", _PRIMAL)
        return np.arange(start, start + count)

    def solve(self) -> Solution:
        """Optimum from the last basis; from scratch where that one does not pass the check."""
        solution, worst = self._attempt()
        if solution is None:
            self._highs.clearSolver()
            self._highs.setOptionValue("simplex_strategy", _DUAL)
            solution, worst = self._attempt()
        if solution is None:
            raise SolveFailed(self.name, f"HiGHS {worst}", self._cure())
        return solution

    def _attempt(self) -> tuple[Solution | None, str]:
        highs = self._highs
        highs.setOptionValue("time_limit", highs.getRunTime() + self.time_limit_s)
        started = time.perf_counter()
        highs.run()
        self.seconds += time.perf_counter() - started
        status = highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            return None, f"stopped: {highs.modelStatusToString(status).lower()}"
        found = highs.getSolution()
        x, dual = np.array(found.col_value), np.array(found.row_dual)
        checked, reduced = residuals(self.program, x, dual)
        if not checked.acceptable:
            return None, f"claims an optimum that does not check: {checked}"
        return Solution(x, dual, reduced, self.program.objective(x), checked.gap_absolute), ""

    def _cure(self) -> str:
        return _CURES.get(self._highs.getModelStatus(), "check the scale of the data")


def _model(program: Program) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.offset_ = program.offset
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = program.matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = program.matrix.data
    return lp
