"""Reactive limits along the curve: where a bus stops holding its voltage, or holds it again.

I. Dobson, L. Lu, "Voltage Collapse Precipitated by the Immediate Change in Stability When
Generator Reactive Power Limits are Encountered", IEEE Trans. Circuits Syst. I 39(9), 1992.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from security.ac.newton import held_buses
from security.continuation.conditions import ReactiveAt, VoltageAt
from security.continuation.equations import Linearised, Point, Steps
from security.continuation.side import Linear


@dataclass(frozen=True)
class LimitReached:
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
    def words(self) -> str:
        """What happens, for people."""
        if not self.stops:
            return "holds its voltage again"
        return f"at its {'greatest' if self.side > 0 else 'least'} reactive power"

    @property
    def condition(self) -> ReactiveAt | VoltageAt:
        """Where the event is."""
        kind = ReactiveAt if self.stops else VoltageAt
        return kind(self.area, self.bus, self.target)

    def behind(self, at: Linearised) -> tuple[Linearised, int]:
        """The same point with the bus at its limit, or back from it; it takes no round."""
        areas = dict(at.point.areas)
        limits = areas[self.area].at.copy()
        limits[self.bus] = self.side if self.stops else 0
        areas[self.area] = replace(areas[self.area], at=limits)
        return Linearised(at.system, Point(at.point.lam, areas)), 0

    def onwards(self, at: Linearised) -> Steps:
        """The direction of the curve behind the event, with the bus switched."""
        if self.stops:  # its voltage leaves the set-point on the side that the limit allows
            return _times(at.tangent(VoltageAt(self.area, self.bus, 0.0)), -self.side)
        return _times(at.tangent(ReactiveAt(self.area, self.bus, 0.0)), -self.side)


def limits_near(name: str, linear: Linear) -> Iterator[LimitReached]:
    """All buses of an area that could reach a limit or come back from one."""
    operation, at, base = linear.operation, linear.here.at, linear.side.grid.base_mva
    for k in np.flatnonzero(held_buses(operation, at)):
        q = linear.reactive(int(k))
        for side, limits in ((1, operation.q_max), (-1, operation.q_min)):
            limit = float(limits[k])
            left = side * (limit - q) / base
            yield LimitReached(name, int(k), side, stops=True, target=limit, left=left)
    for k in np.flatnonzero(at):
        side, wanted = int(at[k]), float(operation.v_set[k])
        left = side * (wanted - float(abs(linear.here.v[k])))
        yield LimitReached(name, int(k), side, stops=False, target=wanted, left=left)


def _times(steps: Steps, factor: float) -> Steps:
    return Steps(steps.lam * factor, {name: factor * s for name, s in steps.areas.items()})
