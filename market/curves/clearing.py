"""Transmission's clearing over bid curves: one column per segment of every curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from market.coordination.bid_curve import BidCurve
from market.coordination.protocol import Crossing
from market.operators.day import Day
from solvers.program import Program, Vector


@dataclass(frozen=True)
class CurveProgram:
    """The program, whose first columns are the day's, and the boundary power of its columns."""

    program: Program
    least: Crossing
    power: sparse.csr_array  # (boundaries x periods, segments)

    def schedule(self, x: Vector) -> Crossing:
        """Boundary power (MW), shape (boundaries, periods)."""
        bought = self.power @ x[x.size - self.power.shape[1] :]
        schedule: Crossing = self.least + bought.reshape(self.least.shape)
        return schedule


def over_curves(day: Day, curves: Mapping[int, BidCurve]) -> CurveProgram:
    """The day with its boundary power bought along `curves`, by boundary row.

    Boundary power is held where the curves begin; a segment's column adds to it. Prices never
    rise along a curve, so the best optimum fills the segments in their order.
    """
    boundary = day.columns["p_boundary"]
    least = np.zeros(boundary.shape)
    for row, curve in curves.items():
        least[row] = curve.least_mw
    cells = _end_to_end([row * day.hours.size + c.period for row, c in curves.items()]).astype(int)
    count = cells.size
    once = (np.ones(count), (cells, np.arange(count)))
    power = sparse.csr_array(once, shape=(boundary.size, count))
    hours = day.hours[cells % day.hours.size]
    price, slope, width = (
        _end_to_end([getattr(c, name) for c in curves.values()])
        for name in ("price_from", "slope", "width")
    )
    held = day.program.copy()
    held.lower[boundary] = held.upper[boundary] = least
    entries = sparse.csr_array(sparse.csc_array(held.matrix)[:, boundary.ravel()] @ power)
    program = _beside(held, entries, -price * hours, slope * hours, width)
    return CurveProgram(program, least, power)


def _end_to_end(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0)


def _beside(
    base: Program, entries: sparse.csr_array, cost: Vector, bend: Vector, width: Vector
) -> Program:
    """The program with further columns in [0, width] with linear and quadratic costs."""
    size = base.cost.size + cost.size
    bent = np.concatenate([np.zeros(base.cost.size), bend])
    quadratic = sparse.csr_array(sparse.diags_array(bent))
    if base.quadratic is not None:
        q = base.quadratic.tocoo()
        quadratic = quadratic + sparse.csr_array((q.data, (q.row, q.col)), shape=(size, size))
    quadratic.eliminate_zeros()
    return replace(
        base,
        cost=np.concatenate([base.cost, cost]),
        lower=np.concatenate([base.lower, np.zeros(cost.size)]),
        upper=np.concatenate([base.upper, width]),
        matrix=sparse.csr_array(sparse.hstack([base.matrix, entries])),
        quadratic=quadratic,
        follows=_none_of(base.follows, cost.size),
    )


def _none_of(follows: NDArray[np.bool_] | None, count: int) -> NDArray[np.bool_] | None:
    return None if follows is None else np.concatenate([follows, np.zeros(count, dtype=bool)])
