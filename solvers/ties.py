"""A rule where an optimum has more than one dual, so that the solver does not choose.

At an optimum x all duals form a polyhedron: A'y = gradient at columns between their limits, and
the right signs at limits. The least and the greatest weighted sum of prices over it are the slopes
of the optimal cost when load falls and when it grows as a whole (J. Gauvin, J. W. Tolle,
"Differential Stability in Nonlinear Programming", SIAM J. Control Optim. 15(2), 1977; T. Gal,
"Shadow prices and sensitivity analysis in linear programming under degeneracy", OR Spektrum 8,
1986). Where that leaves prices open, those of least squares are taken, of which there are but one.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import sparse

from solvers.certify import residuals
from solvers.clarabel import ClarabelSession
from solvers.errors import SolveFailed
from solvers.highs import HighsSession
from solvers.moving import Mask, away, moving
from solvers.program import Positions, Program, Solution, Vector

Tie = Literal["middle", "lowest", "highest"]
SAME = 1e-7  # part of the largest price: duals that differ by less are one
BESIDE = 1e-6  # weight of other duals beside prices where least squares choose
NAME, TIME_LIMIT_S = "prices that are not unique", 60.0


@dataclass(frozen=True)
class Prices:
    """Which duals are prices: rows, what makes a price of a dual, and weights of their mean.

    Rows that are `held` keep their duals.
    """

    rows: Positions
    scale: Vector
    weight: Vector
    held: Positions

    def same(self, one: Vector, other: Vector) -> bool:
        """Whether duals give the same prices."""
        first, second = (dual[self.rows] * self.scale for dual in (one, other))
        largest = max(1.0, float(np.abs([first, second]).max(initial=0.0)))
        return float(np.abs(first - second).max(initial=0.0)) <= SAME * largest


@dataclass(frozen=True)
class Duals:
    """Duals by the rule, and those at the ends between which it chose."""

    chosen: Vector
    lowest: Vector
    highest: Vector

    def of(self, rows: Positions) -> "Duals":
        """Those of some rows."""
        if self.ends is None:
            one = self.chosen[rows]
            return Duals(one, one, one)
        return Duals(self.chosen[rows], self.lowest[rows], self.highest[rows])

    @property
    def ends(self) -> tuple[Vector, Vector] | None:
        """Both ends; None where there is no choice."""
        return None if self.lowest is self.highest else (self.lowest, self.highest)


def between(lowest: Vector, highest: Vector, tie: Tie) -> Duals:
    """The duals of the rule between two ends; as both are optimal, so is their middle."""
    by_rule = {"lowest": lowest, "highest": highest, "middle": (lowest + highest) / 2}
    return Duals(by_rule[tie], lowest, highest)


def movable(program: Program, x: Vector, dual: Vector, prices: Prices) -> bool:
    """Whether an optimum has other prices than those of its duals."""
    return _face(program, x, dual, prices) is not None


def untied(program: Program, x: Vector, dual: Vector, prices: Prices, tie: Tie) -> Duals:
    """Duals of the optimum `x` by the rule; `dual` itself where prices are unique.

    Where one end is without limit the other one is taken.
    """
    alone = Duals(dual, dual, dual)
    face = _face(program, x, dual, prices)
    if face is None:
        return alone
    ends = [dual + change for change in face.ends()]
    if not ends or all(prices.same(end, dual) for end in ends):
        return alone
    found = between(ends[0], ends[-1], tie)
    return found if residuals(program, x, found.chosen)[0].acceptable else alone


@dataclass(frozen=True)
class _Face:
    """Changes of the duals of some rows that keep them optimal: the columns of a program.

    `mean` makes the mean price of them, `square` weighs squares where that leaves a choice.
    """

    program: Program
    rows: Positions
    dual: Vector
    mean: Vector
    square: Vector
    size: int

    def ends(self) -> list[Vector]:
        """Changes that lead to the least and to the greatest mean price, where there are any."""
        found = []
        session = HighsSession(self.program, NAME, TIME_LIMIT_S)
        for sign in (1.0, -1.0):
            session.set_cost(np.arange(self.mean.size), sign * self.mean)
            try:
                found.append(self._end(session.solve()))
            except SolveFailed:  # without end to this side
                continue
        return found

    def _end(self, found: Solution) -> Vector:
        best = _pressed(self.program, found)
        free, equal = best.lower < best.upper, best.row_lower == best.row_upper
        is_price = self.square > BESIDE
        one = not moving(sparse.csr_array(best.matrix[equal][:, free].T), is_price[free]).any()
        change = np.zeros(self.size)
        change[self.rows] = found.x if one else self._least_squares(best)
        return change

    def _least_squares(self, program: Program) -> Vector:
        bent = sparse.csr_array(sparse.diags_array(self.square))
        nearest = replace(program, cost=self.square * self.dual, quadratic=bent)
        return ClarabelSession(nearest, NAME, TIME_LIMIT_S).solve().x


def _face(program: Program, x: Vector, dual: Vector, prices: Prices) -> _Face | None:
    """All optimal duals; None where prices cannot move."""
    size = program.row_lower.size
    slopes = program.slopes(x)
    at = _at_limits(x, program.lower, program.upper)
    rows_at = _at_limits(program.activity(x), program.row_lower, program.row_upper)
    holds = rows_at[0] | rows_at[1]
    holds[prices.held] = False
    rows = np.flatnonzero(holds)
    mean, square = np.zeros(size), np.full(size, BESIDE)
    mean[prices.rows] = prices.weight * prices.scale
    square[prices.rows] = prices.scale**2
    between_limits = ~at[0] & ~at[1]
    moves = moving(sparse.csr_array(slopes[rows][:, between_limits]), (square > BESIDE)[rows])
    if not moves.any():
        return None
    rows = rows[moves]
    reduced = residuals(program, x, dual)[1]
    own = sparse.csc_array(slopes[rows])
    columns = np.flatnonzero((np.diff(own.indptr) > 0) & ~(at[0] & at[1]))
    signs = _room(dual[rows], rows_at[0][rows], rows_at[1][rows])
    lower, upper = _room(reduced[columns], at[0][columns], at[1][columns])
    changes = Program(
        cost=np.zeros(rows.size),
        lower=signs[0],
        upper=signs[1],
        matrix=sparse.csr_array(own[:, columns].T),
        row_lower=-upper,
        row_upper=-lower,
    )
    return _Face(changes, rows, dual[rows], mean[rows], square[rows], size)


def _at_limits(value: Vector, lower: Vector, upper: Vector) -> tuple[Mask, Mask]:
    """Which values are at their lower limits, and at their upper ones."""
    width = upper - lower
    return ~away(value, lower, width), ~away(value, upper, width)


def _room(dual: Vector, at_lower: Mask, at_upper: Mask) -> tuple[Vector, Vector]:
    """By how much duals can fall and rise until they no longer press on the limit they are at.

    At both limits, which are one then, they are free; at none they stay.
    """
    fall = np.where(at_lower, -np.maximum(dual, 0.0), 0.0)
    rise = np.where(at_upper, -np.minimum(dual, 0.0), 0.0)
    return np.where(at_upper, -np.inf, fall), np.where(at_lower, np.inf, rise)


def _pressed(program: Program, found: Solution) -> Program:
    """The program with all limits held on which its optimum presses: all its optima."""
    lower, upper = _held(program.lower, program.upper, found.reduced)
    row_lower, row_upper = _held(program.row_lower, program.row_upper, found.dual)
    return replace(program, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def _held(lower: Vector, upper: Vector, pressing: Vector) -> tuple[Vector, Vector]:
    return np.where(pressing < -SAME, upper, lower), np.where(pressing > SAME, lower, upper)
