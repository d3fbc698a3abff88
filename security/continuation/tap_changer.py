"""A tap changer on a branch of a feeder, and the feeder's equations at its ratio."""

from dataclasses import dataclass, replace

from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import AreaView
from security.ac.grid import Grid
from security.ac.newton import Newton
from security.continuation.area_equations import AreaEquations


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

    def equations(self, equations: AreaEquations) -> AreaEquations:
        """The area's equations at this ratio."""
        grid = Grid.of(self.view.network)
        loading = replace(equations.loading, base=replace(equations.loading.base, grid=grid))
        return AreaEquations(loading, Newton(grid))
