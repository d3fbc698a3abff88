"""What every network formulation promises to the models that use it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from scenarios.network import Network
from scenarios.traits import Traits

Rows = NDArray[np.float64]  # shape (members, periods)
Lookup = Callable[[str], Rows]  # values of a variable, or duals of a constraint, by name
ROOT_V_PU = 1.0  # voltage at the root of every feeder


@dataclass(frozen=True)
class NetworkState:
    """What the network does: arrays of shape (branches or buses, periods); None where absent."""

    p_flow: Rows  # MW at the from end
    q_flow: Rows | None = None  # Mvar at the from end
    v_pu: Rows | None = None
    angle_rad: Rows | None = None
    loss: Rows | None = None  # MW
    excess_loss: Rows | None = None  # MW of the loss that no flow causes, in a relaxation


@dataclass(frozen=True)
class PriceParts:
    """What makes the price at each bus differ from the price at the reference bus, $/MWh.

    `shadow` (branches, periods) is the value of one more MW of rating, negative where the flow
    towards the from end binds; `drop` (branches, periods) that of one p.u. less of squared
    voltage lost along it ($/h), where currents follow voltages. The others have shape (buses,
    periods).
    """

    shadow: Rows
    congestion: Rows
    voltage: Rows | None = None
    loss: Rows | None = None
    drop: Rows | None = None


class Formulation(Protocol):
    """A model of the grid: a frozen dataclass with its traits."""

    traits: ClassVar[Traits]

    def add_network(self, block: pyo.Block, network: Network, periods: Sequence[int]) -> None:
        """Tie the injections on `block` to flows on `network`.

        Reads   block.p_net[bus, t]     net active injection (MW), put there by the caller.
                block.q_net[bus, t]     net reactive injection (Mvar), if its traits say reactive.
        Adds    block.p_flow[branch, t] flow at the from end (MW), variable or expression.
                block.balance[bus, t]   `p_net - outflow == 0`; its dual is the marginal
                                        price of consumption at the bus.
                block.q_balance[bus, t] the same of reactive power (Mvar), if reactive.
        Names   in block.follows the variables that follow from the injections.
        """
        ...

    def state(self, network: Network, value: Lookup) -> NetworkState:
        """Flows and voltages from the values of the block's variables."""
        ...

    def price_parts(self, network: Network, price: Lookup, value: Lookup) -> PriceParts:
        """Parts of the prices from duals ($/MWh) and, where they depend on it, the dispatch."""
        ...
