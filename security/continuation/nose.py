"""The point of greatest loading, refined and confirmed."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.sparse.linalg import LinearOperator, eigsh, splu

from security.continuation.conditions import LoadingAt, VoltageAt
from security.continuation.system import Linearised, Point, Steps, System

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
    ends = (turn.rising, turn.falling)
    v = [float(abs(p.point.areas[area].v[bus])) for p in ends]
    known = {v[0]: ends[0], v[1]: ends[1]}
    rounds = 0

    def rise(at_v: float) -> float:
        """Slope of the loading in the voltage."""
        nonlocal rounds
        if at_v not in known:
            guess = _guess(system, known, at_v, area, bus)
            found, took = system.correct(guess, VoltageAt(area, bus, at_v))
            rounds += took
            if found is None:
                raise RuntimeError
            known[at_v] = found
        return _direction(known[at_v], area, bus).lam

    top = float(brentq(rise, v[0], v[1], xtol=V_WITHIN))
    rise(top)
    return Top(known[top], _direction(known[top], area, bus), rounds)


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
    found, _ = system.correct(nose.point, LoadingAt(nose.point.lam + ABOVE))
    return found is None


def smallest_singular_value(at: Linearised) -> float:
    """Smallest singular value of transmission's Jacobian with the feeders eliminated.

    From the greatest eigenvalue of the inverse of J'J.
    """
    lu, turned = splu(at.jacobian), splu(at.jacobian.T.tocsc())
    size = lu.shape[0]
    inverse = LinearOperator((size, size), matvec=lambda x: lu.solve(turned.solve(x)), dtype=float)
    start = np.ones(size)  # the same figure in every run
    greatest = eigsh(inverse, k=1, v0=start, tol=1e-6, return_eigenvectors=False)
    return float(1.0 / np.sqrt(greatest[0]))


def _direction(at: Linearised, area: str, bus: int) -> Steps:
    return at.tangent(VoltageAt(area, bus, 0.0).row(at))


def _guess(
    system: System, known: dict[float, Linearised], at_v: float, area: str, bus: int
) -> Point:
    nearest = min(known, key=lambda v: abs(v - at_v))
    at = known[nearest]
    return system.moved(at, _direction(at, area, bus), at_v - nearest)
