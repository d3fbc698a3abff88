"""Prices of the clearing in which plants may be partly on: close to those of the convex hull.

P. Gribik, W. Hogan, S. Pope, "Market-Clearing Electricity Prices and Energy Uplift", Harvard
University, 2007; in markets as approximate extended LMP.
"""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from market.nonconvex.prices import RELAXED
from market.pricing import pricing
from market.pricing.lmp import Nodal
from market.pricing.of_rule import Tables, at_rule
from scenarios.pricing import ClearedDay, Rents
from scenarios.scenario import Scenario


@pricing.member(RELAXED)
@dataclass(frozen=True)
class Relaxed:
    """Nodal prices and those of reserves, where plants are neither on nor off by force.

    Without plants that start and stop they are the locational marginal prices.
    """

    words: ClassVar[str] = "locational marginal prices of plants that may be partly on"

    def tables(self, scenario: Scenario, tables: Tables) -> Tables:
        """The clearing with these prices."""
        return at_rule(scenario, tables, RELAXED)

    def prices(self, day: ClearedDay) -> pd.DataFrame:
        """Prices of buses with their parts."""
        return Nodal().prices(day)

    def rents(self, day: ClearedDay, paid: pd.DataFrame, kept: pd.Series) -> Rents:
        """Rents of branches, voltages, losses and boundaries, at these prices."""
        return Nodal().rents(day, paid, kept)
