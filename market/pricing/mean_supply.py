"""What a MWh of supply costs on average in each area, with what comes over boundaries."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.pricing import BOUNDARY_ENERGY, WHOLESALE_SALE, ClearedDay
from scenarios.totals import total

Rows = NDArray[np.float64]


def mean_supply_prices(day: ClearedDay, worth: pd.Series) -> pd.Series:
    """Mean price ($/MWh) of supply by period and area; 0 where there is none.

    `worth` is what each position is paid ($); those of boundaries are not looked at. All supply
    of an area is mixed: the part of it that leaves for transmission costs what the rest does, and
    so does what comes from there of transmission's mix.
    """
    asked, every = day.positions, day.every
    areas = [a.area for a in day.scenario.areas]
    crossing = asked["product"] == BOUNDARY_ENERGY
    flows = asked[crossing].assign(area=asked.loc[crossing, "party_area"])
    supply = asked[~crossing & (asked["energy_mwh"] > 0.0)]
    once = supply["energy_mwh"][supply["product"] != WHOLESALE_SALE]  # it is local energy too

    def by_area(part: pd.DataFrame, amount: pd.Series) -> Rows:
        return total(part, amount, every).to_numpy().reshape(-1, len(areas))

    cost, energy = by_area(supply, worth[supply.index]), by_area(supply, once)
    leaving = by_area(flows, flows["energy_mwh"].clip(lower=0.0))
    coming = by_area(flows, -flows["energy_mwh"].clip(upper=0.0))
    upper = areas.index(day.scenario.transmission)
    share = _ratio(leaving, energy + coming)
    share[:, upper] = 1.0
    mixed = _ratio((cost * share).sum(axis=1), (energy * share).sum(axis=1))
    mean = _ratio(cost + coming * mixed.reshape(-1, 1), energy + coming)
    mean[:, upper] = mixed
    return pd.Series(mean.ravel(), every)


def _ratio(amount: Rows, energy: Rows) -> Rows:
    return np.divide(amount, energy, out=np.zeros_like(amount), where=energy > 0.0)
