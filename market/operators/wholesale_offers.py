"""What generators and stores of distribution areas offer past their local market."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from formulations.devices.participation import shares, splits
from formulations.devices.store_trade import BOUGHT, SOLD
from market.operators.day import Day
from scenarios.records import Generator, Storage
from scenarios.results import GENERATOR, STORAGE
from scenarios.table_parts import Part


def offers_of_generators(day: Day, deliverable: NDArray[np.float64]) -> Part:
    """What they offer wholesale, and how much of it together their feeder can carry (MW)."""
    members, decided = splits(day.view, Generator), day.decisions["p_wholesale"]
    beta = [np.nan if g.beta is None else g.beta for g in members.values()]
    values = {
        "gamma": shares(members),
        "beta_usd_per_mwh": np.array(beta).reshape(-1, 1),
        "markup_usd_per_mwh": decided.price,
        "offered_mw": decided.upper,
        "offered_purchase_mw": 0.0,
        "deliverable_mw": deliverable,
    }
    return Part(decided.upper.shape, _names(day, GENERATOR, list(members)), values)


def offers_of_stores(day: Day) -> Part:
    """What they offer to sell and to buy wholesale (MW), without a price of their own."""
    members, sales = splits(day.view, Storage), day.decisions[SOLD].upper
    values = {
        "gamma": shares(members),
        "beta_usd_per_mwh": None,
        "markup_usd_per_mwh": 0.0,
        "offered_mw": sales,
        "offered_purchase_mw": day.decisions[BOUGHT].upper,
        "deliverable_mw": None,
    }
    return Part(sales.shape, _names(day, STORAGE, list(members)), values)


def _names(day: Day, kind: str, members: Sequence[str]) -> Mapping[str, Sequence[str]]:
    count = len(members)
    return {"area": [day.view.name] * count, "kind": [kind] * count, "asset": members}
