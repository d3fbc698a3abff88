"""Pairs of columns of which one at most may differ from zero.

Only pairs that an optimum uses both ways become a choice, and the program is solved again until
none is left. Linear programs choose by binaries at HiGHS, others by branching on the pair that is
used most; A. H. Land, A. G. Doig, "An Automatic Method of Solving Discrete Programming Problems",
Econometrica 28(3), 1960.
"""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.errors import SolveFailed
from solvers.highs import solve_binaries
from solvers.program import Positions, Program, Solution, Vector
from solvers.session import Session

BOTH = 1e-6  # MW; less is what solvers leave of zero
SAME = 1e-6  # part of the objective: a branch that promises no more is not followed
MOST_BRANCHES = 300


def solve_exclusively(session: Session, pairs: Positions, name: str, limit_s: float) -> Solution:
    """Optimum at which one column at most of each row of `pairs` (columns >= 0) is above zero.

    Its duals are those with the idle columns of the chosen pairs held at zero, its `gap` is what
    the search has not ruled out. The session keeps its bounds; raises SolveFailed.
    """
    relaxed = session.solve()
    chosen = used_both_ways(relaxed.x, pairs)
    if not chosen.any():
        return relaxed
    lower, upper = session.program.lower.copy(), session.program.upper.copy()
    try:
        while True:
            idle, bound = _choose(session, pairs[chosen], name, limit_s)
            session.set_bounds(idle, lower[idle], np.zeros(idle.size))
            found = session.solve()
            more = used_both_ways(found.x, pairs)
            if not more.any():
                gap = max(found.gap, found.objective - bound)
                return replace(found, gap=gap, held=session.program.copy())
            session.set_bounds(idle, lower[idle], upper[idle])
            chosen |= more
    finally:
        columns = pairs.ravel()
        session.set_bounds(columns, lower[columns], upper[columns])


def used_both_ways(x: Vector, pairs: Positions) -> NDArray[np.bool_]:
    """Which pairs have both columns above zero."""
    used: NDArray[np.bool_] = x[pairs].min(axis=1, initial=np.inf) > BOTH
    return used


def _choose(
    session: Session, pairs: Positions, name: str, limit_s: float
) -> tuple[Positions, float]:
    """The idle column of each pair that must have one, and a bound of the objective."""
    if session.program.is_linear:
        x, bound = solve_binaries(*_with_binaries(session.program, pairs), name, limit_s)
        first = x[-len(pairs) :] > 0.5
        return np.where(first, pairs[:, 1], pairs[:, 0]), bound
    return _branch(session, pairs, name, limit_s)


def _with_binaries(program: Program, pairs: Positions) -> tuple[Program, Positions]:
    """The program with a column per pair that is 1 where the first of it may be used, else 0."""
    count, size = len(pairs), program.cost.size
    n, none = np.arange(count), np.zeros(count)
    first, second = program.upper[pairs].T
    wider = program.with_columns(none, sparse.csc_array((program.matrix.shape[0], count)))
    wider.upper[size:] = 1.0
    shape = (count, size + count)
    of_first = _rows(n, [(pairs[:, 0], np.ones(count)), (size + n, -first)], shape)
    of_second = _rows(n, [(pairs[:, 1], np.ones(count)), (size + n, second)], shape)
    chosen = replace(
        wider,
        matrix=sparse.csr_array(sparse.vstack([wider.matrix, of_first, of_second])),
        row_lower=np.concatenate([program.row_lower, np.full(2 * count, -np.inf)]),
        row_upper=np.concatenate([program.row_upper, none, second]),
    )
    return chosen, size + n


def _rows(
    n: Positions, entries: list[tuple[Positions, Vector]], shape: tuple[int, int]
) -> sparse.csr_array:
    columns, values = (np.concatenate([e[part] for e in entries]) for part in (0, 1))
    return sparse.csr_array((values, (np.tile(n, len(entries)), columns)), shape=shape)


def _branch(
    session: Session, pairs: Positions, name: str, limit_s: float
) -> tuple[Positions, float]:
    """Depth first, where the smaller column is held at zero before the larger."""
    deadline, solved = time.monotonic() + limit_s, 0
    lower, upper = session.program.lower.copy(), session.program.upper.copy()
    columns = pairs.ravel()
    best, idle = np.inf, list[int]()
    nodes: list[tuple[float, list[int]]] = [(-np.inf, [])]
    while nodes and solved < MOST_BRANCHES and time.monotonic() < deadline:
        bound, held = nodes.pop()
        if not _promises(bound, best):
            continue
        solved += 1
        limits = upper.copy()
        limits[held] = 0.0
        session.set_bounds(columns, lower[columns], limits[columns])
        try:
            found = session.solve()
        except SolveFailed:  # held so, no point is feasible
            continue
        if not _promises(found.objective, best):
            continue
        both = used_both_ways(found.x, pairs)
        if not both.any():
            best, idle = found.objective, held
            continue
        worst = pairs[both][found.x[pairs[both]].min(axis=1).argmax()]
        small, large = worst[np.argsort(found.x[worst])].tolist()
        nodes += [(found.objective, [*held, large]), (found.objective, [*held, small])]
    session.set_bounds(columns, lower[columns], upper[columns])
    if not np.isfinite(best):
        raise SolveFailed(name, "no choice of directions was found", "raise time_limit_s")
    return np.array(idle, dtype=np.int64), min([best, *(bound for bound, _ in nodes)])


def _promises(bound: float, best: float) -> bool:
    return bound < best - SAME * max(1.0, abs(best)) if np.isfinite(best) else True
