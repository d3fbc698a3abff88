"""Complete systems to start from: networks, offers, bids, devices and profiles of one day."""

from collections.abc import Callable

from scenarios.findings import Finding, InvalidInput, near
from scenarios.scenario import Scenario
from scenarios.systems.local_wholesale import local_wholesale
from scenarios.systems.system_a import system_a
from scenarios.systems.system_b import system_b
from scenarios.systems.system_c import system_c
from scenarios.systems.two_blocks import two_blocks

SYSTEMS: dict[str, str] = {
    "A": "IEEE 14-bus transmission, three 17-bus feeders, quadratic offers and bids",
    "B": "IEEE 30-bus transmission, six 33-bus feeders, block offers, batteries",
    "C": "IEEE 118-bus transmission, twelve feeders of 33 and 141 buses, ramps, shiftable loads",
    "local-wholesale": "IEEE 14-bus transmission, a passive and two active 17-bus feeders",
    "two-blocks": "one transmission bus, one feeder, one hour, two offers and one bid",
}
_BUILDERS: dict[str, Callable[[], Scenario]] = {
    "A": system_a,
    "B": system_b,
    "C": system_c,
    "local-wholesale": local_wholesale,
    "two-blocks": two_blocks,
}


def build_system(name: str) -> Scenario:
    """Scenario of the system called `name`; `SYSTEMS` lists them.

    Raises InvalidInput if no system has that name.
    """
    if name not in _BUILDERS:
        cure = f"use a shipped system; {near(name, SYSTEMS)}"
        raise InvalidInput("build_system", [Finding("system", f"there is no {name!r}", cure)])
    return _BUILDERS[name]()
