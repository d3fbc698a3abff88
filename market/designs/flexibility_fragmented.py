"""Fragmented flexibility markets: distribution operators first, then transmission its own.

Who sees which bids: a zonal market all, without networks; then each operator the offers of its own
area. In which order: the zonal market, the distribution operators, transmission. What is fixed
when: the schedule; boundary power by the distribution operators, at the interface price.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.clearing.flexibility_market import about, unforeseen
from market.clearing.flexible import Interface, needs
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.pricing.two_settlement import Moved
from scenarios.clearing import Clearing


@designs.member("flexibility_fragmented")
@dataclass(frozen=True)
class FlexibilityFragmented:
    """Boundary power is `kept`, or free at a price: `mid` of what is expected, or `optimal`.

    `imbalance_percent` of transmission's load was not foreseen by the schedule.
    """

    about: ClassVar[About] = about(
        "Flexibility, fragmented markets",
        "distribution operators buy flexibility first, with boundary "
        "power at an interface price, and transmission then from its own resources",
        rank=37,
    )

    interface: Interface = "mid"
    imbalance_percent: float = unforeseen()
    moved: Moved = "cost_based"

    def clear(
        self,
        operators: Operators,
        name: str = "flexibility_fragmented",
        progress: Progress | None = None,
    ) -> Clearing:
        """Distribution first, then transmission; raises SolveFailed."""
        found = needs(operators, name, imbalance_percent=self.imbalance_percent)
        return found.then_transmission(found.distribution_first(self.interface))
