"""A distribution operator's load flow: the power it draws at a boundary voltage, and its slope."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scenarios.scenario import AreaView
from security.ac.elimination import Singular
from security.ac.grid import Grid
from security.ac.newton import Newton, Operation, Outcome, Solved
from security.ac.zbus import ZBus

NUDGE = 1e-6  # p.u.
NEAR = 0.01  # p.u.


@dataclass(frozen=True)
class Drawn:
    """Power that a feeder draws (MVA) at a root voltage, and its change with it (MVA per p.u.).

    A `rough` answer is good for the next question alone.
    """

    power: complex
    slope: complex
    solved: Solved
    rough: bool = False


@dataclass(frozen=True)
class Feeder:
    """One distribution area, fed at one boundary, at any operation of its devices."""

    view: AreaView
    grid: Grid

    @staticmethod
    def of(view: AreaView) -> "Feeder":
        """The feeder of an area."""
        return Feeder(view, Grid.of(view.network))

    @cached_property
    def newton(self) -> Newton:
        """Solver for feeders that are heavily loaded or hold voltages."""
        return Newton(self.grid)

    @cached_property
    def zbus(self) -> ZBus:
        """Solver for all others."""
        return ZBus(self.grid)

    def draw(
        self,
        operation: Operation,
        v_root: float,
        last: Drawn | None = None,
        *,
        q_limits: bool = False,
    ) -> Drawn:
        """Solve at a root voltage (p.u., angle 0), starting from a former answer.

        The same question has the same answer. The former slope serves again where the voltage has
        hardly moved: it guides the other side's steps, and no result rests on it.
        """
        if last is not None and self._answers(last, operation, v_root):
            return last
        if last is not None and last.solved.outcome is Outcome.UNSOLVED:
            last = None  # its voltages are no solution
        start = None if last is None else last.solved.v
        holds = np.isfinite(operation.v_set)
        holds[self.grid.slack] = False
        if not holds.any():
            v = self.zbus.solve(operation, v_root, start)
            slope = None
            if v is not None and last is not None and self._is_near(last, v_root):
                slope = last.slope
            elif v is not None:
                slope = self.zbus.slope(operation, v)
            if v is not None and slope is not None:
                none = np.zeros(v.size, dtype=np.int8)
                solved = Solved(operation, Outcome.SOLVED, v, 0, 0.0, "", none)
                return Drawn(self._power(solved), slope, solved)
        at_root = operation.v_set.copy()
        at_root[self.grid.slack] = v_root
        asked = replace(operation, v_set=at_root)
        start = v_root * np.exp(1j * self.grid.turned) if start is None else start
        solve = self.newton.solve_within_limits if q_limits else self.newton.solve
        solved = solve(asked, start)
        return Drawn(self._power(solved), self._slope(solved), solved)

    def _answers(self, last: Drawn, operation: Operation, v_root: float) -> bool:
        same = last.solved.operation is operation and not last.rough
        return same and bool(abs(last.solved.v[self.grid.slack]) == v_root)

    def _is_near(self, last: Drawn, v_root: float) -> bool:
        return bool(abs(abs(last.solved.v[self.grid.slack]) - v_root) < NEAR)

    def _power(self, solved: Solved) -> complex:
        """What comes in at the root beside what is generated there."""
        root = self.grid.slack
        return complex(solved.generation[root] - solved.operation.generation[root])

    def _slope(self, solved: Solved) -> complex:
        """One linear step of the voltages to a nudged root voltage, and what it draws then."""
        operation, root = solved.operation, self.grid.slack
        pattern = self.newton.pattern(operation, solved.at_limit)
        y, nudged = self.grid.y_bus.data, solved.v.copy()
        nudged[root] *= 1 + NUDGE / abs(nudged[root])
        given = operation.given(solved.at_limit)
        off = [
            pattern.mismatch(y, v, given - operation.consumed(np.abs(v)))
            for v in (nudged, solved.v)
        ]
        try:
            lu = pattern.factors(y, solved.v, operation.slope(np.abs(solved.v)))
        except Singular:  # the feeder stands at its own nose
            return complex(np.inf, np.inf)
        step = -lu.solve(off[0] - off[1])
        there = replace(solved, v=pattern.moved(nudged, step))
        return (self._power(there) - self._power(solved)) / NUDGE
