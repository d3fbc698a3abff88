"""What all designs have in common in which operators buy flexibility after a zonal schedule."""

from typing import Any

from market.designs import About
from market.pricing.two_settlement import TwoSettlement
from scenarios.option_fields import option


def about(title: str, says: str, rank: int, *, mends_all: bool = True) -> About:
    """Their words and place; bids are shown to the zonal market, and pay is in two steps."""
    return About(
        title=title,
        says=f"after a zonal market {says}",
        rank=rank,
        needs_shared_models=True,
        shows=("bids",),
        settles_by=lambda design: TwoSettlement(design.moved),
        mends_all=mends_all,
    )


def unforeseen() -> Any:
    """Part of transmission's load (%) that the schedule did not foresee."""
    return option(0.0, lambda v: abs(v) < 100, "write a part of the load in %")
