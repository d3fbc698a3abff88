"""The point of greatest loading, refined and confirmed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.sparse.linalg import LinearOperator, eigsh, splu

from security.continuation.conditions import LoadingAt, VoltageAt
from security.continuation.corrector import correct, moved
from security.continuation.equations import Linearised, Steps, System

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


def refine(system: System, turn: Turn) -> Top:
    """The nose between two points: where loading does not change with the fastest voltage."""
    area, bus = steepest(turn.falling, turn.down)
    tracked = {_voltage(p, area, bus): p for p in (turn.rising, turn.falling)}
    known = {v: (p, _direction(p, area, bus)) for v, p in tracked.items()}
    rounds = 0

    def rise(at_v: float) -> float:
        """Slope of the loading in the voltage."""
        nonlocal rounds
        if at_v not in known:
            nearest = min(known, key=lambda v: abs(v - at_v))
            near, direction = known[nearest]
            guess = moved(near, direction, at_v - nearest)
            found, took = correct(system, guess, VoltageAt(area, bus, at_v))
            rounds += took
            if found is None:
                raise RuntimeError
            known[at_v] = found, _direction(found, area, bus)
        return known[at_v][1].lam

    first, last = known
    top = float(brentq(rise, first, last, xtol=V_WITHIN))
    rise(top)
    return Top(*known[top], rounds)


def steepest(at: Linearised, along: Steps) -> tuple[str, int]:
    """Area and bus whose voltage changes fastest."""
    best, most = ("", 0), -1.0
    for name, step in along.areas.items():
        pattern = at.area(name).pattern
        change = np.abs(step[pattern.angle.size :])
        if change.size and change.max() > most:
            best, most = (name, int(pattern.magnitude[change.argmax()])), float(change.max())
    return best


def is_confirmed(system: System, nose: Linearised) -> bool:
    """Whether no solution is found just above the nose, starting from it."""
    found, _ = correct(system, nose.point, LoadingAt(nose.point.lam + ABOVE))
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


def _direction(at: Linearised, area: str, bus: int) -> Steps:
    return at.tangent(VoltageAt(area, bus, 0.0))


def _voltage(at: Linearised, area: str, bus: int) -> float:
    return float(abs(at.point.areas[area].v[bus]))
