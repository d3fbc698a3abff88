"""How much power may cross a boundary."""

import numpy as np

from validation.check import Rows
from validation.cleared import Cleared
from validation.grid import column

ROOM_MW = 1.0  # beyond what devices can do together: no price rests on that limit


def crossing_limits(cleared: Cleared) -> tuple[Rows, Rows]:
    """Least and greatest boundary power (MW): its limits, and what the feeder can give or take."""
    s, shape = cleared.scenario, cleared.boundary["p_mw"].shape
    area = {b.area: n for n, b in enumerate(s.boundaries)}
    take, give = np.zeros(shape), np.zeros(shape)
    for records, most_taken, most_given in (
        (s.generators, 0.0, cleared.output_limits[1]),
        (s.loads, np.maximum(cleared.demand, 0.0), np.maximum(-cleared.demand, 0.0)),
        (s.bids, cleared.bid_limits[1], 0.0),
        (s.storage, column(s.storage, "p_charge_max_mw"), column(s.storage, "p_discharge_max_mw")),
        (s.shiftable_loads, column(s.shiftable_loads, "p_max_mw"), 0.0),
        (s.buses, np.maximum(column(s.buses, "g_shunt_mw"), 0.0), 0.0),
    ):
        of = np.array([area.get(r.area, -1) for r in records], dtype=int)
        full = (len(of), shape[1])
        np.add.at(take, of[of >= 0], np.broadcast_to(most_taken, full)[of >= 0])
        np.add.at(give, of[of >= 0], np.broadcast_to(most_given, full)[of >= 0])
    low, high = column(s.boundaries, "p_min_mw"), column(s.boundaries, "p_max_mw")
    return np.fmax(-give - ROOM_MW, low), np.fmin(take + ROOM_MW, high)
