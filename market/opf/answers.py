"""What operators say to each other at one operating point, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from market.operators.day import Day

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]


@dataclass(frozen=True)
class Offered:
    """A DSO's answer: what it draws (MW, Mvar), its own cost ($/h), and what voltage is worth.

    `rising` ($/h per p.u.) is the change of all it minimises with the boundary voltage; `outside`
    (p.u. squared) is by how much it leaves voltage bands in all.
    """

    p_mw: float
    q_mvar: float
    rising: float
    cost_usd_per_h: float
    outside: float


@dataclass(frozen=True)
class Served:
    """The TSO's answer: voltage (p.u.) and prices ($/MWh, $/Mvarh) at every boundary; its cost."""

    v: Values
    angle: Values
    lmp: Values
    lmp_q: Values
    cost_usd_per_h: float


@dataclass(frozen=True)
class Crossing:
    """What the TSO would have cross its boundaries, a row each: MW, Mvar, p.u. squared.

    `price` is what one more of each costs it ($/h per unit).
    """

    at: Values
    price: Values


@dataclass(frozen=True)
class Wished:
    """What DSOs would have cross instead, a row each, in the units of `Crossing`.

    `slope` is what one more of each costs the DSO ($/h per unit), `bend` (boundaries, 3, 3) how
    all three move with the prices of each.
    """

    at: Values
    slope: Values
    bend: Values


def stack(answers: Sequence[Offered], name: str) -> Values:
    """One number of every answer."""
    return np.array([getattr(a, name) for a in answers], dtype=float)


def voltages_of(day: Day, x: Values) -> Complex:
    """Voltage of every bus (p.u.) of one operating point."""
    v: Complex = (day.value(x, "e") + 1j * day.value(x, "f"))[:, 0]
    return v
