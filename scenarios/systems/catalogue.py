"""What there is: the name of every shipped system, what it holds, and how it is built."""

from collections.abc import Callable, Mapping
from functools import partial

from scenarios.networks import NETWORKS, network_source
from scenarios.scenario import Scenario
from scenarios.systems import design_debate, local_wholesale, system_a, system_b, system_c
from scenarios.systems.load_flow import SYSTEM_30B, WIDE_BAND, optimised
from scenarios.systems.load_flow import SYSTEMS as LOAD_FLOW
from scenarios.systems.outages import Active, Households
from scenarios.systems.plain import plain
from scenarios.systems.stability import (
    four_feeders_on_118,
    two_feeders_on_14,
    two_feeders_on_30,
)
from scenarios.systems.two_blocks import two_blocks
from scenarios.systems.two_buses import two_buses
from scenarios.variants.margins import Margins

Known = tuple[str, Callable[[], Scenario]]  # what it holds, and how it is built
OF_A_DAY: dict[str, Known] = {
    "A": (
        "IEEE 14-bus transmission, three 17-bus feeders, quadratic offers and bids",
        system_a.system_a,
    ),
    "B": (
        "IEEE 30-bus transmission, six 33-bus feeders, block offers, batteries",
        system_b.system_b,
    ),
    "C": (
        "IEEE 118-bus transmission, twelve feeders of 33 and 141 buses, ramps, shiftable loads",
        system_c.system_c,
    ),
    "design-debate": (
        "System B with bidding zones, more sun than its feeders can carry, emission factors",
        design_debate.design_debate,
    ),
    "local-wholesale": (
        "IEEE 14-bus transmission, a passive and two active 17-bus feeders",
        local_wholesale.local_wholesale,
    ),
    "two-buses": (
        "two transmission buses, one feeder, one hour, both levels congested",
        two_buses,
    ),
    "two-blocks": (
        "one transmission bus, one feeder, one hour, two offers and one bid",
        two_blocks,
    ),
}

MARGINS: dict[str, Margins] = {
    "A": system_a.MARGIN,
    "B": system_b.MARGIN,
    "C": system_c.MARGIN,
    "local-wholesale": local_wholesale.MARGIN,
    "design-debate": design_debate.MARGIN,
}


def _load_flow() -> Mapping[str, Known]:
    """14A to 30B with units at fixed output, and with units to dispatch."""
    known: dict[str, Known] = {}
    for system in LOAD_FLOW:
        buses = ", ".join(system.boundaries)
        words = (
            f"IEEE {system.network[4:]} with 33-bus feeders of type {system.name[-1]} at {buses}"
        )
        known[system.name] = (f"{words}; units at fixed output", system.build)
        known[f"{system.name}-opf"] = (f"{words}; units to dispatch", optimised(system).build)
    wide = optimised(SYSTEM_30B, WIDE_BAND)
    known["30B-realtime"] = ("30B-opf with feeders between 0.9 and 1.1 p.u.", wide.build)
    return known


def _stability() -> Mapping[str, Known]:
    systems = (two_feeders_on_14(), two_feeders_on_30(), four_feeders_on_118())
    return {
        s.name: (
            f"IEEE {s.network[4:]} with 33-bus feeders at {', '.join(s.boundaries)}",
            s.build,
        )
        for s in systems
    }


OUTAGES: dict[str, Known] = {
    "T14D3": (
        "IEEE 14 with ratings, 33-bus feeders of households at 9, 10, 14",
        Households().build,
    ),
    "T14D3-active": ("the same with PV, wind and a generator in every feeder", Active().build),
}


def _plain() -> Mapping[str, Known]:
    return {name: (network_source(name)["title"], partial(plain, name)) for name in NETWORKS}


_KNOWN = {**OF_A_DAY, **_load_flow(), **_stability(), **OUTAGES, **_plain()}
SYSTEMS: dict[str, str] = {name: words for name, (words, _) in _KNOWN.items()}
BUILDERS: dict[str, Callable[[], Scenario]] = {name: build for name, (_, build) in _KNOWN.items()}
