"""How a clearing and a whole run end between two operators, so that each knows what holds."""

from dataclasses import dataclass
from typing import Any

from market.coordination.protocol import Crossing, Distribution


@dataclass(frozen=True)
class Close:
    """What holds of a clearing: its status by name, and the prices that transmission has.

    `prices` ($/MWh, by boundary and period) are None where the clearing failed; `lower` and
    `upper` bound the day's `welfare` ($) where that is certified. `own` is transmission's part of
    the welfare, `bound` the most that it earns at the final prices where these were agreed.
    """

    status: str
    rounds: int
    welfare: float | None = None
    own: float | None = None
    bound: float | None = None
    lower: float | None = None
    upper: float | None = None
    quantity_residual: float | None = None
    price_residual: float | None = None
    prices: Crossing | None = None

    def put_to(self, operator: Distribution) -> None:
        """An operator has nothing to say to it."""

    def check(self, answer: Any) -> str:
        """Nothing is wrong with no answer."""
        return ""


@dataclass(frozen=True)
class Finish:
    """No more will be asked in this session."""

    def put_to(self, operator: Distribution) -> None:
        """An operator has nothing to say to it."""

    def check(self, answer: Any) -> str:
        """Nothing is wrong with no answer."""
        return ""
