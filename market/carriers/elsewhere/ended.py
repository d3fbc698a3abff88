"""A clearing as an operator knows it in the end: its own part, and what the market said of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from market.carriers.elsewhere.closing import Close
from market.coordination.protocol import Distribution, Ready, Settled, Terms
from market.designs.local_wholesale.shares import BestShares
from scenarios.results import WholesaleShare
from scenarios.scenario import Hourly
from scenarios.table_parts import Part


@dataclass
class Ended:
    """What is known so far. `offers` and `shares` are those of a local market's own assets."""

    terms: Terms
    ready: Ready | None = None
    settled: Settled | None = None
    offers: Sequence[Part] = ()
    shares: Sequence[WholesaleShare] = ()
    close: Close | None = None


def own_shares(operator: Distribution, ended: Ended) -> Sequence[WholesaleShare]:
    """What an area's type 1 assets earn by their shares at the prices of its own settlement."""
    ready, settled, rules = ended.ready, ended.settled, ended.terms.local
    if ready is None or settled is None or rules is None or not ready.shares:
        return ()
    ban = np.zeros(settled.power.shape[1]) if settled.ban is None else settled.ban[0].clip(min=0.0)
    return operator.by_rule(BestShares(ready.shares, _prices(settled), ban, rules))


def _prices(settled: Settled) -> dict[str, Hourly]:
    """Prices at the area's buses."""
    (part,) = settled.parts["lmp"]
    price = np.broadcast_to(part.values["lmp_usd_per_mwh"], part.shape)
    return dict(zip(part.names["bus"], price, strict=True))
