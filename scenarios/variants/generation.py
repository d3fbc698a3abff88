"""Feeders with one renewable plant each, at a place and with a way to give reactive power."""

from dataclasses import dataclass, replace
from math import acos, hypot, inf, sqrt, tan
from typing import Literal

from scenarios.findings import Finding, InvalidInput
from scenarios.network import Network
from scenarios.records import PV, Generator, Offer
from scenarios.renewables.penetration import RENEWABLE, outputs_at
from scenarios.scenario import Scenario

Place = Literal["root", "middle", "end"]
ReactiveMode = Literal["unity", "power_factor", "greatest", "holds_voltage"]
OVERSIZE = 1.1  # inverter's apparent power over the plant's rated power
PLANT = "renewable"


@dataclass(frozen=True)
class Plant:
    """One plant for every feeder, sized as a share of its load.

    `rated_over_output` is the plant's rated power over what it gives now; its inverter carries
    1.1 times the rated power, which leaves sqrt(S^2 - P^2) for reactive power. The plant gives
    none (`unity`), a fixed part by `power_factor`, all it can (`greatest`), or what holds
    `v_set_pu` up to that limit (`holds_voltage`).
    """

    share: float
    place: Place = "end"
    mode: ReactiveMode = "unity"
    rated_over_output: float = 1.0
    power_factor: float = 0.95
    v_set_pu: float = 1.0

    def q_max(self, p_mw: float) -> float:
        """Greatest reactive power (Mvar) beside an output."""
        return p_mw * sqrt((OVERSIZE * self.rated_over_output) ** 2 - 1.0)

    def q_given(self, p_mw: float) -> float:
        """Reactive power (Mvar) where no voltage is held."""
        if self.mode == "power_factor":
            return p_mw * tan(acos(self.power_factor))
        return self.q_max(p_mw) if self.mode == "greatest" else 0.0


def with_plants(scenario: Scenario, plant: Plant) -> Scenario:
    """The scenario with the plant in every feeder; generators that are there stay."""
    lower = set(scenario.distribution)
    made = [_made(scenario, area, plant) for area in scenario.distribution]
    held = {(g.area, g.bus) for g in made if g.v_set_pu is not None}
    return replace(
        scenario,
        areas=tuple(replace(a, type="B") if a.area in lower else a for a in scenario.areas),
        generators=(*scenario.generators, *made),
        offers=(*scenario.offers, *(Offer(g.area, PLANT, None, 1, g.p_max_mw, 0.0) for g in made)),
        buses=tuple(replace(b, kind=PV) if (b.area, b.bus) in held else b for b in scenario.buses),
    )


def with_renewable_share(scenario: Scenario, period: int, share: float) -> Scenario:
    """The scenario with PV and wind of every feeder at outputs that serve a share of its load.

    They give it in proportion to what is available in the period, without reactive power; feeders
    that hold none stay as they are. Raises InvalidInput where none is available.
    """
    at: dict[tuple[str, str], float] = {}
    for area in scenario.distribution:
        view = scenario.area(area)
        if any(g.technology in RENEWABLE for g in view.generators.values()):
            at |= {(area, name): mw for name, mw in outputs_at(view, period, share).items()}
    if not at:
        cure = "give feeders generators of technology pv or wind"
        finding = Finding("distribution", "no feeder holds PV or wind", cure)
        raise InvalidInput(f"scenario {scenario.name!r}", [finding])
    moved = (
        replace(g, p_base_mw=at[g.area, g.generator], q_base_mvar=0.0)
        if (g.area, g.generator) in at
        else g
        for g in scenario.generators
    )
    return replace(scenario, generators=tuple(moved))


def bus_at(network: Network, root: str, place: Place) -> str:
    """The bus next to the root, half way to the farthest bus, or the farthest bus itself.

    Distance is the sum of |Z|.
    """
    way = _way_to_farthest(network, root)
    return way[{"root": 1, "middle": len(way) // 2, "end": len(way) - 1}[place]]


def _made(scenario: Scenario, area: str, plant: Plant) -> Generator:
    view = scenario.area(area)
    root = next(iter(view.ports.values())).bus
    p_mw = plant.share * sum(r.p_mw for r in view.loads.values())
    holds = plant.mode == "holds_voltage"
    greatest = plant.q_max(p_mw)
    return Generator(
        area,
        PLANT,
        bus_at(view.network, root, plant.place),
        0.0,
        p_mw,
        -greatest,
        greatest,
        v_set_pu=plant.v_set_pu if holds else None,
        p_base_mw=p_mw,
        q_base_mvar=None if holds else plant.q_given(p_mw),
        technology="pv",
    )


def _way_to_farthest(network: Network, root: str) -> list[str]:
    """Buses from the root to the farthest one, along the shortest paths."""
    near: dict[str, list[tuple[str, float]]] = {bus: [] for bus in network.buses}
    for k in network.branches.values():
        for a, b in ((k.from_bus, k.to_bus), (k.to_bus, k.from_bus)):
            near[a].append((b, hypot(k.r_pu, k.x_pu)))
    far, back = {root: 0.0}, {root: ""}
    waiting = [root]
    while waiting:
        here = waiting.pop(0)
        for bus, z in near[here]:
            if far[here] + z < far.get(bus, inf):
                far[bus], back[bus] = far[here] + z, here
                waiting.append(bus)
    way = [max(far, key=lambda bus: far[bus])]
    while back[way[-1]]:
        way.append(back[way[-1]])
    return way[::-1]
