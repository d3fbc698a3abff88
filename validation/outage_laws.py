"""No branch is above its limit after any outage, and tables say so rightly."""

from collections.abc import Iterator

import numpy as np

from validation.check import Check, Missed, check, outside
from validation.cleared import Cleared
from validation.outages import Outages
from validation.tolerances import Tolerances


def limits_after_outages_hold(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """Every flow after every outage, and what the table of limits that bind repeats of them."""
    outages, names = cleared.outages, cleared.grid.branch_names
    parts = [
        Missed([f"{k} after {outage}" for k in names], outside(np.abs(flow), 0.0, outages.rating))
        for outage, flow in outages.after.items()
    ]
    yield check("limits after outages", within.mw, "MW", *parts)
    yield check("flows after outages", within.mw, "MW", _repeated(outages))


def _repeated(outages: Outages) -> Missed:
    """Flows, limits and factors of limits that bind; NaN where there is no such outage."""
    missed = []
    for row in outages.limits:
        at, lost = (outages.place.get((row.area, k)) for k in (row.branch, row.outage))
        if at is None or lost is None or row.outage not in outages.after:
            missed.append(np.nan)
            continue
        after = outages.after[row.outage][at, row.period - 1]
        flow, carried = outages.flow[[at, lost], row.period - 1]
        off = abs(row.p_mw - after) + abs(flow + row.factor * carried - after)
        missed.append(off + abs(row.rating_mva - outages.rating[at, 0]))
    names = [f"{row.branch} after {row.outage}" for row in outages.limits]
    return Missed(names, np.array(missed).reshape(-1, 1))
