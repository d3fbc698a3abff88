"""What generators of distribution areas offer past their local market."""

import numpy as np
from numpy.typing import NDArray

from formulations.devices.local_market import shares, splits
from market.operators.day import Day
from scenarios.table_parts import Part


def offers_part(day: Day, deliverable: NDArray[np.float64]) -> Part:
    """What type 1 generators offer wholesale, and how much of it their feeder can carry (MW)."""
    members = splits(day.view)
    offered = day.decisions["p_wholesale"].upper
    beta = [np.nan if g.beta is None else g.beta for g in members.values()]
    names = {"area": [day.view.name] * len(members), "generator": list(members)}
    values = {
        "gamma": shares(day.view),
        "beta_usd_per_mwh": np.array(beta).reshape(-1, 1),
        "markup_usd_per_mwh": day.decisions["p_wholesale"].price,
        "offered_mw": offered,
        "deliverable_mw": deliverable,
    }
    return Part(offered.shape, names, values)
