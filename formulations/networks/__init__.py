"""Networks as Pyomo components: one file for each model of the grid."""

from formulations.contract import Formulation
from scenarios.findings import Finding, InvalidInput, near
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.registry import Registry

networks = Registry[type[Formulation]](
    "network formulation", "formulations.networks", "tandem.networks"
)
DEFAULTS = {TRANSMISSION: "dc", DISTRIBUTION: "lindistflow"}
COPPERPLATE = "transport"  # of feeders whose limits nobody sees


def clearing_names(level: str) -> list[str]:
    """Names of the formulations that clear markets in areas of the kind `level`."""
    return [name for name, one in networks.items() if level in one.traits.levels]


def formulation(name: str, level: str) -> Formulation:
    """The formulation of that name for areas of the kind `level`; raises InvalidInput."""
    member, known = networks.named(name), clearing_names(level)
    if name not in known:
        finding, cure = f"it clears no market in {level}", f"use another; {near(name, known)}"
        place = f"network formulation {name!r}"
        raise InvalidInput("network formulation", [Finding(place, finding, cure)])
    return member()
