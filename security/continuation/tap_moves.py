"""Tap changers under load: voltages of feeders held in steps while loading grows.

M. S. Calovic, "Modeling and Analysis of Under-Load Tap-Changing Transformer Control Systems",
IEEE Trans. Power Appar. Syst. PAS-103(7), 1984. Taps move between points of the curve, never
within a solution.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from security.continuation.conditions import LoadingAt, VoltageAt
from security.continuation.corrector import correct
from security.continuation.equations import Linearised, Point, Steps, System

MOVES = 200  # before the first point


@dataclass(frozen=True)
class TapMove:
    """A regulated voltage that reaches the edge of its band; `remaining` is what is left (p.u.)."""

    area: str
    bus: int
    up: bool
    tap: float
    target: float
    remaining: float

    @property
    def description(self) -> str:
        """What happens, for people."""
        return f"tap moves to {self.tap:.5f}"

    @property
    def condition(self) -> VoltageAt:
        """Where the event is."""
        return VoltageAt(self.area, self.bus, self.target)

    def behind(self, at: Linearised) -> tuple[Linearised | None, int]:
        """The point at the same loading after the move, and the rounds; none if there is none."""
        system = with_tap(at.system, self.area, self.tap)
        return correct(system, at.point, LoadingAt(at.point.lam))

    def onwards(self, behind: Linearised) -> Steps:
        """The direction of growing load from there."""
        return behind.tangent(LoadingAt(behind.point.lam))


def tap_moves(at: Linearised) -> Iterator[TapMove]:
    """The moves that are possible, with what is left until each."""
    for area, regulated in at.system.taps.items():
        changer, bus = regulated.changer, regulated.bus
        v = float(abs(at.point.areas[area].v[bus]))
        for up in (True, False):
            edge = changer.v_set_pu + (-changer.deadband if up else changer.deadband)
            tap = changer.moved(regulated.tap, up=up)
            if tap is not None:
                yield TapMove(area, bus, up, tap, edge, v - edge if up else edge - v)


def with_tap(system: System, area: str, tap: float) -> System:
    """The system with one changer at another ratio."""
    regulated = system.taps[area].at(tap)
    lower = {**system.lower, area: regulated.equations(system.lower[area])}
    return replace(system, lower=lower, taps={**system.taps, area: regulated})


def begun(system: System, base: Point) -> Linearised | None:
    """The base point with all taps moved until voltages are within their bands; or none."""
    at: Linearised | None = Linearised(system, base)
    for _ in range(MOVES):
        if (
            at is None
            or (move := next((m for m in tap_moves(at) if m.remaining < 0), None)) is None
        ):
            return at
        at, _ = move.behind(at)
    return None
