"""How far two points of the curve are apart, and which unknown tells the points near one apart.

W. C. Rheinboldt, J. V. Burkardt, "A Locally Parameterized Continuation Process", ACM Trans. Math.
Softw. 9(2), 1983.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from security.ac.grid import Places, Real
from security.continuation.conditions import AngleAt, LoadingAt, VoltageAt
from security.continuation.equations import UPPER, Condition, Linearised, Point, Steps

Kind = Literal["loading", "magnitude", "angle"]
LOADING: Kind = "loading"
MAGNITUDE: Kind = "magnitude"
ANGLE: Kind = "angle"
WEIGHT = {LOADING: 1.0, MAGNITUDE: 5.0, ANGLE: 1.0}  # 0.02 p.u. count as much as 0.1 rad or lambda


@dataclass(frozen=True)
class Unknown:
    """A voltage magnitude or angle at a bus of an area, or the loading; and its weighted change."""

    kind: Kind
    area: str
    bus: int
    change: float

    def at(self, point: Point) -> Condition:
        """The unknown has the value of a point."""
        return self.with_value(self.value(point))

    def with_value(self, value: float) -> Condition:
        """The unknown has a value."""
        if self.kind == LOADING:
            return LoadingAt(value)
        kind = VoltageAt if self.kind == MAGNITUDE else AngleAt
        return kind(self.area, self.bus, value)

    def value(self, point: Point) -> float:
        """The unknown at a point (p.u., or rad)."""
        if self.kind == LOADING:
            return point.lam
        v = point.areas[self.area].v[self.bus]
        return float(abs(v) if self.kind == MAGNITUDE else np.angle(v))


def fastest_unknown(at: Linearised, along: Steps) -> Unknown:
    """The one that changes most along a direction."""
    return max((_loading(along), *_voltages(at, along)), key=_size)


def fastest_voltage(at: Linearised, along: Steps) -> Unknown:
    """The magnitude or angle that changes most."""
    return max(_voltages(at, along), key=_size)


def fastest_magnitude(at: Linearised, along: Steps) -> Unknown:
    """The magnitude that changes most; the angle where no magnitude is free to change."""
    found = list(_voltages(at, along))
    return max([u for u in found if u.kind == MAGNITUDE] or found, key=_size)


def weighted(at: Linearised, steps: Steps) -> Real:
    """All changes, that of the loading first, each times the weight of its kind."""
    parts = [np.array([steps.lam * WEIGHT[LOADING]])]
    for name, step in steps.areas.items():
        angle, size = np.split(step, [at.area(name).pattern.angle.size])
        parts += [angle * WEIGHT[ANGLE], size * WEIGHT[MAGNITUDE]]
    return np.concatenate(parts)


def way(at: Linearised, start: Point) -> Real:
    """Weighted changes from another point of the same equations to this one."""
    parts = [np.array([(at.point.lam - start.lam) * WEIGHT[LOADING]])]
    for name, local in at.point.areas.items():
        pattern, then = at.area(name).pattern, start.areas[name].v
        turned = np.angle(local.v / then)[pattern.angle]
        grown = (np.abs(local.v) - np.abs(then))[pattern.magnitude]
        parts += [turned * WEIGHT[ANGLE], grown * WEIGHT[MAGNITUDE]]
    return np.concatenate(parts)


def _size(unknown: Unknown) -> float:
    return abs(unknown.change)


def _loading(along: Steps) -> Unknown:
    return Unknown(LOADING, UPPER, 0, along.lam * WEIGHT[LOADING])


def _voltages(at: Linearised, along: Steps) -> Iterator[Unknown]:
    """The fastest angle and the fastest magnitude of every area."""
    for name, step in along.areas.items():
        pattern = at.area(name).pattern
        angle, size = np.split(step, [pattern.angle.size])
        yield from _fastest(ANGLE, name, pattern.angle, angle)
        yield from _fastest(MAGNITUDE, name, pattern.magnitude, size)


def _fastest(kind: Kind, area: str, buses: Places, change: Real) -> Iterator[Unknown]:
    if change.any():
        n = int(np.abs(change).argmax())
        yield Unknown(kind, area, int(buses[n]), WEIGHT[kind] * float(change[n]))
