"""Linearised DistFlow for radial feeders: P, Q and squared voltages, no losses.

M. E. Baran, F. F. Wu, "Optimal Sizing of Capacitors Placed on a Radial Distribution
System", IEEE Trans. Power Deliv. 4(1), 1989.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyomo.environ as pyo

from formulations.circle import SIDES, polygon_sides
from formulations.contract import ROOT_V_PU, Lookup, NetworkState, PriceParts
from formulations.index_sets import member_periods
from formulations.networks import networks
from formulations.networks.balance import add_balance, outflow
from formulations.networks.paths import sum_along_paths
from scenarios.network import Network
from scenarios.records import DISTRIBUTION
from scenarios.traits import ProblemClass, Traits


@networks.member("lindistflow")
@dataclass(frozen=True)
class LinDistFlow:
    """Squared voltage falls linearly along each branch from that of its root."""

    traits: ClassVar[Traits] = Traits(
        ProblemClass.LP, levels=frozenset({DISTRIBUTION}), reactive=True, radial=True
    )

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Add p_flow (MW), q_flow (Mvar), v_squared (p.u.), balance, q_balance, voltage_drop."""
        lines = network.branches
        branch_periods = member_periods(block, lines, periods)
        bus_periods = member_periods(block, network.buses, periods)
        block.p_flow = pyo.Var(branch_periods)  # MW
        block.q_flow = pyo.Var(branch_periods)  # Mvar
        block.v_squared = pyo.Var(bus_periods)  # p.u.
        block.follows += ["p_flow", "q_flow", "v_squared"]

        @block.Constraint(branch_periods)
        def voltage_drop(b, k, t):
            line = lines[k]
            start = b.v_squared[line.from_bus, t] / line.tap**2
            fall = 2 * (line.r_pu * b.p_flow[k, t] + line.x_pu * b.q_flow[k, t])
            return start - b.v_squared[line.to_bus, t] == fall / network.base_mva

        @block.Constraint(bus_periods)
        def q_balance(b, i, t):
            shunt = network.buses[i].b_shunt_mvar
            return b.q_net[i, t] - outflow(network, b.q_flow, i, t) == -shunt

        add_balance(block, network, periods)
        self._add_limits(block, network, periods)

    def _add_limits(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        sides = {
            k: list(polygon_sides(line.rating_mva))
            for k, line in network.branches.items()
            if line.rating_mva is not None
        }

        @block.Constraint(list(sides), range(SIDES), periods)
        def flow_limit(b, k, n, t):
            cos, sin, limit = sides[k][n]
            return cos * b.p_flow[k, t] + sin * b.q_flow[k, t] <= limit

        for (i, _), v in block.v_squared.items():
            bus = network.buses[i]
            root = i in network.references
            v.bounds = (ROOT_V_PU**2,) * 2 if root else (bus.v_min_pu**2, bus.v_max_pu**2)

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Flows and voltage magnitudes."""
        return NetworkState(value("p_flow"), value("q_flow"), np.sqrt(value("v_squared")))

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """Along a branch the price rises by its limit's and its voltage drop's worth of 1 MW."""
        limit = price("flow_limit")
        drop = price("voltage_drop")
        rated = [n for n, k in enumerate(network.branches.values()) if k.rating_mva is not None]
        cos = np.array([c for c, _, _ in polygon_sides(1.0)])
        shadow = np.zeros_like(drop)
        shadow[rated] = -np.einsum(
            "n,knt->kt", cos, limit.reshape(len(rated), SIDES, drop.shape[1])
        )
        r = np.array([[k.r_pu] for k in network.branches.values()]).reshape(-1, 1)
        voltage = 2 * r / network.base_mva * drop
        return PriceParts(
            shadow, sum_along_paths(network, shadow), sum_along_paths(network, voltage)
        )
