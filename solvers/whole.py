"""Linear programs some of whose columns are whole numbers: a search, then prices at its best.

R. P. O'Neill, P. M. Sotkiewicz, B. F. Hobbs, M. H. Rothkopf, W. R. Stewart, "Efficient
Market-Clearing Prices in Markets with Nonconvexities", Eur. J. Oper. Res. 164, 2005.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from solvers.highs import solve_binaries
from solvers.program import Positions, Solution, Vector
from solvers.session import Session


@dataclass(frozen=True)
class Search:
    """When a search for whole numbers ends: at a gap (part of the objective) or a time (s)."""

    gap_relative: float
    time_limit_s: float

    def proved(self, gap: float, objective: float) -> bool:
        """Whether a gap ($) of an objective ($) is one at which the search ends by itself."""
        return gap <= self.gap_relative * max(1.0, abs(objective))


def as_it_stands(session: Session) -> Solution:
    """The optimum of the session's program."""
    return session.solve()


def solve_whole(
    session: Session,
    integers: Positions,
    search: Search,
    *,
    start: Vector | None = None,
    finish: Callable[[Session], Solution] = as_it_stands,
) -> Solution:
    """Best point found with the columns `integers` whole; `start` are values to begin with.

    `finish` finds the optimum once they are held; it may rule out more than the program does.
    Its duals are those with these columns held where they are, its `gap` is what the search has
    not ruled out. The session keeps its bounds; raises SolveFailed where there is no such point.
    """
    program = session.program
    lower, upper = program.lower[integers].copy(), program.upper[integers].copy()
    x, bound = solve_binaries(
        program, integers, session.name, search.time_limit_s, search.gap_relative, start
    )
    chosen = np.rint(x[integers])
    session.set_bounds(integers, chosen, chosen)
    try:
        found = finish(session)
        held = found.held or session.program.copy()
    finally:
        session.set_bounds(integers, lower, upper)
    return replace(found, gap=max(found.gap, found.objective - bound), held=held)
