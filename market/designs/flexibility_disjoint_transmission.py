"""Disjoint flexibility markets, that of transmission alone.

Who sees which bids: a zonal market all, without networks; then transmission the offers of its own
area. In which order: the zonal market, then transmission. What is fixed when: the schedule; with it
boundary power. Limits of feeders are left to others.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.clearing.flexibility_market import about, unforeseen
from market.clearing.flexible import needs
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.pricing.two_settlement import Moved
from scenarios.clearing import Clearing


@designs.member("flexibility_disjoint_transmission")
@dataclass(frozen=True)
class FlexibilityDisjointTransmission:
    """Transmission is mended, distribution areas are not.

    `imbalance_percent` of transmission's load was not foreseen by the schedule.
    """

    about: ClassVar[About] = about(
        "Flexibility, disjoint market of transmission",
        "the transmission operator buys flexibility in its own area alone, boundary power stays "
        "as scheduled, and feeders are left as they are",
        rank=34,
        mends_all=False,
    )

    imbalance_percent: float = unforeseen()
    moved: Moved = "cost_based"

    def clear(
        self,
        operators: Operators,
        name: str = "flexibility_disjoint_transmission",
        progress: Progress | None = None,
    ) -> Clearing:
        """Transmission alone; raises SolveFailed."""
        found = needs(operators, name, imbalance_percent=self.imbalance_percent)
        lower = found.left(found.schedule.power, found.schedule.prices)
        return found.then_transmission(lower, unmended=list(lower))
