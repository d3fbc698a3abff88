"""Networks that carry anything: what a market sees that leaves their limits to others."""

from collections.abc import Collection
from dataclasses import replace

from scenarios.network import Network
from scenarios.records import Branch, Bus
from scenarios.scenario import Scenario

BAND_PU = (0.0, 10.0)  # no voltage that a market could lead to is outside


def without_limits(scenario: Scenario, areas: Collection[str]) -> Scenario:
    """The scenario in which no branch and no voltage of some areas has a limit."""
    return replace(
        scenario,
        branches=tuple(_carrying(k) if k.area in areas else k for k in scenario.branches),
        buses=tuple(_at_any_voltage(b) if b.area in areas else b for b in scenario.buses),
    )


def unlimited(network: Network) -> Network:
    """The same network without limits."""
    return replace(
        network,
        branches={name: _carrying(k) for name, k in network.branches.items()},
        buses={name: _at_any_voltage(b) for name, b in network.buses.items()},
    )


def _carrying(branch: Branch) -> Branch:
    return replace(
        branch, rating_mva=None, emergency_mva=None, angle_min_deg=None, angle_max_deg=None
    )


def _at_any_voltage(bus: Bus) -> Bus:
    low, high = BAND_PU
    return replace(bus, v_min_pu=low, v_max_pu=high)
