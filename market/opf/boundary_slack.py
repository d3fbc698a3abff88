"""Energy not served or spilled at boundary buses, which a trial may need and the result may not."""

import numpy as np

from market.operators.area import slack_buses
from market.operators.day import Day
from solvers.ipopt import IpoptSession
from solvers.program import Positions


def boundary_slack(day: Day) -> Positions:
    """Columns of priced slack that the area would not have without its boundaries."""
    found: list[int] = []
    for name, own in zip(("unserved", "spilled"), slack_buses(day.view), strict=True):
        places = zip(day.members[name], day.columns[name][:, 0].tolist(), strict=True)
        found += [column for bus, column in places if bus not in own]
    return np.array(found, dtype=np.int64)


def allow(session: IpoptSession, columns: Positions, most: float) -> None:
    """Let columns go from 0 to `most`."""
    session.set_bounds(columns, np.zeros(columns.size), np.full(columns.size, most))
