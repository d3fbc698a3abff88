"""Payments in whole cents that still add up: the method of largest remainders.

M. L. Balinski, H. P. Young, "Fair Representation", Yale University Press, 1982.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.pricing import BOUNDARY
from scenarios.results import TSO

Cents = NDArray[np.int64]


def largest_remainder(shares: NDArray[np.float64], group: NDArray[np.intp], totals: Cents) -> Cents:
    """Whole numbers near `shares` that add up to `totals[group]` in every group.

    Each share is rounded down; what is missing goes one by one to the largest remainders. Where
    a total is within one half of the sum of its shares, no share moves by a whole unit.
    """
    near = np.round(shares, 6)  # 1233.9999999999 is 1234, not 1233 and a large remainder
    whole = np.floor(near).astype(np.int64)
    size = np.bincount(group, minlength=len(totals))
    given = np.bincount(group, whole, minlength=len(totals)).astype(np.int64)
    each, extra = np.divmod(totals - given, np.maximum(size, 1))
    order = np.lexsort((whole - near, group))
    rank = np.empty(len(shares), dtype=np.int64)
    rank[order] = np.arange(len(shares)) - (np.cumsum(size) - size)[group[order]]
    result: Cents = whole + each[group] + (rank < extra[group])
    return result


def whole_cents(entries: pd.DataFrame) -> Cents:
    """`amount_usd` of the entries in cents, so that every operator's residual is rounded exactly.

    Entries are seen from the operator that pays. Each one but a boundary's has an account of
    its own at the other end, so the TSO's are rounded first, boundaries included, and every
    DSO's own entries then absorb what its boundary gained or lost. A DSO that trades only at
    its boundaries has nothing that could absorb, so its boundaries go first of all.
    """
    exact = 100.0 * entries["amount_usd"].to_numpy(dtype=float)
    period = entries["period"].to_numpy()
    crossing = (entries["kind"] == BOUNDARY).to_numpy()
    upper = (entries["operator"] == TSO).to_numpy()
    dso = entries["operator"].where(~crossing, entries["party"])
    hour = pd.factorize(period)[0]
    name, names = pd.factorize(dso)
    local = hour * len(names) + name
    idle = crossing & ~np.isin(local, local[~upper])
    cents = np.zeros(len(exact), dtype=np.int64)

    def give(free: NDArray[np.bool_], group: NDArray[np.intp], totals: Cents) -> None:
        cents[free] = largest_remainder(exact[free], group[free], totals)

    give(idle, local, _total(exact * idle, local))
    give(upper & ~idle, hour, _total(exact * upper, hour) - _total(cents * idle, hour))
    kept = _total(np.where(crossing, exact, np.where(upper, 0.0, -exact)), local)
    give(~upper, local, _total(cents * crossing, local) - kept)
    return cents


def _total(amounts: NDArray[Any], group: NDArray[np.intp]) -> Cents:
    """Sum of each group, to the nearest whole."""
    return np.rint(np.bincount(group, amounts)).astype(np.int64)
