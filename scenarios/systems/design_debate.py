"""System B with bidding zones, more sun than its feeders can carry, and factors of emission.

The system to argue about designs with: transmission is congested inside its zones and between them,
feeders by the sun at noon, and every design does something else about it.
"""

from dataclasses import replace

from scenarios.emissions import EmissionFactor
from scenarios.records import Branch, Bus, Generator, Offer
from scenarios.scenario import Scenario
from scenarios.systems.system_b import MARGIN as MARGIN_B
from scenarios.systems.system_b import system_b
from scenarios.variants.margins import Margins
from scenarios.zones import TransferCapacity

ZONES = {
    "west": ("1", "2", "3", "4", "5", "6", "7", "8", "28"),
    "south": ("9", "10", "11", "17", "20", "21", "22", "24", "25", "26", "27", "29", "30"),
}  # all other buses are in the east
EAST = "east"
CAPACITY_MW = {("west", EAST): 16.0, ("west", "south"): 18.0, (EAST, "south"): 8.0}  # both ways
SUN, WIND = 3.0, 1.5  # greatest output over that of System B
CO2_T_PER_MWH = {"thermal": 0.55, "pv": 0.0, "wind": 0.0}
RATINGS_MVA = {"1-2": 52.0, "2-5": 34.0, "4-12": 30.0, "6-8": 22.0, "10-21": 14.0}
MARGIN: Margins = MARGIN_B


def design_debate() -> Scenario:
    """Twenty-four hours of IEEE 30 with six 33-bus feeders; lost load is worth 3000 $/MWh."""
    built = system_b()
    upper = built.transmission
    return replace(
        built,
        buses=tuple(_in_zone(b) if b.area == upper else b for b in built.buses),
        branches=tuple(_rated(k) if k.area == upper else k for k in built.branches),
        generators=tuple(_larger(g) for g in built.generators),
        offers=tuple(_wider(o) for o in built.offers),
        transfer_capacities=tuple(
            TransferCapacity(*way, most)
            for (start, end), most in CAPACITY_MW.items()
            for way in ((start, end), (end, start))
        ),
        emission_factors=tuple(EmissionFactor(t, co2) for t, co2 in CO2_T_PER_MWH.items()),
        sources=(*built.sources, "zones, renewable output and emission factors are made up"),
    )


def _in_zone(bus: Bus) -> Bus:
    return replace(bus, zone=next((z for z, held in ZONES.items() if bus.bus in held), EAST))


def _rated(line: Branch) -> Branch:
    return replace(line, rating_mva=RATINGS_MVA.get(line.branch, line.rating_mva))


def _factor(name: str) -> float:
    return SUN if name.startswith("pv-") else WIND if name.startswith("wind-") else 1.0


def _larger(unit: Generator) -> Generator:
    factor = _factor(unit.generator)
    if factor == 1.0:
        return unit
    return replace(
        unit,
        p_max_mw=factor * unit.p_max_mw,
        s_max_mva=None if unit.s_max_mva is None else factor * unit.s_max_mva,
        q_min_mvar=factor * unit.q_min_mvar,
        q_max_mvar=factor * unit.q_max_mvar,
    )


def _wider(offer: Offer) -> Offer:
    return replace(offer, quantity_mw=_factor(offer.owner) * offer.quantity_mw)
