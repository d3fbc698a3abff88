"""Transport model: power is conserved and branches have limits; nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Lookup, NetworkState, PriceParts
from formulations.index_sets import member_periods
from formulations.networks import networks
from formulations.networks.balance import add_balance
from formulations.networks.paths import sum_along_paths
from scenarios.network import Network
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.traits import ProblemClass, Traits


@networks.member("transport")
@dataclass(frozen=True)
class Transport:
    """Active power only, no losses; on a tree it is the DC model."""

    traits: ClassVar[Traits] = Traits(
        ProblemClass.LP, levels=frozenset({TRANSMISSION, DISTRIBUTION})
    )

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Add p_flow (MW) and balance."""
        block.p_flow = pyo.Var(member_periods(block, network.branches, periods))
        block.follows.append("p_flow")
        for (k, _), flow in block.p_flow.items():
            rating = network.branches[k].rating_mva
            if rating is not None:
                flow.bounds = (-rating, rating)
        add_balance(block, network, periods)

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Flows alone."""
        return NetworkState(value("p_flow"))

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """A branch is worth the difference of the prices at its ends."""
        at = {bus: n for n, bus in enumerate(network.buses)}
        ends = [(at[k.from_bus], at[k.to_bus]) for k in network.branches.values()]
        start, end = np.array(ends, dtype=int).reshape(-1, 2).T
        lmp = price("balance")
        shadow = lmp[end] - lmp[start]
        return PriceParts(shadow, sum_along_paths(network, shadow))
