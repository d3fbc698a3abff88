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


def find_whole(session: Session, integers: Positions, search: Search) -> tuple[Vector, float]:
    """Best point found with the columns `integers` whole, and a bound of the objective below it.

    Nothing is priced. Raises SolveFailed where there is no such point.
    """
    began, relaxed = time.monotonic(), session.solve()
    bound = relaxed.objective - relaxed.gap
    program = session.program
    x = _first_point(program, integers, relaxed, session.name, search)
    if x is None or not search.proved(program.objective(x) - bound, bound):
        left = max(0.0, search.time_limit_s - (time.monotonic() - began))
        start = None if x is None else np.rint(x[integers])
        x, proved = solve_binaries(
            program, integers, session.name, left, search.gap_relative, start
        )
        bound = max(bound, proved)
    return x, bound


def solve_whole(
    session: Session,
    integers: Positions,
    search: Search,
    finish: Callable[[Session], Solution] = as_it_stands,
) -> Solution:
    """Best point found with the columns `integers` whole.

    `finish` finds the optimum once they are held; it may rule out more than the program does.
    Its duals are those with these columns held where they are, its `gap` is what the search has
    not ruled out. Where the session finds rows that its program left out, the search goes on from
    there. The session keeps its bounds; raises SolveFailed where there is no such point.
    """
    began, relaxed = time.monotonic(), session.solve()
    bound = relaxed.objective - relaxed.gap
    chosen = _first_point(session.program, integers, relaxed, session.name, search)
    while True:
        program = session.program
        left = max(0.0, search.time_limit_s - (time.monotonic() - began))
        if chosen is None or not search.proved(program.objective(chosen) - bound, bound):
            start = None if chosen is None else np.rint(chosen[integers])
            chosen, proved = solve_binaries(
                program, integers, session.name, left, search.gap_relative, start
            )
            bound = max(bound, proved)
        found = _held(session, integers, np.rint(chosen[integers]), finish)
        gap = max(found.gap, found.objective - bound)
        missed_none = session.program.row_lower.size == program.row_lower.size
        if missed_none or left <= 0.0 or search.proved(gap, found.objective):
            return replace(found, gap=gap)
        chosen = found.x


def _held(
    session: Session, integers: Positions, states: Vector, finish: Callable[[Session], Solution]
) -> Solution:
    """The optimum with integers held at their states; the session keeps its bounds."""
    lower, upper = (
        limit[integers].copy() for limit in (session.program.lower, session.program.upper)
    )
    session.set_bounds(integers, states, states)
    try:
        found = finish(session)
        held = found.held or session.program.copy()
    finally:
        session.set_bounds(integers, lower, upper)
    x = found.x.copy()
    x[integers] = states
    return replace(found, x=x, held=held)


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
