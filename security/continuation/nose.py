"""The point of greatest loading, refined and confirmed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.sparse.linalg import LinearOperator, eigsh

from security.ac.elimination import Singular, factors
from security.continuation.conditions import LoadingAt
from security.continuation.corrector import correct, moved
from security.continuation.equations import Linearised, Steps
from security.continuation.parameter import Unknown, fastest_voltage

V_WITHIN = 1e-6  # p.u. or rad; loading is flat there, so its error is far smaller
ABOVE = 1e-4  # of loading


@dataclass
class Turn:
    """Two points of the curve, the loading rising at the first and falling at the second."""

    rising: Linearised
    up: Steps
    falling: Linearised
    down: Steps

    @property
    def parameter(self) -> Unknown:
        """The voltage that tells the points between apart: the fastest where loading is slower."""
        if abs(self.up.lam) < abs(self.down.lam):
            return fastest_voltage(self.rising, self.up)
        return fastest_voltage(self.falling, self.down)


@dataclass
class Top:
    """The nose, the curve's direction there and the rounds that it took."""

    point: Linearised
    tangent: Steps
    rounds: int


class _Lost(ArithmeticError):
    """No point of the curve was found."""


def refine(turn: Turn) -> Top | None:
    """The nose between two points, where loading does not change with the voltage; or none."""
    try:
        return _refined(turn)
    except (Singular, _Lost):
        return None


def _refined(turn: Turn) -> Top:
    parameter = turn.parameter
    known = {
        parameter.value(at.point): (at, at.tangent(parameter.at(at.point)))
        for at in (turn.rising, turn.falling)
    }
    rounds = 0

    def rise(value: float) -> float:
        """Slope of the loading in the parameter."""
        nonlocal rounds
        if value not in known:
            nearest = min(known, key=lambda other: abs(other - value))
            guess = moved(*known[nearest], value - nearest)
            there = parameter.with_value(value)
            found, took = correct(turn.rising.system, guess, there)
            rounds += took
            if found is None:
                raise _Lost
            known[value] = found, found.tangent(there)
        return known[value][1].lam

    first, last = known
    if rise(first) * rise(last) > 0:
        raise _Lost
    top = float(brentq(rise, first, last, xtol=V_WITHIN))
    rise(top)
    point, tangent = known[top]
    return Top(point, tangent.times(tangent.orientation * turn.up.orientation), rounds)


def is_confirmed(nose: Linearised) -> bool:
    """Whether no solution is found just above the nose, starting from it."""
    found, _ = correct(nose.system, nose.point, LoadingAt(nose.point.lam + ABOVE))
    return found is None


def singular_value_ratio(here: Linearised, base: Linearised) -> float:
    """Smallest singular value at a point over that at another, of the area where it fell most.

    Of transmission's Jacobian with the feeders eliminated and of each feeder's own: at a nose one
    of them is singular.
    """
    pairs = zip(here.jacobians, base.jacobians, strict=True)
    return min(_smallest_singular_value(a) / _smallest_singular_value(b) for a, b in pairs)


def _smallest_singular_value(matrix: Any) -> float:
    """From the greatest eigenvalue of the inverse of J'J."""
    try:
        lu, turned = factors(matrix), factors(matrix.T.tocsc())
    except Singular:
        return 0.0
    size = lu.shape[0]
    inverse = LinearOperator((size, size), matvec=lambda x: lu.solve(turned.solve(x)), dtype=float)
    start = np.ones(size)  # the same figure in every run
    greatest = eigsh(inverse, k=1, v0=start, tol=1e-6, return_eigenvectors=False)
    return float(1.0 / np.sqrt(greatest[0]))
