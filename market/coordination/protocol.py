"""The questions that operators ask each other, and what crosses the boundary in the answers.

Arrays have shape (boundaries, periods): MW positive into distribution, and $/MWh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from market.coordination.bid_curve import BidCurve

Crossing = NDArray[np.float64]


@dataclass(frozen=True)
class Reply:
    """A distribution operator's answer to prices: its schedule and what that is worth to it.

    `welfare` ($, utility minus cost, without payments) has one entry per period. No schedule
    earns more than `sum(welfare) - prices * schedule + slack` at the prices asked.
    """

    schedule: Crossing
    welfare: NDArray[np.float64]
    slack: float = 0.0


@dataclass(frozen=True)
class Priced:
    """An operator's answer to a schedule: marginal prices at its boundary and its welfare ($).

    No answer is worth more than `welfare + slack`.
    """

    prices: Crossing
    welfare: float
    slack: float = 0.0


@dataclass(frozen=True)
class Asked:
    """Boundary prices ($/MWh), and the most that transmission can earn by selling at them ($)."""

    prices: Crossing
    bound: float

    def between(self, other: "Asked", share: float) -> "Asked":
        """The prices `share` of the way to `other`; what transmission earns is convex in them."""
        return Asked(
            (1 - share) * self.prices + share * other.prices,
            (1 - share) * self.bound + share * other.bound,
        )


@dataclass(frozen=True)
class Pooled:
    """Transmission's clearing over a pool of schedules.

    `surplus[area]` ($ per mix) is what one more schedule of the area must beat to be accepted.
    """

    prices: Crossing
    schedule: Crossing
    surplus: Mapping[str, NDArray[np.float64]]
    welfare: float
    slack: float = 0.0


@dataclass(frozen=True)
class Cleared:
    """Transmission's clearing over bid curves; `welfare` ($) is its own, without payments.

    At these prices it cannot earn more than by this schedule, but for `slack`.
    """

    prices: Crossing
    schedule: Crossing
    welfare: float
    slack: float = 0.0


class Late(RuntimeError):
    """An operator did not answer in this round."""


class Distribution(Protocol):
    """One distribution operator, as the others see it."""

    @property
    def name(self) -> str:
        """Name of its area."""
        ...

    @property
    def boundaries(self) -> Sequence[str]:
        """Boundaries that it meets."""
        ...

    @property
    def is_separable(self) -> bool:
        """Whether none of its devices couples one period to another."""
        ...

    def forecast(self) -> Crossing:
        """Boundary power it expects before any price is known."""
        ...

    def respond(self, prices: Crossing) -> Reply:
        """Its best schedule at `prices`; raises Late."""
        ...

    def price_at(self, schedule: Crossing) -> Priced:
        """What `schedule` is worth to it, and its marginal value."""
        ...

    def bid_curve(self) -> BidCurve:
        """What each further MW is worth to it in every period; raises Late and InvalidInput."""
        ...


class Pool(Protocol):
    """Schedules offered so far, of which transmission accepts any convex mix."""

    def add(self, area: str, schedule: Crossing, welfare: NDArray[np.float64]) -> None:
        """Put one more schedule of `area` into the pool."""
        ...

    def clear(self) -> Pooled:
        """Transmission's best mix."""
        ...


class Transmission(Protocol):
    """The transmission operator, as the others see it."""

    @property
    def boundaries(self) -> Sequence[str]:
        """All boundaries, in the order of the rows of every array."""
        ...

    @property
    def hours(self) -> NDArray[np.float64]:
        """Length of every period (h)."""
        ...

    def price_at(self, schedule: Crossing) -> Priced:
        """Marginal cost of `schedule` at every boundary."""
        ...

    def open_pool(self, mixes: Mapping[str, tuple[Sequence[int], int]]) -> Pool:
        """An empty pool; `mixes[area]` are its boundary rows and its number of convex mixes."""
        ...

    def clear_curves(self, curves: Mapping[int, BidCurve]) -> Cleared:
        """Best clearing in which boundary power is bought along curves, by boundary row."""
        ...
