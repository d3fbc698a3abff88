"""A linear program at HiGHS without what follows from the rest, such as flows and voltages.

Limits of what follows come as they are missed, which most never are.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.certify import residuals
from solvers.errors import SolveFailed
from solvers.highs import HighsSession
from solvers.layout import Layout
from solvers.program import Positions, Program, Solution, Vector
from solvers.turns import Turns

MISSED = 1e-9  # of a value's size


class _Inner(HighsSession):
    """What HiGHS sees; the whole is checked in its place."""

    def _judged(self, x: Vector, dual: Vector) -> tuple[Solution | None, str]:
        return Solution(x, dual, np.zeros(0), np.nan, np.nan), ""


class CondensedSession:
    """A linear program of which HiGHS sees what does not follow from the rest.

    It is solved as it is once rows or columns are added, and wherever what was found does not pass
    the check.
    """

    def __init__(
        self,
        program: Program,
        layout: Layout,
        name: str,
        time_limit_s: float,
        turns: Turns | None = None,
    ) -> None:
        self.program = program.copy()
        self.name = name
        self._time_limit_s, self._turns = time_limit_s, turns
        self._layout = layout
        self._constant = layout.constant(program.row_lower)
        self._spent = 0.0
        self._is_whole = False
        self._begin()

    def _begin(self) -> None:
        self._held: Positions = np.zeros(0, dtype=np.int64)
        inner = self._layout.inner(self.program, self._constant)
        self._inner = _Inner(inner, self.name, self._time_limit_s, self._turns)

    @property
    def seconds(self) -> float:
        """Time spent in the solver."""
        return self._spent + self._inner.seconds

    def restart(self) -> None:
        """Forget all former solves, and the limits that they missed."""
        self._spent += self._inner.seconds
        self._begin()

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns."""
        self.program.cost[columns] = cost

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns."""
        self.program.lower[columns], self.program.upper[columns] = lower, upper

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Append columns >= 0 with their matrix entries; gives their positions."""
        start, self._is_whole = self.program.cost.size, True
        self.program = self.program.with_columns(cost, entries)
        return np.arange(start, start + cost.size)

    def add_rows(self, matrix: sparse.csr_array, lower: Vector, upper: Vector) -> None:
        """Append rows with their limits."""
        self._is_whole = True
        self.program = self.program.with_rows(matrix, lower, upper)

    def solve(self) -> Solution:
        """Optimum of the program as it stands; raises SolveFailed where there is none."""
        if self._is_whole:
            return self._as_it_is()
        try:
            x, dual = self._optimum()
        except SolveFailed:
            return self._as_it_is()
        checked, reduced = residuals(self.program, x, dual)
        if not checked.acceptable:
            return self._as_it_is()
        return Solution(x, dual, reduced, self.program.objective(x), checked.gap_absolute)

    def _as_it_is(self) -> Solution:
        plain = HighsSession(self.program, self.name, self._time_limit_s)
        try:
            return plain.solve()
        finally:
            self._spent += plain.seconds

    def _optimum(self) -> tuple[Vector, Vector]:
        """A point and its row duals."""
        p, layout = self.program, self._layout
        every = np.arange(layout.kept.size)
        self._inner.set_cost(every, layout.cost(p))
        self._inner.set_bounds(every, p.lower[layout.kept], p.upper[layout.kept])
        lower, upper = (limit - self._constant for limit in layout.limits(p))
        if self._held.size:
            self._inner.set_row_bounds(self._rows_held, lower[self._held], upper[self._held])
        self._holds(lower == upper, lower, upper)
        while True:
            found = self._inner.solve()
            moved = layout.moved(found.x)
            missed = np.maximum(lower - moved, moved - upper) > MISSED * (1.0 + np.abs(moved))
            if not self._holds(missed, lower, upper):
                return layout.point(found.x, self._constant + moved), self._duals(found.dual)

    def _duals(self, dual: Vector) -> Vector:
        """Duals of all rows, from those that HiGHS sees."""
        own, pressed = self._layout.rows.size, np.zeros(self._layout.size)
        pressed[self._held] = dual[own:]
        return self._layout.duals(self.program, dual[:own], pressed)

    @property
    def _rows_held(self) -> Positions:
        start = self._layout.rows.size
        return np.arange(start, start + self._held.size)

    def _holds(self, missed: NDArray[np.bool_], lower: Vector, upper: Vector) -> bool:
        """Let HiGHS see limits of what follows; whether any of them is new to it."""
        missed[self._held] = False
        new = np.flatnonzero(missed)
        if new.size:
            self._held = np.concatenate([self._held, new])
            self._inner.add_rows(self._layout.entries(new), lower[new], upper[new])
        return bool(new.size)
