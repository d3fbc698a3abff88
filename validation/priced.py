"""A clearing with the prices at which its parties are judged.

At the price of its bus no party may earn more than its dispatch does: the first-order conditions
of the market, party by party (P.-A. Samuelson, "Spatial Price Equilibrium and Linear
Programming", Am. Econ. Rev. 42, 1952).
"""

from dataclasses import dataclass
from functools import cached_property

from validation.check import Rows
from validation.cleared import Cleared
from validation.grid import Places
from validation.multipliers import Multipliers, multipliers


@dataclass(frozen=True)
class Priced:
    """A clearing with the prices of active and reactive power at every bus."""

    cleared: Cleared

    @cached_property
    def multipliers(self) -> Multipliers:
        """Prices of reactive power, ratings and voltages."""
        return multipliers(self.cleared)

    def price(self, bus: Places, tan_phi: Rows | float = 0.0) -> Rows:
        """Price ($/MWh) of power that takes `tan_phi` of reactive power with it."""
        return self.cleared.prices[bus] + tan_phi * self.multipliers.reactive[bus]
