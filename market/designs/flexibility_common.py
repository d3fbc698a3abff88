"""Common flexibility market: all operators buy from everybody, coordinated.

Who sees which bids: a zonal market all, without networks; then everyone its own. In which order:
the zonal market, then rounds of boundary prices and schedules. What is fixed when: the schedule
and what it is paid; boundary schedules and prices once the operators agree.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.clearing.flexibility_market import about, unforeseen
from market.clearing.flexible import needs
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.pricing.two_settlement import Moved
from scenarios.clearing import Clearing


@designs.member("flexibility_common")
@dataclass(frozen=True)
class FlexibilityCommon:
    """`imbalance_percent` of transmission's load was not foreseen by the schedule."""

    about: ClassVar[About] = about(
        "Flexibility, common market",
        "all operators buy flexibility together, from everybody, by rounds of prices and schedules",
        rank=48,
    )

    imbalance_percent: float = unforeseen()
    moved: Moved = "cost_based"

    def clear(
        self,
        operators: Operators,
        name: str = "flexibility_common",
        progress: Progress | None = None,
    ) -> Clearing:
        """All together; raises SolveFailed."""
        found = needs(operators, name, imbalance_percent=self.imbalance_percent)
        return found.together(progress)
