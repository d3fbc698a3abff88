"""What a local market leaves open: the split of what it sells and buys back at one price."""

import numpy as np

from market.operators.day import Day
from solvers.program import Vector


def least_purchase(day: Day, x: Vector) -> Vector:
    """The same dispatch with no more sold wholesale than what is not bought back.

    Where the local market buys from the grid, its price is the boundary's, and a generator's
    split is of no matter to welfare; its offers at cost then serve home first.
    """
    sold, home, bought = (day.value(x, n) for n in ("p_wholesale", "p_local", "gross_purchase"))
    decided = day.decisions
    room = np.minimum(sold, decided["p_local"].upper - home).clip(min=0.0)
    room = np.where(decided["p_wholesale"].price == 0.0, room, 0.0)
    total = room.sum(axis=0)
    cut = np.minimum(total, bought[0].clip(min=0.0))
    part = room * np.divide(cut, total, out=np.zeros_like(cut), where=total > 0)
    changed = x.copy()
    for name, change in (("p_wholesale", -part), ("p_local", part)):
        changed[day.columns[name]] += change
    changed[day.columns["gross_purchase"]] -= part.sum(axis=0)
    return changed
