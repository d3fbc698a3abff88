"""Complete systems to start from, whole days or one base case, by their names."""

from dataclasses import replace

from scenarios.findings import Finding, InvalidInput, near
from scenarios.scenario import Scenario
from scenarios.systems.catalogue import BUILDERS, MARGINS, SYSTEMS
from scenarios.variants.margins import Margins


def build_system(name: str) -> Scenario:
    """Scenario of the system called `name`; `SYSTEMS` lists them.

    Raises InvalidInput if no system has that name.
    """
    if name not in BUILDERS:
        cure = f"use a shipped system; {near(name, SYSTEMS)}"
        raise InvalidInput("build_system", [Finding("system", f"there is no {name!r}", cure)])
    return replace(BUILDERS[name](), name=name)


def margins_of(name: str) -> Margins:
    """What a market of that system leaves free below limits, for AC networks to carry its day."""
    return MARGINS.get(name, Margins())


__all__ = ["SYSTEMS", "build_system", "margins_of"]
