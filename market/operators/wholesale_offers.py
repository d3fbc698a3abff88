"""What generators of distribution areas offer past their local market."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from formulations.devices.local_market import shares, splits
from market.operators.area_tables import Part, stack
from market.operators.operator import DistributionOperator
from scenarios.results import WholesaleOffer


def wholesale_offers(operators: Iterable[DistributionOperator]) -> pa.Table:
    """What type 1 generators offer wholesale, and how much of it their feeders can carry (MW)."""
    local = [o for o in operators if o.local is not None]
    return stack(WholesaleOffer, [_offers(o) for o in local if splits(o.day.view)])


def _offers(operator: DistributionOperator) -> Part:
    day, members = operator.day, splits(operator.day.view)
    offered = day.decisions["p_wholesale"].upper
    beta = [np.nan if g.beta is None else g.beta for g in members.values()]
    names = {"area": [day.view.name] * len(members), "generator": list(members)}
    values = {
        "gamma": shares(day.view),
        "beta_usd_per_mwh": np.array(beta).reshape(-1, 1),
        "markup_usd_per_mwh": day.decisions["p_wholesale"].price,
        "offered_mw": offered,
        "deliverable_mw": operator.deliverable(),
    }
    return Part(offered.shape, names, values)
