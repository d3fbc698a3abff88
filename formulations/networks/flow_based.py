"""Flow-based coupling: net positions of zones within what critical branches have left.

A branch carries its flow in a base case, and of every change of a zone's net position a share: the
mean of its nodal sensitivities, weighted by the zone's shift keys. K. Van den Bergh, J. Boury,
E. Delarue, "The Flow-Based Market Coupling in Central Western Europe: Concepts and Definitions",
Electr. J. 29(1), 2016.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo
from scipy import sparse
from scipy.sparse.linalg import splu

from formulations.contract import Lookup, NetworkState, PriceParts, Rows
from formulations.decision import Daily
from formulations.networks.zones import (
    ZONAL,
    add_exchange,
    add_zones,
    no_flows,
    no_parts,
    zones_of,
)
from scenarios.matrices import incidence, susceptance
from scenarios.network import Network
from scenarios.traits import Traits

SMALLEST = 1e-9  # of a zone's power: less on a branch is arithmetic


@dataclass(frozen=True)
class FlowBased:
    """Critical branches, their share of each zone's net position, and what room they have (MW).

    `sensitivity` is by branch and zone; the exchange of a branch is the flow that net positions
    cause, within `least` and `most`.
    """

    sensitivity: Mapping[str, Mapping[str, float]]
    least: Mapping[str, Daily]
    most: Mapping[str, Daily]

    traits: ClassVar[Traits] = ZONAL

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Add zones, block.exchange[branch, t] (MW), block.loading and block.zone_balance."""
        add_zones(block, network, periods)
        add_exchange(block, periods, self.least, self.most)
        zones = list(zones_of(network))

        @block.Constraint(list(self.most), periods)
        def loading(b, k, t):
            caused = sum(share * b.net_position[z, t] for z, share in self.sensitivity[k].items())
            return b.exchange[k, t] - caused == 0

        @block.Constraint(("all zones",), periods)
        def zone_balance(b, _, t):
            return sum(b.net_position[z, t] for z in zones) == 0

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Zones have no flows on branches of their own."""
        return no_flows(network, value)

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """Zones have no prices of branches of their own."""
        return no_parts(network, price, value)


def zonal_sensitivity(network: Network, keys: Mapping[str, Mapping[str, float]]) -> Rows:
    """Flow on every branch (MW) per MW of every zone's net position, shape (branches, zones).

    `keys` tells the share of each bus in a change of its zone's net position; the reference bus
    takes it up.
    """
    at = {bus: n for n, bus in enumerate(network.buses)}
    injected = np.zeros((len(at), len(keys)))
    for column, shares in enumerate(keys.values()):
        for bus, share in shares.items():
            injected[at[bus], column] = share
    a = incidence(network)
    worth = sparse.diags_array(
        [susceptance(k, network.base_mva) for k in network.branches.values()]
    )
    others = [n for n, bus in enumerate(network.buses) if bus not in network.references]
    angle = np.zeros_like(injected)
    if others:
        kept = sparse.csc_array(a)[:, others]
        angle[others] = splu(sparse.csc_array(kept.T @ worth @ kept)).solve(injected[others])
    pushed: Any = worth @ (a @ angle)
    return np.where(np.abs(pushed) < SMALLEST, 0.0, pushed)
