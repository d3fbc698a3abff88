"""A verdict on one law: by how much it is missed at worst, and how much may be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]  # shape (members, periods)


@dataclass(frozen=True)
class Check:
    """One law: its largest miss, what is tolerated, and where it is missed most."""

    name: str
    worst: float
    tolerance: float
    unit: str
    where: str

    @property
    def passed(self) -> bool:
        """Whether the miss is tolerated; a miss that is not a number is not."""
        return self.worst <= self.tolerance


@dataclass(frozen=True)
class Missed:
    """By how much a law is missed, shape (members, periods); `members` name the rows."""

    members: Sequence[str]
    by: Rows


def check(name: str, tolerance: float, unit: str, *parts: Missed) -> Check:
    """The verdict on a law from all its parts; the size of a miss counts, not its sign."""
    worst, where = 0.0, ""
    for part in parts:
        size = np.abs(part.by)
        if not size.size:
            continue
        row, column = divmod(int(size.argmax()), size.shape[1])  # NaN counts as largest
        if not (size[row, column] <= worst or np.isnan(worst)):
            worst, where = float(size[row, column]), f"{part.members[row]}, period {column + 1}"
    return Check(name, worst, tolerance, unit, where)


def outside(value: Rows, least: Rows | float, most: Rows | float) -> Rows:
    """By how much values leave their interval; 0 inside."""
    return np.maximum(np.maximum(least - value, value - most), 0.0)
