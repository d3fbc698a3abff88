"""A clearing as a distribution operator knows it: its own tables, and what the market told it."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from market.carriers.elsewhere.closing import Close
from market.carriers.elsewhere.ended import Ended
from market.clearing.outcome import own_tables
from market.coordination.protocol import Settled
from scenarios.clearing import Certificate, Clearing, Seconds, Status
from scenarios.quantity import to_table
from scenarios.results import BoundaryFlow, WholesaleOffer, WholesaleShare
from scenarios.table_parts import Part, stack
from scenarios.traits import Physics

SAID = {status.name: status for status in Status}


def area_clearing(name: str, ended: Ended, physics: Physics, solved_s: float) -> Clearing | None:
    """The clearing; None where it failed, or the market did not say how it ended."""
    settled, close = ended.settled, ended.close
    if settled is None or close is None or close.prices is None or close.status not in SAID:
        return None
    tables = {
        **own_tables([settled]),
        "boundary": _boundary(settled, close),
        "wholesale_offer": stack(WholesaleOffer, ended.offers),
        "wholesale_share": to_table(ended.shares, WholesaleShare),
    }
    seconds = Seconds(0.0, solved_s, solved_s)
    return Clearing(
        name,
        SAID[close.status],
        settled.welfare_usd,
        _certificate(settled, close),
        close.rounds,
        seconds,
        tables,
        physics,
        ended.terms.local,
    )


def _boundary(settled: Settled, close: Close) -> pa.Table:
    values = {
        "p_mw": settled.power,
        "q_mvar": settled.reactive,
        "lmp_usd_per_mwh": close.prices,
        "dlmp_usd_per_mwh": settled.prices,
        "ban_usd_per_mwh": settled.ban,
    }
    count = len(settled.boundaries)
    names: dict[str, Sequence[str]] = {
        "area": [settled.area] * count,
        "boundary": list(settled.boundaries),
    }
    return stack(BoundaryFlow, [Part(settled.power.shape, names, values)])


def _certificate(settled: Settled, close: Close) -> Certificate | None:
    """Bounds on the area's own welfare, as far apart as those on all areas'."""
    if close.lower is None:
        return None
    gap = np.inf if close.upper is None else close.upper - close.lower
    own = settled.welfare_usd
    unknown = np.inf
    return Certificate(
        own,
        own + gap,
        unknown if close.quantity_residual is None else close.quantity_residual,
        unknown if close.price_residual is None else close.price_residual,
    )
