"""What happens on the way along the curve: reactive limits and moves of taps, in their order."""

from dataclasses import replace

import numpy as np

from security.ac.grid import Complex
from security.ac.newton import Q_TOLERANCE
from security.continuation.corrector import correct
from security.continuation.equations import Linearised, Point
from security.continuation.reactive_limits import LimitReached, limits_near
from security.continuation.tap_moves import TapMove, tap_moves

TRIALS = 10
Event = LimitReached | TapMove


def events(at: Linearised) -> list[Event]:
    """All that could happen at a point, with what is left until then."""
    limits = (e for name in at.point.areas for e in limits_near(name, at.area(name)))
    return [*(limits if at.system.q_limits else ()), *tap_moves(at)]


def first_event(
    before: Linearised, beyond: Linearised
) -> tuple[Linearised | None, list[Event], int]:
    """The first event between two points, where it is, and the rounds that this took.

    It comes with all that happens at the same point.
    """
    crossed = _crossed(before, beyond)
    rounds = 0
    for _ in range(TRIALS):
        if not crossed:
            break
        n, share = crossed[0]
        guess = _between(before.point, beyond.point, share)
        found, took = correct(before.system, guess, events(beyond)[n].condition)
        rounds += took
        if found is None:
            break
        earlier = _crossed(before, found)
        if not earlier:
            return found, [events(found)[n], *_beside(before, found, n)], rounds
        crossed = earlier
    return None, [], rounds


def _beside(before: Linearised, found: Linearised, sought: int) -> list[Event]:
    """What else happens at a point; what has only just happened is as near, but moves away."""
    pairs = enumerate(zip(events(before), events(found), strict=True))
    return [
        now
        for n, (then, now) in pairs
        if n != sought and abs(now.remaining) <= Q_TOLERANCE and now.remaining < then.remaining
    ]


def is_beyond(at: Linearised) -> bool:
    """Whether a limit is exceeded at a point."""
    return any(e.remaining < -Q_TOLERANCE for e in events(at))


def _crossed(before: Linearised, beyond: Linearised) -> list[tuple[int, float]]:
    """Numbers of events behind `beyond`, and how far (as a share) on the way; the first first."""
    found = []
    for n, (then, now) in enumerate(zip(events(before), events(beyond), strict=True)):
        if now.remaining < -Q_TOLERANCE:
            share = then.remaining / (then.remaining - now.remaining) if then.remaining > 0 else 0.0
            found.append((n, min(max(share, 0.0), 1.0)))
    return sorted(found, key=lambda pair: pair[1])


def _between(a: Point, b: Point, share: float) -> Point:
    areas = {
        name: replace(local, v=_turned(local.v, b.areas[name].v, share))
        for name, local in a.areas.items()
    }
    return Point(a.lam + share * (b.lam - a.lam), areas)


def _turned(a: Complex, b: Complex, share: float) -> Complex:
    """Voltages on the way, held magnitudes kept."""
    size = np.abs(a) + share * (np.abs(b) - np.abs(a))
    turned: Complex = size * np.exp(1j * (np.angle(a) + share * np.angle(b / a)))
    return turned
