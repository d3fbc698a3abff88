"""Reactive limits along the curve: where a bus stops holding its voltage, or holds it again.

I. Dobson, L. Lu, "Voltage Collapse Precipitated by the Immediate Change in Stability When
Generator Reactive Power Limits are Encountered", IEEE Trans. Circuits Syst. I 39(9), 1992.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from security.ac.newton import held_buses
from security.continuation.area_equations import AreaState, LinearisedArea
from security.continuation.conditions import ReactiveAt, VoltageAt
from security.continuation.corrector import correct
from security.continuation.equations import Linearised, Point, Steps


@dataclass(frozen=True)
class LimitReached:
    """A bus that reaches a reactive limit, or at one the voltage it should hold.

    `end` is +1 at the greatest reactive power, -1 at the least. `target` is the limit (Mvar) or
    the voltage (p.u.) that is reached, `other` the one of these that holds until then; `remaining`
    (p.u.) is what is left until then, negative beyond.
    """

    area: str
    bus: int
    end: int
    stops: bool
    target: float
    other: float
    remaining: float

    @property
    def description(self) -> str:
        """What happens, for people."""
        if not self.stops:
            return "holds its voltage again"
        return f"at its {'greatest' if self.end > 0 else 'least'} reactive power"

    @property
    def condition(self) -> ReactiveAt | VoltageAt:
        """Where the event is."""
        kind = ReactiveAt if self.stops else VoltageAt
        return kind(self.area, self.bus, self.target)

    @property
    def also(self) -> ReactiveAt | VoltageAt:
        """What holds at the event as well, once the bus has been switched."""
        kind = VoltageAt if self.stops else ReactiveAt
        return kind(self.area, self.bus, self.other)

    def behind(self, at: Linearised) -> tuple[Linearised | None, int]:
        """The same point with the bus at its limit, or back from it, and the rounds it takes."""
        here = at.point.areas[self.area]
        limits, v = here.at.copy(), here.v.copy()
        limits[self.bus] = self.end if self.stops else 0
        if not self.stops:
            v[self.bus] *= self.target / abs(v[self.bus])
        areas = {**at.point.areas, self.area: AreaState(v, limits)}
        there = Linearised(at.system, Point(at.point.lam, areas), at.lower)
        if there.is_solved:
            return there, 0
        return correct(at.system, there.point, self.also)  # it happened beside another event

    def onwards(self, at: Linearised) -> Steps:
        """The direction of the curve behind the event, with the bus switched."""
        if self.stops:  # its voltage leaves the set-point on the side that the limit allows
            return at.tangent(VoltageAt(self.area, self.bus, 0.0)).times(-self.end)
        return at.tangent(ReactiveAt(self.area, self.bus, 0.0)).times(-self.end)


def limits_near(name: str, linear: LinearisedArea) -> Iterator[LimitReached]:
    """All buses of an area that could reach a limit or come back from one."""
    operation, at, base = linear.operation, linear.here.at, linear.equations.grid.base_mva
    for k in np.flatnonzero(held_buses(operation, at)).tolist():
        q, v = linear.reactive(k), float(operation.v_set[k])
        for end, limits in ((1, operation.q_max), (-1, operation.q_min)):
            limit = float(limits[k])
            remaining = end * (limit - q) / base
            yield LimitReached(name, k, end, stops=True, target=limit, other=v, remaining=remaining)
    for k in np.flatnonzero(at).tolist():
        end, v = int(at[k]), float(operation.v_set[k])
        limit = float((operation.q_max if end > 0 else operation.q_min)[k])
        remaining = end * (v - float(abs(linear.here.v[k])))
        yield LimitReached(name, k, end, stops=False, target=v, other=limit, remaining=remaining)
