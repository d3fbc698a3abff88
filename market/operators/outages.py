"""Transmission that survives the loss of any branch of a list: limits are added as they are missed.

A. S. Xavier, F. Qiu, F. Wang, P. R. Thimmapuram, "Transmission Constraint Filtering in Large-Scale
Security-Constrained Unit Commitment", IEEE Trans. Power Syst. 34(3), 2019.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from market.operators.day import Day
from scenarios.matrices import incidence
from scenarios.outage_factors import OutageFactors
from solvers.layout import Part
from solvers.lazy import LazySession
from solvers.program import Positions, Program, Vector
from solvers.session import Session, open_session

Pair = tuple[str, str]  # a branch, and the outage after which its limit holds
MISSED_MW = 1e-5  # more than solvers leave of a limit
WORST = 2  # limits of an outage and a period that are added at a time

LIMIT = "outage_limit"


class OutageRows:
    """Limits after outages, over the columns of bus angles; `pairs` are those that are held.

    A pair is held in all periods, its rows one after the other; `angle` (buses, periods) are the
    columns.
    """

    def __init__(
        self, factors: OutageFactors, angle: Positions, known: Sequence[Pair] = ()
    ) -> None:
        self.factors, self.angle = factors, angle
        self.pairs = list(known)
        self._incidence = incidence(factors.network)
        lines = list(factors.network.branches.values())
        self._names = [k.branch for k in lines]
        self._shift = np.radians([k.shift_deg for k in lines])

    def held(self) -> tuple[sparse.csr_array, Vector, Vector] | None:
        """Rows of the pairs that are held."""
        return self.rows(self.pairs) if self.pairs else None

    def missed(self, x: Vector) -> tuple[sparse.csr_array, Vector, Vector] | None:
        """Rows of the worst pairs that are not held yet."""
        factors = self.factors
        drop = self._incidence @ x[self.angle] - self._shift[:, None]
        flow = factors.worth[:, None] * drop
        found: dict[Pair, None] = {}
        for n, outage in enumerate(factors.outages):
            over = np.abs(factors.after(flow, n)) - factors.rating[:, None]
            for branch in _worst(over):
                found[self._names[branch], outage] = None
        fresh = [pair for pair in found if pair not in self.pairs]
        if not fresh:
            return None
        self.pairs += fresh
        return self.rows(fresh)

    def rows(self, pairs: Sequence[Pair]) -> tuple[sparse.csr_array, Vector, Vector]:
        """Rows of pairs, period by period of each, with their limits (MW)."""
        factors, periods = self.factors, self.angle.shape[1]
        at = {name: n for n, name in enumerate(self._names)}
        column = {outage: n for n, outage in enumerate(factors.outages)}
        branch = np.array([at[k] for k, _ in pairs])
        outage = np.array([column[k] for _, k in pairs])
        share = factors.factor[branch, outage]
        lost = factors.lost[outage]
        worth = sparse.diags_array(factors.worth) @ self._incidence
        of_angles = sparse.csr_array(worth)[branch] + sparse.diags_array(share) @ worth[lost]
        of_angles = sparse.coo_array(of_angles)
        t = np.arange(periods)
        row = (of_angles.row[:, None] * periods + t).ravel()
        place = self.angle[of_angles.col].ravel()
        width = int(self.angle.max()) + 1
        matrix = sparse.csr_array(
            (np.repeat(of_angles.data, periods), (row, place)), shape=(len(pairs) * periods, width)
        )
        driven = factors.worth * self._shift
        shifted = np.repeat(driven[branch] + share * driven[lost], periods)
        limit = np.repeat(factors.rating[branch], periods)
        return matrix, shifted - limit, shifted + limit


def _worst(over: Vector) -> Positions:
    """Branches that are above their limit and among the worst of a period."""
    most = np.partition(over, -WORST, axis=0)[-WORST] if len(over) > WORST else -math.inf
    found: Positions = np.flatnonzero(((over > MISSED_MW) & (over >= most)).any(axis=1))
    return found


def secured(
    program: Program,
    name: str,
    limit_s: float,
    day: Day,
    columns: Positions | None = None,
    parts: Sequence[Part] = (),
    known: Sequence[Pair] = (),
) -> Session:
    """A session of a program that keeps to limits after the outages of a day, if it has any.

    `columns` is where the day's columns are in the program, where that is not the day's own.
    Without outages what follows from the rest in the program's `parts` may be solved out of it.
    Limits of pairs that are `known` are held from the start.
    """

    def opened(program: Program) -> Session:
        return open_session(program, name, limit_s)

    factors = day.outages
    if factors is None:
        return open_session(program, name, limit_s, parts=parts)
    angle = day.columns["angle"]
    places = angle if columns is None else columns[angle]
    return LazySession(program, opened, lambda: OutageRows(factors, places, known))


def pairs_of(session: Session) -> tuple[Pair, ...]:
    """Pairs whose limits the session holds, in the order of its last rows."""
    if isinstance(session, LazySession) and isinstance(session.missing, OutageRows):
        return tuple(session.missing.pairs)
    return ()


def with_limits(day: Day, pairs: Sequence[Pair]) -> Day:
    """The day with the limits of pairs behind its rows, as `outage_limit`."""
    if not pairs or day.outages is None:
        return day
    first, periods = day.program.row_lower.size, day.hours.size
    matrix, lower, upper = OutageRows(day.outages, day.columns["angle"]).rows(pairs)
    wide = sparse.csr_array(
        (matrix.data, matrix.indices, matrix.indptr),
        shape=(matrix.shape[0], day.program.cost.size),
    )
    rows = first + np.arange(matrix.shape[0]).reshape(len(pairs), periods)
    return replace(
        day,
        program=day.program.with_rows(wide, lower, upper),
        rows={**day.rows, LIMIT: rows},
        members={**day.members, LIMIT: list(pairs)},
    )


def pressed(day: Day, shadow: Vector) -> Vector:
    """Shadow prices ($/MWh) of branches that say the same as those of limits after outages.

    Shape (branches, periods); a limit presses on its branch and, by its share, on the lost one.
    """
    factors = day.outages
    assert factors is not None
    at = {name: n for n, name in enumerate(factors.network.branches)}
    total = np.zeros((len(at), shadow.shape[1]))
    for (branch, outage), price in zip(day.members[LIMIT], shadow, strict=True):
        total[at[branch]] += price
        total[at[outage]] += factors.factor[at[branch], factors.outages.index(outage)] * price
    return total
