"""How much power may cross a boundary."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from validation.check import Rows
from validation.cleared import Cleared
from validation.devices import validators_of
from validation.grid import column

ROOM_MW = 1.0  # beyond what devices can do together: no price rests on that limit


def crossing_limits(cleared: Cleared) -> tuple[Rows, Rows]:
    """Least and greatest boundary power (MW): its limits, and what the feeder can give or take."""
    s, shape = cleared.scenario, cleared.boundary["p_mw"].shape
    area = {name: n for n, name in enumerate(s.distribution)}
    take, give = np.zeros((2, len(area), shape[1]))
    shunts = np.maximum(column(s.buses, "g_shunt_mw"), 0.0)
    parts: list[tuple[Sequence[Any], Rows, Rows]] = [(s.buses, np.zeros_like(shunts), shunts)]
    for kind, validator in validators_of(cleared).items():
        parts.append((cleared.at_buses(kind), *validator.greatest_mw(cleared)))
    for records, most_given, most_taken in parts:
        of = np.array([area.get(r.area, -1) for r in records], dtype=int)
        full = (len(of), shape[1])
        np.add.at(take, of[of >= 0], np.broadcast_to(most_taken, full)[of >= 0])
        np.add.at(give, of[of >= 0], np.broadcast_to(most_given, full)[of >= 0])
    own = [area[b.area] for b in s.boundaries]
    low, high = column(s.boundaries, "p_min_mw"), column(s.boundaries, "p_max_mw")
    return np.fmax(-give[own] - ROOM_MW, low), np.fmin(take[own] + ROOM_MW, high)
