"""DC power flow with losses that grow with the square of the flow, relaxed to a convex limit.

The loss of a branch is r F^2 / base at 1 p.u., half of it drawn at either end: A. L. Motto,
F. D. Galiana, A. J. Conejo, J. M. Arroyo, "Network-Constrained Multiperiod Auction for a
Pool-Based Electricity Market", IEEE Trans. Power Syst. 17(3), 2002.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Lookup, NetworkState, PriceParts, Rows
from formulations.index_sets import member_periods
from formulations.networks import networks
from formulations.networks.balance import outflow
from formulations.networks.dc import at_reference, congestion_parts, flow_limits
from scenarios.matrices import susceptance
from scenarios.network import Network
from scenarios.records import TRANSMISSION
from scenarios.traits import ProblemClass, Traits


@networks.member("dc_losses")
@dataclass(frozen=True)
class DcLosses:
    """Active power only: |v| = 1 p.u., small angles; a branch may lose more than its flow causes.

    It does so only where a price is negative; see `NetworkState.excess_loss`. A negative
    resistance (of the star that stands for a transformer of three windings) loses nothing.
    """

    traits: ClassVar[Traits] = Traits(
        ProblemClass.SOCP, levels=frozenset({TRANSMISSION}), angles=True, lossy=True
    )

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Add angle (rad), p_middle, loss (MW), balance, and limits at both ends of branches."""
        lines = network.branches
        everywhere = member_periods(block, lines, periods)
        block.angle = pyo.Var(member_periods(block, network.buses, periods))  # rad
        block.p_middle = pyo.Var(everywhere)
        block.loss = pyo.Var(everywhere, bounds=(0.0, None))

        @block.Constraint(everywhere)
        def angles_drive(b, k, t):
            line = lines[k]
            drop = b.angle[line.from_bus, t] - b.angle[line.to_bus, t]
            driven = susceptance(line, network.base_mva) * (drop - math.radians(line.shift_deg))
            return b.p_middle[k, t] == driven

        lossy = [k for k, line in lines.items() if line.r_pu > 0]

        @block.Constraint(member_periods(block, lossy, periods))
        def loss_of_flow(b, k, t):
            return b.p_middle[k, t] ** 2 - network.base_mva / lines[k].r_pu * b.loss[k, t] <= 0

        for k in lines.keys() - set(lossy):
            for t in periods:
                block.loss[k, t].fix(0.0)

        @block.Constraint(member_periods(block, network.buses, periods))
        def balance(b, i, t):
            out = outflow(network, b.p_middle, i, t)
            lost = sum(b.loss[k, t] for k, _ in network.branches_at[i]) / 2
            return b.p_net[i, t] - out - lost == network.buses[i].g_shunt_mw

        _add_limits(block, network, periods)
        for t in periods:
            for bus in network.references:
                block.angle[bus, t].bounds = (0.0, 0.0)

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Flows at the from ends, angles and losses."""
        middle, loss = value("p_middle"), value("loss")
        r = np.array([[max(k.r_pu, 0.0)] for k in network.branches.values()]).reshape(-1, 1)
        excess = np.maximum(loss - r / network.base_mva * middle**2, 0.0)
        return NetworkState(
            middle + loss / 2, angle_rad=value("angle"), loss=loss, excess_loss=excess
        )

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """Congestion as without losses; what it leaves of the difference in prices is losses'."""
        rated = [n for n, k in enumerate(network.branches.values()) if k.rating_mva is not None]
        shadow: Rows = np.zeros_like(value("p_middle"))
        if rated:
            shadow[rated] = price("arrival_limit") - price("flow_limit")
        angled = flow_limits(network, by_rating=False)
        if angled:
            shadow[[k in angled for k in network.branches]] -= price("angle_limit")
        congestion = congestion_parts(network, shadow)
        lmp = price("balance")
        return PriceParts(shadow, congestion, loss=lmp - at_reference(network, lmp) - congestion)


def _add_limits(block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
    """What enters a branch at either end keeps to its rating, and its angle to its limits."""
    rated = {k: v.rating_mva for k, v in network.branches.items() if v.rating_mva is not None}
    places = member_periods(block, rated, periods)

    def entering(b: Any, k: str, t: int, sign: int) -> Any:
        return sign * b.p_middle[k, t] + b.loss[k, t] / 2

    @block.Constraint(places)
    def flow_limit(b, k, t):
        return entering(b, k, t, 1) <= rated[k]

    @block.Constraint(places)
    def arrival_limit(b, k, t):
        return entering(b, k, t, -1) <= rated[k]

    angled = flow_limits(network, by_rating=False)

    @block.Constraint(member_periods(block, angled, periods))
    def angle_limit(b, k, t):
        least, most = angled[k]
        return (least, b.p_middle[k, t], most)
