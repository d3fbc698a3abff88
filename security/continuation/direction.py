"""The direction in which loads and generation grow."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from scenarios.assets import all_assets
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import AreaView, Scenario
from security.ac.demand import Demand
from security.ac.grid import Complex, Grid
from security.ac.operation import base_demand, base_operation, base_power
from security.continuation.loading import Loading

Place = tuple[str, str]  # area, load or generator


def demand_places(scenario: Scenario) -> set[Place]:
    """Area and name of all that grows: loads and flexible loads."""
    kinds = [kind for kind in all_assets().values() if kind.group == "consumer"]
    demand = [kind for kind in kinds if kind.base_mva is not None]
    return {(r.area, k.name_of(r)) for k in demand for r in scenario.table(k.table)}


@dataclass(frozen=True)
class Direction:
    """Factors k: a load or generator stands at (1 + k lambda) times its base.

    All loads grow with k = 1 and so do transmission's generators; distributed generation stays.
    The slack bus covers the rest. `loads` and `generators` name those that take part otherwise,
    by (area, name); `distributed` is the k of generators in distribution.
    """

    loads: Mapping[Place, float] = field(default_factory=dict)
    generators: Mapping[Place, float] = field(default_factory=dict)
    transmission: float = 1.0
    distributed: float = 0.0

    def check(self, scenario: Scenario) -> None:
        """Raise InvalidInput where a named load or generator is unknown."""
        known = {
            "load": demand_places(scenario),
            "generator": {(g.area, g.generator) for g in scenario.generators},
        }
        asked = {"load": self.loads, "generator": self.generators}
        findings = [
            Finding(f"direction of {kind} {area}/{name}", "there is none of this name", "mend it")
            for kind, places in asked.items()
            for area, name in places
            if (area, name) not in known[kind]
        ]
        if findings:
            raise InvalidInput("the direction of loading", findings)

    def loading(self, view: AreaView, grid: Grid, period: int | None = None) -> Loading:
        """How an area grows from its base case in this direction."""
        entries = base_demand(view, period)
        growing = [
            (bus, power * self.loads.get((view.name, name), 1.0), n_p, n_q)
            for name, bus, power, n_p, n_q in entries
        ]
        base = base_operation(view, grid, period)
        pickup: Complex = np.zeros(len(grid.buses), dtype=complex)
        for name, power in base_power(view, period).items():
            pickup[grid.position[view.generators[name].bus]] += (
                self._factor(view, name) * power.real
            )
        if view.side < 0:
            pickup[grid.slacks] = 0.0
        return Loading(base, Demand.of(grid, growing), pickup)

    def _factor(self, view: AreaView, generator: str) -> float:
        usual = self.transmission if view.side < 0 else self.distributed
        return self.generators.get((view.name, generator), usual)
