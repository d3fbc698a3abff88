"""Which outages a market keeps to: those of the scenario, all of transmission, or none."""

from dataclasses import dataclass, replace
from typing import Literal

from scenarios.records import Outage
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class Security:
    """`[security]`: after which outages no transmission branch may be above its limit.

    `scenario` are those of its table `outages`, `all` every branch of transmission.
    """

    outages: Literal["scenario", "all", "none"] = "scenario"


def with_outages(scenario: Scenario, security: Security) -> Scenario:
    """The scenario with the outages that a market keeps to."""
    if security.outages == "scenario":
        return scenario
    upper = scenario.transmission if security.outages == "all" else None
    lost = (k for k in scenario.branches if k.in_service and k.area == upper)
    return replace(scenario, outages=tuple(Outage(k.area, k.branch) for k in lost))
