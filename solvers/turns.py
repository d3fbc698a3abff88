"""HiGHS instances: what is said to them, and one that many programs share in turn."""

import highspy
import numpy as np

from solvers.program import Positions, Program

NO_INTEGERS: Positions = np.zeros(0, dtype=np.int64)
_BY_ROWS = 4  # HiGHS's code of scale factors from the matrix alone: those from costs would stay


class Quiet(highspy.Highs):
    """HiGHS without a word on standard output, where some releases greet when they are made."""

    def enableCallbacks(self) -> None:
        """The first thing that a new instance does."""
        self.silent()
        super().enableCallbacks()


def alone() -> Quiet:
    """A HiGHS that uses one thread."""
    highs = Quiet()
    highs.setOptionValue("parallel", "off")
    return highs


class Turns:
    """One HiGHS at which many programs are solved, one after the other.

    It forgets whatever was solved before: only a program's numbers and its basis count. Programs
    that share a matrix leave it there, and change what differs.
    """

    def __init__(self) -> None:
        self.highs = alone()
        self.highs.setOptionValue("simplex_scale_strategy", _BY_ROWS)
        self._held: Program | None = None

    def take(self, program: Program, basis: highspy.HighsBasis | None) -> None:
        """Be ready to solve a program from a basis, or from scratch."""
        if self._held is None or not _same_rows(self._held, program):
            pass_model(self.highs, program, NO_INTEGERS)
        else:
            self._change(self._held, program)
            self.highs.clearSolver()
        self._held = program.copy()
        if basis is not None:
            self.highs.setBasis(basis)

    def _change(self, held: Program, program: Program) -> None:
        new = np.flatnonzero(held.cost != program.cost).astype(np.int32)
        if new.size:
            self.highs.changeColsCost(new.size, new, program.cost[new])
        moved = (held.lower != program.lower) | (held.upper != program.upper)
        new = np.flatnonzero(moved).astype(np.int32)
        if new.size:
            self.highs.changeColsBounds(new.size, new, program.lower[new], program.upper[new])


def pass_model(highs: highspy.Highs, p: Program, integers: Positions) -> None:
    """Give HiGHS a program, in which some columns are whole numbers."""
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


def _same_rows(one: Program, other: Program) -> bool:
    """Whether programs share their entries, and the limits of rows are the same."""
    limits = ((one.row_lower, other.row_lower), (one.row_upper, other.row_upper))
    return one.matrix is other.matrix and all(a is b or np.array_equal(a, b) for a, b in limits)
