"""Lossless DC power flow in bus voltage angles.

B. Stott, J. Jardim, O. Alsac, "DC Power Flow Revisited", IEEE Trans. Power Syst. 24(3), 2009.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo
from scipy import sparse
from scipy.sparse.linalg import splu

from formulations.contract import Lookup, NetworkState, PriceParts, Rows
from formulations.index_sets import member_periods
from formulations.networks import networks
from formulations.networks.balance import add_balance
from scenarios.matrices import angled_flow_limits, incidence, susceptance
from scenarios.network import Network
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.traits import ProblemClass, Traits

Limits = tuple[float | None, float | None]


@networks.member("dc")
@dataclass(frozen=True)
class Dc:
    """Active power only: |v| = 1 p.u., small angles, no losses."""

    traits: ClassVar[Traits] = Traits(
        ProblemClass.LP, levels=frozenset({TRANSMISSION, DISTRIBUTION}), angles=True
    )

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Add angle (rad), p_flow (MW, an expression), balance and flow_limit."""
        block.angle = pyo.Var(member_periods(block, network.buses, periods))  # rad
        block.follows.append("angle")
        lines = network.branches

        @block.Expression(member_periods(block, lines, periods))
        def p_flow(b, k, t):
            line = lines[k]
            drop = b.angle[line.from_bus, t] - b.angle[line.to_bus, t]
            return susceptance(line, network.base_mva) * (drop - math.radians(line.shift_deg))

        limits = flow_limits(network)

        @block.Constraint(member_periods(block, limits, periods))
        def flow_limit(b, k, t):
            least, most = limits[k]
            return (least, b.p_flow[k, t], most)

        add_balance(block, network, periods)
        for t in periods:
            for bus in network.references:
                block.angle[bus, t].bounds = (0.0, 0.0)

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Flows and angles."""
        angle = value("angle")
        shift = np.radians([[k.shift_deg] for k in network.branches.values()]).reshape(-1, 1)
        worth = np.array(
            [[susceptance(k, network.base_mva)] for k in network.branches.values()]
        ).reshape(-1, 1)
        flow = worth * (incidence(network) @ angle - shift)
        return NetworkState(flow, angle_rad=angle)

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """Congestion at a bus: shadow prices times the bus's sensitivity of each limited flow."""
        limit, limited = price("flow_limit"), flow_limits(network)
        shadow = np.zeros((len(network.branches), limit.shape[1]))
        shadow[[k in limited for k in network.branches]] = -limit
        return PriceParts(shadow, congestion_parts(network, shadow))


def flow_limits(network: Network, *, by_rating: bool = True) -> Mapping[str, Limits]:
    """Least and greatest flow (MW) of each branch that its rating or its angle limits."""
    found = {}
    for k, line in network.branches.items():
        rating = line.rating_mva if by_rating and line.rating_mva is not None else math.inf
        least, most = angled_flow_limits(line, network.base_mva)
        least, most = max(-rating, least), min(rating, most)
        if math.isfinite(least) or math.isfinite(most):
            found[k] = (_or_none(least), _or_none(most))
    return found


def _or_none(limit: float) -> float | None:
    return limit if math.isfinite(limit) else None


def at_reference(network: Network, prices: Rows) -> Rows:
    """Prices at the slack bus of the island of every bus."""
    at = {bus: n for n, bus in enumerate(network.buses)}
    return prices[[at[network.reference_of[bus]] for bus in network.buses]]


def congestion_parts(network: Network, shadow: Rows) -> Rows:
    """-(PTDF)' shadow with the slack of each island as reference, without forming the PTDF."""
    parts = np.zeros((len(network.buses), shadow.shape[1]))
    others = [n for n, bus in enumerate(network.buses) if bus not in network.references]
    if not others or not shadow.any():
        return parts
    a = incidence(network)
    worth = sparse.diags_array(
        [susceptance(k, network.base_mva) for k in network.branches.values()]
    )
    kept = sparse.csc_array(a)[:, others]
    nodal = sparse.csc_array(kept.T @ worth @ kept)
    pressed: Any = kept.T @ (worth @ shadow)
    parts[others] = -splu(nodal).solve(pressed)
    return parts
