"""Zones: buses between which nothing limits trade, and what limits trade between zones."""

from collections.abc import Mapping, Sequence

import pyomo.environ as pyo

from formulations.contract import Lookup, NetworkState, PriceParts
from formulations.decision import Daily, decide
from formulations.index_sets import member_periods
from scenarios.network import Network
from scenarios.records import TRANSMISSION
from scenarios.traits import ProblemClass, Traits

NAMELESS = "one zone"  # of all buses that name none
ZONAL = Traits(ProblemClass.LP, levels=frozenset({TRANSMISSION}), limits="borders")


def zone_of(network: Network, bus: str) -> str:
    """Zone of a bus; those without one are a zone together."""
    return network.buses[bus].zone or NAMELESS


def zones_of(network: Network) -> dict[str, list[str]]:
    """Buses of every zone, in table order."""
    found: dict[str, list[str]] = {}
    for bus in network.buses:
        found.setdefault(zone_of(network, bus), []).append(bus)
    return found


def add_zones(block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
    """Add block.to_zone[bus, t] (MW), block.net_position[zone, t] (MW) and block.balance.

    What a bus injects goes into its zone, so that every bus of a zone has the zone's price.
    """
    block.to_zone = pyo.Var(member_periods(block, network.buses, periods))
    block.follows.append("to_zone")
    zones = zones_of(network)

    @block.Expression(list(zones), periods)
    def net_position(b, z, t):
        return sum(b.to_zone[i, t] for i in zones[z])

    @block.Constraint(member_periods(block, network.buses, periods))
    def balance(b, i, t):
        return b.p_net[i, t] - b.to_zone[i, t] == network.buses[i].g_shunt_mw


def add_exchange(
    block: pyo.Block, periods: Sequence[int], least: Mapping[str, Daily], most: Mapping[str, Daily]
) -> None:
    """Add block.exchange[element, t] (MW) within limits of shape (periods,), by element."""
    elements = list(most)
    low, high = ([held[k] for k in elements] or 0.0 for held in (least, most))
    decide(block, periods, "exchange", elements, low, high)  # type: ignore[arg-type]
    block.follows.append("exchange")


def no_flows(network: Network, value: Lookup) -> NetworkState:
    """Zones have no flows on branches; raises NotImplementedError."""
    raise NotImplementedError("zones have no flows on branches: read the exchange")


def no_parts(network: Network, price: Lookup, value: Lookup) -> PriceParts:
    """Zones have no prices of branches; raises NotImplementedError."""
    raise NotImplementedError("zones have no prices of branches: read the exchange")
