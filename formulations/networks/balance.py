"""Power balance at every bus: what a bus injects leaves over its branches."""

from collections.abc import Sequence
from typing import Any

import pyomo.environ as pyo

from formulations.index_sets import member_periods
from scenarios.network import Network


def outflow(network: Network, flow: Any, bus: str, period: int) -> Any:
    """Sum of the flows that leave `bus` over its branches (lossless)."""
    return sum(sign * flow[k, period] for k, sign in network.branches_at[bus])


def add_balance(block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
    """Add block.balance (MW) from block.p_net and block.p_flow; shunt conductance consumes."""

    @block.Constraint(member_periods(block, network.buses, periods))
    def balance(b, i, t):
        return b.p_net[i, t] - outflow(network, b.p_flow, i, t) == network.buses[i].g_shunt_mw
