"""Disjoint flexibility markets: every operator mends its own network by its own resources.

Who sees which bids: a zonal market all, without networks; then each operator the offers of its own
area. In which order: the zonal market, then all at once and apart. What is fixed when: the
schedule; with it boundary power.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.clearing.flexibility_market import about, unforeseen
from market.clearing.flexible import needs
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.pricing.two_settlement import Moved
from scenarios.clearing import Clearing


@designs.member("flexibility_disjoint")
@dataclass(frozen=True)
class FlexibilityDisjoint:
    """`imbalance_percent` of transmission's load was not foreseen by the schedule."""

    about: ClassVar[About] = about(
        "Flexibility, disjoint markets",
        "each operator buys flexibility in its own area alone, and boundary power stays as "
        "scheduled",
        rank=36,
    )

    imbalance_percent: float = unforeseen()
    moved: Moved = "cost_based"

    def clear(
        self,
        operators: Operators,
        name: str = "flexibility_disjoint",
        progress: Progress | None = None,
    ) -> Clearing:
        """Distribution and transmission, each alone; raises SolveFailed."""
        found = needs(operators, name, imbalance_percent=self.imbalance_percent)
        return found.then_transmission(found.distribution_first("kept"))
