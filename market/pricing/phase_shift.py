"""What phase shifters earn in a DC network by moving power to where it is worth more."""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from market.pricing.lmp_table import PLACE
from scenarios.scenario import Scenario
from scenarios.totals import hours_of


def phase_shift_rent(scenario: Scenario, flows: pd.DataFrame, lmp: pd.DataFrame) -> pd.DataFrame:
    """Rent ($) of every transmission branch with a shift: period, area, rent_usd.

    What the angles drive over a branch earns, summed over the network, the shadow prices only;
    the flow that the shifter drives, base x shift / (x tap), also earns the rest of the price
    difference across its branch.
    """
    driven_mw = _driven_by_shift(scenario)
    rows = flows[(flows["area"] == scenario.transmission) & flows["branch"].isin(list(driven_mw))]
    if rows.empty:
        return rows[["period", "area"]].assign(rent_usd=0.0)
    price = lmp.set_index(PLACE)["lmp_usd_per_mwh"]

    def price_at(end: str) -> NDArray[np.float64]:
        return price.loc[pd.MultiIndex.from_frame(rows[["period", "area", end]])].to_numpy()

    rest = price_at("to_bus") - price_at("from_bus") - rows["shadow_usd_per_mwh"]
    energy = rows["branch"].map(driven_mw).astype(float) * hours_of(scenario, rows["period"])
    return rows[["period", "area"]].assign(rent_usd=rest * energy)


def _driven_by_shift(scenario: Scenario) -> dict[str, float]:
    """Flow (MW) from the from bus that the shift drives where the angles are equal."""
    base = scenario.area(scenario.transmission).network.base_mva
    return {
        k.branch: -base * math.radians(k.shift_deg) / (k.x_pu * k.tap)
        for k in scenario.branches
        if k.area == scenario.transmission and k.shift_deg and k.in_service
    }
