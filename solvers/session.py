"""One program kept at a solver: change numbers, solve again, get a checked optimum."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy import sparse

from solvers.clarabel import ClarabelSession
from solvers.condensed import CondensedSession
from solvers.cones import cones_of
from solvers.highs import HighsSession
from solvers.ipopt import IpoptSession
from solvers.layout import Layout, Part
from solvers.program import Positions, Program, Solution, Vector
from solvers.turns import Turns


class Session(Protocol):
    """What every solver back-end offers."""

    @property
    def program(self) -> Program:
        """The caller's view of what is solved."""
        ...

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def seconds(self) -> float:
        """Time spent in the solver."""
        ...

    def restart(self) -> None:
        """Forget all former solves: the next optimum does not depend on what came before."""
        ...

    def set_cost(self, columns: Positions, cost: Vector) -> None:
        """Replace the linear cost of some columns."""
        ...

    def set_bounds(self, columns: Positions, lower: Vector, upper: Vector) -> None:
        """Replace the bounds of some columns."""
        ...

    def add_columns(self, cost: Vector, entries: sparse.csc_array) -> Positions:
        """Append columns >= 0 with their matrix entries; gives their positions."""
        ...

    def add_rows(self, matrix: sparse.csr_array, lower: Vector, upper: Vector) -> None:
        """Append rows with their limits."""
        ...

    def solve(self) -> Solution:
        """Optimum of the program as it stands; raises SolveFailed where there is none."""
        ...


def open_session(
    program: Program,
    name: str,
    time_limit_s: float,
    turns: Turns | None = None,
    parts: Sequence[Part] = (),
) -> Session:
    """A session with the solver that fits.

    HiGHS for linear programs, Clarabel for convex quadratic ones and where all quadratic rows are
    second-order cones, Ipopt where they are not.

    `name` is what an error message calls the problem. Linear programs with the same `turns` share
    a HiGHS, which does not see what follows from the rest in their `parts`.
    """
    np.testing.assert_equal(program.cost.size, program.matrix.shape[1])
    if program.products is not None and cones_of(program) is None:
        return IpoptSession(program, name, time_limit_s)
    if program.is_linear and parts:
        return CondensedSession(program, Layout.of(program, parts), name, time_limit_s, turns)
    if program.is_linear:
        return HighsSession(program, name, time_limit_s, turns)
    return ClarabelSession(program, name, time_limit_s)
