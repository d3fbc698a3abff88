"""Which unknown changes fastest along the curve: by it the next point is told from others."""

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
VOLTAGE_WEIGHT = 5.0  # a change of 0.02 p.u. (or rad) counts as much as one of 0.1 in lambda


@dataclass(frozen=True)
class Unknown:
    """A voltage magnitude or angle at a bus of an area, or the loading; and its change.

    The change of a voltage is weighted by `VOLTAGE_WEIGHT`.
    """

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
    loading = Unknown(LOADING, UPPER, 0, along.lam)
    return max(loading, fastest_voltage(at, along), key=lambda u: abs(u.change))


def fastest_voltage(at: Linearised, along: Steps) -> Unknown:
    """The magnitude that changes most; the angle where no magnitude is free to change."""
    sizes, angles = [], []
    for name, step in along.areas.items():
        pattern = at.area(name).pattern
        angle, size = np.split(step, [pattern.angle.size])
        sizes += _greatest(MAGNITUDE, name, pattern.magnitude, size)
        angles += _greatest(ANGLE, name, pattern.angle, angle)
    return max(sizes or angles, key=lambda u: abs(u.change))


def _greatest(kind: Kind, area: str, buses: Places, change: Real) -> list[Unknown]:
    if not change.any():
        return []
    n = int(np.abs(change).argmax())
    return [Unknown(kind, area, int(buses[n]), VOLTAGE_WEIGHT * float(change[n]))]
