"""Disjoint flexibility markets: every operator mends its own network by its own resources.

Who sees which bids: a zonal market all, without networks; then each operator the offers of its own
area. In which order: the zonal market, then all at once and apart. What is fixed when: the
schedule; with it boundary power.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.clearing.flexible import needs
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.pricing.two_settlement import Moved, TwoSettlement
from scenarios.clearing import Clearing
from scenarios.option_fields import option


@designs.member("flexibility_disjoint")
@dataclass(frozen=True)
class FlexibilityDisjoint:
    """`imbalance_percent` of transmission's load was not foreseen by the schedule."""

    about: ClassVar[About] = About(
        title="Flexibility, disjoint markets",
        says=(
            "after a zonal market each operator buys flexibility in its own area alone, and "
            "boundary power stays as scheduled"
        ),
        rank=36,
        needs_shared_models=True,
        shows=("bids",),
        settles_by=lambda design: TwoSettlement(design.moved),
    )

    imbalance_percent: float = option(0.0, lambda v: abs(v) < 100, "write a part of the load in %")
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
