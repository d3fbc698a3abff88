"""Branch flow with losses on radial feeders, exactly or with currents relaxed to a cone.

M. Farivar, S. H. Low, "Branch Flow Model: Relaxations and Convexification", IEEE Trans. Power
Syst. 28(3), 2013. The relaxation's cost is a lower bound of the AC cost, and equal where no
branch carries more current than its flow (`NetworkState.excess_loss`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo

from formulations.contract import ROOT_V_PU, Lookup, NetworkState, PriceParts, Rows
from formulations.index_sets import member_periods
from formulations.networks import networks
from formulations.networks.marginal_losses import root_factors, shunt_mvar, shunt_mw
from formulations.networks.paths import sum_along_paths
from scenarios.network import Network
from scenarios.records import DISTRIBUTION
from scenarios.traits import ProblemClass, Traits

AT_LIMIT = 1e-5  # p.u. squared


@networks.member("branch_flow")
@dataclass(frozen=True)
class BranchFlow:
    """Flow P + jQ at the from end (MW, Mvar), and `current`: |S|^2 / v there, MVA^2 per p.u.^2.

    The current is that of the flow, which is not convex.
    """

    traits: ClassVar[Traits] = Traits(
        ProblemClass.NLP, levels=frozenset(), reactive=True, lossy=True, radial=True
    )

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Add p_flow, q_flow, current, v_squared (p.u.), balance, q_balance and their limits."""
        lines, base = network.branches, network.base_mva
        branch_periods = member_periods(block, lines, periods)
        bus_periods = member_periods(block, network.buses, periods)
        block.p_flow, block.q_flow = pyo.Var(branch_periods), pyo.Var(branch_periods)
        block.current = pyo.Var(branch_periods, bounds=(0.0, None))
        block.v_squared = pyo.Var(bus_periods)

        @block.Constraint(branch_periods)
        def voltage_drop(b, k, t):
            line = lines[k]
            start = b.v_squared[line.from_bus, t] / line.tap**2
            fall = 2 * (line.r_pu * b.p_flow[k, t] + line.x_pu * b.q_flow[k, t]) / base
            gain = (line.r_pu**2 + line.x_pu**2) * b.current[k, t] / base**2
            return start - b.v_squared[line.to_bus, t] == fall - gain

        @block.Constraint(branch_periods)
        def cone(b, k, t):
            line = lines[k]
            carried = b.v_squared[line.from_bus, t] * b.current[k, t] / line.tap**2
            left = b.p_flow[k, t] ** 2 + b.q_flow[k, t] ** 2 - carried
            return self._ties(left)

        @block.Constraint(bus_periods)
        def balance(b, i, t):
            out = _outflow(b, network, b.p_flow, "r_pu", i, t)
            return b.p_net[i, t] - out - shunt_mw(network, i) * b.v_squared[i, t] == 0

        @block.Constraint(bus_periods)
        def q_balance(b, i, t):
            out = _outflow(b, network, b.q_flow, "x_pu", i, t)
            return b.q_net[i, t] - out + shunt_mvar(network, i) * b.v_squared[i, t] == 0

        self._add_limits(block, network, periods)

    def _ties(self, left: Any) -> Any:
        return left == 0

    def _add_limits(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        lines, base = network.branches, network.base_mva
        squared = {k: v.rating_mva**2 for k, v in lines.items() if v.rating_mva is not None}
        ends = member_periods(block, squared, periods)
        block.p_to, block.q_to = pyo.Var(ends), pyo.Var(ends)

        @block.Constraint(ends)
        def p_arrives(b, k, t):
            lost = lines[k].r_pu / base * b.current[k, t]
            return b.p_to[k, t] - b.p_flow[k, t] + lost == 0

        @block.Constraint(ends)
        def q_arrives(b, k, t):
            lost = lines[k].x_pu / base * b.current[k, t]
            return b.q_to[k, t] - b.q_flow[k, t] + lost == 0

        @block.Constraint(ends)
        def flow_limit(b, k, t):
            return b.p_flow[k, t] ** 2 + b.q_flow[k, t] ** 2 <= squared[k]

        @block.Constraint(ends)
        def arrival_limit(b, k, t):
            return b.p_to[k, t] ** 2 + b.q_to[k, t] ** 2 <= squared[k]

        for (i, _), v in block.v_squared.items():
            bus = network.buses[i]
            root = i in network.references
            v.bounds = (ROOT_V_PU**2,) * 2 if root else (bus.v_min_pu**2, bus.v_max_pu**2)

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Flows, voltages and losses, and the part of losses that no flow causes."""
        p, q, current, squared = (value(n) for n in ("p_flow", "q_flow", "current", "v_squared"))
        at = {bus: n for n, bus in enumerate(network.buses)}
        lines = list(network.branches.values())
        tap = np.array([[k.tap] for k in lines]).reshape(-1, 1)
        start = squared[[at[k.from_bus] for k in lines]] / tap**2
        worth = np.array([[k.r_pu] for k in lines]).reshape(-1, 1) / network.base_mva
        excess = worth * np.maximum(current - (p**2 + q**2) / start, 0.0)
        return NetworkState(p, q, np.sqrt(squared), loss=worth * current, excess_loss=excess)

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """Limits add along branches, losses what they add to the power at the root.

        The rest is what voltage limits add; in an island without any, it is the losses'.
        """
        at = {bus: n for n, bus in enumerate(network.buses)}
        lmp, root = price("balance"), [at[network.reference_of[bus]] for bus in at]
        flows = (value(n) for n in ("p_flow", "q_flow", "current", "v_squared"))
        shadow = self._shadow(network, price, value)
        congestion = sum_along_paths(network, shadow)
        energy = lmp[root]
        loss = energy * (root_factors(network, *flows) - 1.0)
        rest = lmp - energy - congestion - loss
        limited = _at_limit(network, value("v_squared"))
        return PriceParts(
            shadow,
            congestion,
            np.where(limited, rest, 0.0),
            np.where(limited, loss, loss + rest),
            price("voltage_drop"),
        )

    def _shadow(self, network: Network, price: Lookup, value: Lookup) -> Rows:
        """Rise of the price along each branch by its limit at both ends."""
        shadow = np.zeros_like(value("p_flow"))
        rated = [n for n, k in enumerate(network.branches.values()) if k.rating_mva is not None]
        if rated:
            leaves = price("flow_limit") * value("p_flow")[rated]
            shadow[rated] = -2 * (leaves + price("arrival_limit") * value("p_to"))
        return shadow


@networks.member("branch_flow_cone")
@dataclass(frozen=True)
class BranchFlowCone(BranchFlow):
    """Currents may exceed those of their flows, by a second-order cone; all else is the same."""

    traits: ClassVar[Traits] = Traits(
        ProblemClass.SOCP,
        levels=frozenset({DISTRIBUTION}),
        reactive=True,
        lossy=True,
        radial=True,
        relaxes="branch_flow",
    )

    def _ties(self, left: Any) -> Any:
        return left <= 0


def _at_limit(network: Network, squared: Rows) -> Any:
    """Whether any bus but the root of its island stands at a limit of its voltage.

    Shape (buses, periods).
    """
    names, root = list(network.buses), network.reference_of
    low, high = (
        np.array([[getattr(b, n) ** 2] for b in network.buses.values()])
        for n in ("v_min_pu", "v_max_pu")
    )
    held = (squared < low + AT_LIMIT) | (squared > high - AT_LIMIT)
    held[[name in network.references for name in names]] = False
    island = np.array([names.index(root[name]) for name in names])
    return np.array([held[island == own].any(axis=0) for own in island])


def _outflow(b: Any, network: Network, flow: Any, lost: str, bus: str, period: int) -> Any:
    """What leaves a bus over its branches, and what those that arrive have lost on the way."""
    total = 0
    for k, sign in network.branches_at[bus]:
        total += sign * flow[k, period]
        if sign < 0:
            part = getattr(network.branches[k], lost) / network.base_mva
            total += part * b.current[k, period]
    return total
