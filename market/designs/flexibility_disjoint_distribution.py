"""Disjoint flexibility markets, those of distribution alone.

Who sees which bids: a zonal market all, without networks; then each distribution operator the
offers of its own area. In which order: the zonal market, then all areas apart. What is fixed when:
the schedule; with it boundary power. Limits of transmission are left to others.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.clearing.flexibility_market import about
from market.clearing.flexible import needs
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.pricing.two_settlement import Moved
from scenarios.clearing import Clearing


@designs.member("flexibility_disjoint_distribution")
@dataclass(frozen=True)
class FlexibilityDisjointDistribution:
    """Distribution areas are mended, transmission is not."""

    about: ClassVar[About] = about(
        "Flexibility, disjoint markets of distribution",
        "each distribution operator buys flexibility in its own area alone, boundary power stays "
        "as scheduled, and transmission is left as it is",
        rank=33,
        mends_all=False,
    )

    moved: Moved = "cost_based"

    def clear(
        self,
        operators: Operators,
        name: str = "flexibility_disjoint_distribution",
        progress: Progress | None = None,
    ) -> Clearing:
        """Each distribution area alone; raises SolveFailed."""
        found = needs(operators, name)
        return found.then_transmission(
            found.distribution_first("kept"), unmended=[operators.transmission.name]
        )
