"""Convex hull prices: those at which all parties together lose least by the schedule they have.

W. W. Hogan, B. J. Ring, "On Minimum-Uplift Pricing for Electricity Markets", 2003.
"""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from market.nonconvex.prices import CONVEX_HULL
from market.pricing import pricing
from market.pricing.lmp import Nodal
from market.pricing.of_rule import Tables, at_rule
from scenarios.pricing import ClearedDay, Rents
from scenarios.scenario import Scenario


@pricing.member(CONVEX_HULL)
@dataclass(frozen=True)
class ConvexHull:
    """Nodal prices and those of reserves, where plants are neither on nor off by force.

    Without plants that start and stop they are the locational marginal prices.
    """

    words: ClassVar[str] = (
        "convex hull prices, which leave least to be gained by any other schedule"
    )

    def tables(self, scenario: Scenario, tables: Tables) -> Tables:
        """The clearing with these prices."""
        return at_rule(scenario, tables, CONVEX_HULL)

    def prices(self, day: ClearedDay) -> pd.DataFrame:
        """Prices of buses with their parts."""
        return Nodal().prices(day)

    def rents(self, day: ClearedDay, paid: pd.DataFrame, kept: pd.Series) -> Rents:
        """Rents of branches, voltages, losses and boundaries, at these prices."""
        return Nodal().rents(day, paid, kept)
