"""What an area cannot do without: inelastic load, less what comes of itself."""

import numpy as np

from market.coordination.protocol import Crossing
from scenarios.scenario import AreaView


def net_essential_demand(view: AreaView) -> Crossing:
    """Inelastic load less available PV and wind (MW), shape (boundaries, periods).

    An area with several boundaries counts all of it at the first.
    """
    total = np.zeros((len(view.ports), len(view.hours)))
    for load in view.loads.values():
        total[0] += load.p_mw * view.factor(load.profile)
    for plant in view.generators.values():
        if plant.technology in ("pv", "wind"):
            total[0] -= plant.p_max_mw * view.factor(plant.profile)
    return total
