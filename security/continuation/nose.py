"""The point of greatest loading, refined and confirmed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.sparse.linalg import LinearOperator, eigsh, splu

from security.continuation.conditions import LoadingAt
from security.continuation.corrector import correct, moved
from security.continuation.equations import Linearised, Steps
from security.continuation.fastest import fastest_voltage

V_WITHIN = 1e-6  # p.u.; loading is flat there, so its error is far smaller
ABOVE = 1e-4  # of loading


@dataclass
class Turn:
    """Two points of the curve, the loading rising at the first and falling at the second."""

    rising: Linearised
    up: Steps
    falling: Linearised
    down: Steps


@dataclass
class Top:
    """The nose, the curve's direction there and the rounds that it took."""

    point: Linearised
    tangent: Steps
    rounds: int


def refine(turn: Turn) -> Top:
    """The nose between two points: where loading does not change with the fastest voltage."""
    fastest = fastest_voltage(turn.falling, turn.down)
    known = {
        fastest.value(at.point): (at, at.tangent(fastest.at(at.point)))
        for at in (turn.rising, turn.falling)
    }
    rounds = 0

    def rise(value: float) -> float:
        """Slope of the loading in the unknown."""
        nonlocal rounds
        if value not in known:
            nearest = min(known, key=lambda other: abs(other - value))
            guess = moved(*known[nearest], value - nearest)
            there = fastest.with_value(value)
            found, took = correct(turn.rising.system, guess, there)
            rounds += took
            if found is None:
                raise RuntimeError
            known[value] = found, found.tangent(there)
        return known[value][1].lam

    first, last = known
    top = float(brentq(rise, first, last, xtol=V_WITHIN))
    rise(top)
    return Top(*known[top], rounds)


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
    lu, turned = splu(matrix), splu(matrix.T.tocsc())
    size = lu.shape[0]
    inverse = LinearOperator((size, size), matvec=lambda x: lu.solve(turned.solve(x)), dtype=float)
    start = np.ones(size)  # the same figure in every run
    greatest = eigsh(inverse, k=1, v0=start, tol=1e-6, return_eigenvectors=False)
    return float(1.0 / np.sqrt(greatest[0]))
