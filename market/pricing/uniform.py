"""Uniform pricing: one price per period for all areas, that of the marginal accepted offer or bid.

The last offer that is accepted sets it, or a flexible load that is served in part and values more
than that. An offer that must run, a load that is shed and energy that is spilled set no price.
Each operator buys and sells at the same price, and bears its losses, shunts and spilled energy.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from market.pricing import pricing
from market.pricing.stacks import Rows, Stack, stacks
from scenarios.pricing import COMPENSATION, PRICE, WHOLESALE_SALE, ClearedDay, Rents
from scenarios.results import BID

ACCEPTED = 1e-6  # of an owner's capacity: less is what solvers leave


@pricing.member("uniform")
@dataclass(frozen=True)
class Uniform:
    """All energy of a period at one price, wherever it is sold; 0 $/MWh if no offer is accepted.

    Energy that an operator does not deliver has the value of lost load. Offers that are accepted
    behind a congested branch are paid too, so that one of them may set the price of all.
    """

    words: ClassVar[str] = (
        "one price per period for all areas, that of the marginal accepted offer or bid"
    )

    def prices(self, day: ClearedDay) -> pd.DataFrame:
        """The price of the period; wholesale sales have nothing beyond it."""
        marginal = np.max([_marginal(stack) for stack in stacks(day)], axis=0, initial=-np.inf)
        by_period = np.where(np.isfinite(marginal), marginal, 0.0)
        product = day.positions["product"]
        price = pd.Series(by_period[day.positions["period"] - 1], day.positions.index, name=PRICE)
        price[product == WHOLESALE_SALE] = 0.0
        price[product == COMPENSATION] = day.scenario.voll_usd_per_mwh
        return price.to_frame()

    def rents(self, day: ClearedDay, paid: pd.DataFrame, kept: pd.Series) -> Rents:
        """All that an operator keeps comes of what it uses itself."""
        return Rents(kept.to_frame("own_use"))


def _marginal(stack: Stack) -> Rows:
    """Price ($/MWh) that the owner may set in every period; minus infinity where none."""
    least = ACCEPTED * stack.width.sum(axis=0)
    sets = stack.accepted - stack.forced > least
    if stack.kind == BID:
        sets &= stack.width - stack.accepted > least
    prices: Rows = np.where(sets, stack.price, -np.inf).max(axis=0)
    return prices
