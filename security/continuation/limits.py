"""Reactive limits along the curve: where a bus stops holding its voltage, or holds it again.

I. Dobson, L. Lu, "Voltage Collapse Precipitated by the Immediate Change in Stability When
Generator Reactive Power Limits are Encountered", IEEE Trans. Circuits Syst. I 39(9), 1992.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from security.ac.grid import Complex
from security.ac.newton import Q_TOLERANCE, held_buses
from security.continuation.conditions import ReactiveAt, VoltageAt
from security.continuation.corrector import correct
from security.continuation.equations import Linearised, Point, Steps, System
from security.continuation.side import Linear

TRIALS = 10


@dataclass(frozen=True)
class Event:
    """A bus that reaches a reactive limit, or at one the voltage it should hold.

    `side` is +1 at the greatest reactive power, -1 at the least; `left` is what is left until
    then (p.u.), negative beyond.
    """

    area: str
    bus: int
    side: int
    stops: bool
    target: float
    left: float

    @property
    def condition(self) -> ReactiveAt | VoltageAt:
        """Where the event is."""
        kind = ReactiveAt if self.stops else VoltageAt
        return kind(self.area, self.bus, self.target)

    def onwards(self, at: Linearised) -> Steps:
        """The direction of the curve behind the event, with the bus switched."""
        if self.stops:  # its voltage leaves the set-point on the side that the limit allows
            return _times(at.tangent(VoltageAt(self.area, self.bus, 0.0)), -self.side)
        return _times(at.tangent(ReactiveAt(self.area, self.bus, 0.0)), -self.side)


def events(at: Linearised) -> list[Event]:
    """All buses that could reach a limit or come back from one."""
    return [e for name in at.point.areas for e in _of_area(name, at.area(name))]


def first_event(
    system: System, before: Linearised, beyond: Linearised
) -> tuple[Linearised | None, list[Event], int]:
    """The first event between two points, where it is, and the rounds that this took."""
    crossed = _crossed(before, beyond)
    rounds = 0
    for _ in range(TRIALS):
        if not crossed:
            break
        event, share = crossed[0]
        guess = _between(before.point, beyond.point, share)
        found, took = correct(system, guess, event.condition)
        rounds += took
        if found is None:
            break
        earlier = _crossed(before, found)
        if not earlier:
            return found, [e for e in events(found) if abs(e.left) <= Q_TOLERANCE], rounds
        crossed = earlier
    return None, [], rounds


def is_beyond(at: Linearised) -> bool:
    """Whether a limit is exceeded at a point."""
    return any(e.left < -Q_TOLERANCE for e in events(at))


def switched(point: Point, reached: Sequence[Event]) -> Point:
    """The point with these buses at their limit, or back from it."""
    areas = dict(point.areas)
    for e in reached:
        limits = areas[e.area].at.copy()
        limits[e.bus] = e.side if e.stops else 0
        areas[e.area] = replace(areas[e.area], at=limits)
    return Point(point.lam, areas)


def _of_area(name: str, linear: Linear) -> Iterator[Event]:
    operation, at, base = linear.operation, linear.here.at, linear.side.grid.base_mva
    for k in np.flatnonzero(held_buses(operation, at)):
        q = linear.reactive(int(k))
        for side, limits in ((1, operation.q_max), (-1, operation.q_min)):
            limit = float(limits[k])
            left = side * (limit - q) / base
            yield Event(name, int(k), side, stops=True, target=limit, left=left)
    for k in np.flatnonzero(at):
        side, wanted = int(at[k]), float(operation.v_set[k])
        left = side * (wanted - float(abs(linear.here.v[k])))
        yield Event(name, int(k), side, stops=False, target=wanted, left=left)


def _crossed(before: Linearised, beyond: Linearised) -> list[tuple[Event, float]]:
    """Events behind `beyond`, and how far (as a share) they are on the way; the first first."""
    found = []
    for then, now in zip(events(before), events(beyond), strict=True):
        if now.left < -Q_TOLERANCE:
            share = then.left / (then.left - now.left) if then.left > 0 else 0.0
            found.append((now, min(max(share, 0.0), 1.0)))
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


def _times(steps: Steps, factor: float) -> Steps:
    return Steps(steps.lam * factor, {name: factor * s for name, s in steps.areas.items()})
