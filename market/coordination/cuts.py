"""What no schedule of an area is worth more than: cuts, by what it earned at best at prices.

A reply (d', V(d')) to prices pi says that V(d) <= V(d') + pi (d - d') for every schedule d, whether
or not V is concave (J. E. Kelley, "The Cutting-Plane Method for Solving Convex Programs", J. SIAM
8(4), 1960).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Cuts:
    """Worth ($) in parts, each of which no row of its `part` lets exceed its limit.

    A row's limit is `most` ($) and what boundary power (MW, periods x boundaries) adds by `power`
    ($/MW), and what is carried from hour to hour by `carried`. That power never leaves `least` and
    `greatest` (MW), shape (boundaries, periods).
    """

    part: NDArray[np.int64]
    most: Numbers
    power: sparse.csr_array
    carried: sparse.csr_array
    least: Numbers
    greatest: Numbers
