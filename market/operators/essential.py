"""What an area cannot do without: load at any price, less what comes of itself."""

import numpy as np

from market.coordination.protocol import Crossing, Numbers
from scenarios.records import ShiftableLoad
from scenarios.scenario import AreaView


def net_essential_demand(view: AreaView) -> Crossing:
    """Inelastic and shiftable load less available PV and wind (MW), shape (boundaries, periods).

    An area with several boundaries counts all of it at the first.
    """
    total = np.zeros((len(view.ports), len(view.hours)))
    for load in view.loads.values():
        total[0] += load.p_mw * view.factor(load.profile)
    for shiftable in view.of(ShiftableLoad).values():
        total[0] += _evenly(shiftable, np.array(view.hours))
    for plant in view.generators.values():
        if plant.technology in ("pv", "wind"):
            total[0] -= plant.p_max_mw * view.factor(plant.profile)
    return total


def _evenly(load: ShiftableLoad, hours: Numbers) -> Numbers:
    """Its energy spread evenly over its window (MW): no price is known yet to choose hours by."""
    period = np.arange(1, len(hours) + 1)
    window = (load.first_period <= period) & (period <= load.last_period)
    power = min(load.energy_mwh / float(hours[window].sum()), load.p_max_mw)
    return np.where(window, power, 0.0)
