"""Tap changers under load: voltages of feeders held in steps while loading grows.

M. S. Calovic, "Modeling and Analysis of Under-Load Tap-Changing Transformer Control Systems",
IEEE Trans. Power Appar. Syst. PAS-103(7), 1984. Taps move between points of the curve, never
within a solution.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import AreaView
from security.ac.grid import Grid
from security.ac.newton import Newton
from security.continuation.conditions import LoadingAt, VoltageAt
from security.continuation.corrector import correct
from security.continuation.equations import Linearised, Point, Steps, System
from security.continuation.side import Side

MOVES = 200  # before the first point


@dataclass(frozen=True)
class TapChanger:
    """A changer on the branch of a feeder, and where it stands.

    The voltage at the branch's to end is brought within `deadband` (p.u.) of `v_set_pu` by steps
    of the ratio at its from end, within `tap_min` and `tap_max`.
    """

    branch: str
    v_set_pu: float = 1.0
    deadband: float = 0.0167
    step: float = 0.00625
    tap_min: float = 0.9
    tap_max: float = 1.1

    def moved(self, tap: float, *, up: bool) -> float | None:
        """The ratio after a step that raises or lowers the voltage; None where there is none."""
        wanted = tap - self.step if up else tap + self.step
        return wanted if self.tap_min - 1e-9 <= wanted <= self.tap_max + 1e-9 else None


@dataclass(frozen=True)
class Regulated:
    """The area of a changer as it stands now; `bus` is the position of the regulated bus."""

    view: AreaView
    changer: TapChanger
    bus: int

    @staticmethod
    def of(view: AreaView, changer: TapChanger) -> "Regulated":
        """The changer of an area; raises InvalidInput where it has no such branch."""
        if changer.branch not in view.network.branches:
            finding = f"area {view.name!r} has no branch of this name"
            place = f"tap changer on {changer.branch!r}"
            raise InvalidInput("tap changers", [Finding(place, finding, "name its transformer")])
        to_bus = view.network.branches[changer.branch].to_bus
        return Regulated(view, changer, tuple(view.network.buses).index(to_bus))

    @property
    def tap(self) -> float:
        """The ratio now."""
        return self.view.network.branches[self.changer.branch].tap

    def at(self, tap: float) -> "Regulated":
        """The same at another ratio."""
        name, network = self.changer.branch, self.view.network
        branches = {**network.branches, name: replace(network.branches[name], tap=tap)}
        return replace(self, view=replace(self.view, network=replace(network, branches=branches)))

    def side(self, side: Side) -> Side:
        """The area's equations at this ratio."""
        grid = Grid.of(self.view.network)
        loading = replace(side.loading, base=replace(side.loading.base, grid=grid))
        return Side(loading, Newton(grid))


@dataclass(frozen=True)
class TapMove:
    """A regulated voltage that reaches the edge of its band; `left` is what is left (p.u.)."""

    area: str
    bus: int
    up: bool
    tap: float
    target: float
    left: float

    @property
    def words(self) -> str:
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
    lower = {**system.lower, area: regulated.side(system.lower[area])}
    return replace(system, lower=lower, taps={**system.taps, area: regulated})


def begun(system: System, base: Point) -> Linearised | None:
    """The base point with all taps moved until voltages are within their bands; or none."""
    at: Linearised | None = Linearised(system, base)
    for _ in range(MOVES):
        if at is None or (move := next((m for m in tap_moves(at) if m.left < 0), None)) is None:
            return at
        at, _ = move.behind(at)
    return None
