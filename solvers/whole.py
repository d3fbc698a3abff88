"""Linear programs some of whose columns are whole numbers: a search, then prices at its best.

The search begins with the relaxation. Columns that are whole in it are held there and a search
over the others gives a first point (a dive as in E. Danna, E. Rothberg, C. Le Pape, "Exploring
Relaxation Induced Neighborhoods to Improve MIP Solutions", Math. Program. 102, 2005); where the
relaxation's bound does not prove it, the search over all columns begins with it. Prices: R. P.
O'Neill, P. M. Sotkiewicz, B. F. Hobbs, M. H. Rothkopf, W. R. Stewart, "Efficient Market-Clearing
Prices in Markets with Nonconvexities", Eur. J. Oper. Res. 164, 2005.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solvers.errors import SolveFailed
from solvers.highs import solve_binaries
from solvers.program import Positions, Program, Solution, Vector
from solvers.session import Session

WHOLE = 1e-6  # what solvers leave of a whole number
SHARE = 0.5  # of the gap, and of the time, for the first point


@dataclass(frozen=True)
class Search:
    """When a search for whole numbers ends: at a gap (part of the objective) or a time (s)."""

    gap_relative: float
    time_limit_s: float

    def proved(self, gap: float, objective: float) -> bool:
        """Whether a gap ($) of an objective ($) is one at which the search ends by itself."""
        return gap <= self.gap_relative * max(1.0, abs(objective))


def is_whole(x: Vector) -> NDArray[np.bool_]:
    """Which numbers are whole but for what solvers leave."""
    near: NDArray[np.bool_] = np.abs(x - np.rint(x)) <= WHOLE
    return near


def as_it_stands(session: Session) -> Solution:
    """The optimum of the session's program."""
    return session.solve()


def solve_whole(
    session: Session,
    integers: Positions,
    search: Search,
    finish: Callable[[Session], Solution] = as_it_stands,
) -> Solution:
    """Best point found with the columns `integers` whole.

    `finish` finds the optimum once they are held; it may rule out more than the program does.
    Its duals are those with these columns held where they are, its `gap` is what the search has
    not ruled out. The session keeps its bounds; raises SolveFailed where there is no such point.
    """
    program = session.program
    lower, upper = program.lower[integers].copy(), program.upper[integers].copy()
    began, relaxed = time.monotonic(), session.solve()
    first = _first_point(program, integers, relaxed, session.name, search)
    bound, chosen = relaxed.objective - relaxed.gap, first
    if first is None or not search.proved(program.objective(first) - bound, bound):
        left = max(0.0, search.time_limit_s - (time.monotonic() - began))
        start = None if first is None else np.rint(first[integers])
        chosen, proved = solve_binaries(
            program, integers, session.name, left, search.gap_relative, start
        )
        bound = max(bound, proved)
    assert chosen is not None
    states = np.rint(chosen[integers])
    session.set_bounds(integers, states, states)
    try:
        found = finish(session)
        held = found.held or session.program.copy()
    finally:
        session.set_bounds(integers, lower, upper)
    x, gap = found.x.copy(), max(found.gap, found.objective - bound)
    x[integers] = states
    return replace(found, x=x, gap=gap, held=held)


def _first_point(
    program: Program, integers: Positions, relaxed: Solution, name: str, search: Search
) -> Vector | None:
    """A good point near the relaxation, if one is found in time; that one where it is whole."""
    near = np.rint(relaxed.x[integers])
    whole = is_whole(relaxed.x[integers])
    if whole.all():
        return relaxed.x
    dive = program.copy()
    held = integers[whole]
    dive.lower[held] = dive.upper[held] = near[whole]
    limit = SHARE * search.time_limit_s
    try:
        x, _ = solve_binaries(dive, integers, name, limit, SHARE * search.gap_relative)
    except SolveFailed:  # no point has these columns where they are
        return None
    return x
