"""The prices at which an asset of a local market sells, as one that takes them as given."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario import Hourly

Profits = NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """Price ($/MWh) of what an asset sells at home, and of what it sells wholesale, by period.

    The second is the first and the worth of the ban on exports: at both together the dispatch is
    what the asset would choose, whatever limits of the feeder and the boundary bind.
    """

    home: Hourly
    abroad: Hourly
