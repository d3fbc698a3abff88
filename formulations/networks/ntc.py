"""Zones with net transfer capacities: trade over each border within limits, whatever the grid does.

ENTSO-E, "Definitions of Transfer Capacities in Liberalised Electricity Markets", 2001.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pyomo.environ as pyo

from formulations.contract import Lookup, NetworkState, PriceParts
from formulations.decision import Daily
from formulations.networks.zones import (
    ZONAL,
    add_exchange,
    add_zones,
    no_flows,
    no_parts,
    zones_of,
)
from scenarios.network import Network
from scenarios.traits import Traits

Border = tuple[str, str]  # from zone, to zone


@dataclass(frozen=True)
class Ntc:
    """Exchange over each border between `least` and `most` (MW, positive to its second zone)."""

    borders: Mapping[str, Border]
    least: Mapping[str, Daily]
    most: Mapping[str, Daily]

    traits: ClassVar[Traits] = ZONAL

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Add zones, block.exchange[border, t] (MW), block.loading and block.zone_balance."""
        add_zones(block, network, periods)
        add_exchange(block, periods, self.least, self.most)
        block.traded = pyo.Var(list(self.borders), periods)  # MW, free: limits are the exchange's
        block.follows.append("traded")

        @block.Constraint(list(self.borders), periods)
        def loading(b, k, t):
            return b.exchange[k, t] - b.traded[k, t] == 0

        @block.Constraint(list(zones_of(network)), periods)
        def zone_balance(b, z, t):
            leaving = sum(b.traded[k, t] for k, (start, _) in self.borders.items() if start == z)
            coming = sum(b.traded[k, t] for k, (_, end) in self.borders.items() if end == z)
            return b.net_position[z, t] - leaving + coming == 0

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Zones have no flows on branches."""
        return no_flows(network, value)

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """Zones have no prices of branches."""
        return no_parts(network, price, value)
