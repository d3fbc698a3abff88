"""Price and demand exchange: prices go down, demands come back, damped.

The fixed point is the integrated optimum: both sides' optimality conditions together are the
joint ones. With a fixed damping nothing guarantees that it is reached (`damped`); without one,
transmission damps by what serves welfare best (`mixed`).
"""

from dataclasses import dataclass
from typing import ClassVar

from market.coordination.conversation import Conversation
from market.coordination.damped import DampedState, start_damped, step_damped
from market.coordination.method import About
from market.coordination.methods import methods
from market.coordination.mixed import MixedState, start_mixed, step_mixed
from market.coordination.mixing import QUESTIONS
from scenarios.clearing import Status
from scenarios.option_fields import option

ExchangeState = DampedState | MixedState


@methods.member("exchange")
@dataclass(frozen=True)
class Exchange:
    """Agreed when demand and prices rest.

    With a `damping` in (0, 1] the demand moves by that part of the way to what is asked for in
    every round; without, transmission chooses by the worth of the demands heard so far. With
    `anderson` rounds of memory the last of these steps are mixed (undamped where no `damping` is
    given).
    Areas whose devices couple hours, and who do not disclose how, are asked `prices_a_round` price
    vectors at once, so that there is more to choose from.
    """

    about: ClassVar[About] = About(
        title="Price and demand exchange",
        says="prices go down and demands come back, damped, until both rest",
    )

    damping: float | None = option(
        None, lambda v: v is None or 0 < v <= 1, "write a step in (0, 1]; 1 is the full step"
    )
    anderson: int = option(0, lambda v: v >= 0, "write a number of rounds, 0 for none")
    quantity_mw: float = option(1e-3, lambda v: v > 0, "write a tolerance > 0 MW, such as 1e-3")
    price_usd_per_mwh: float = option(
        1e-3, lambda v: v > 0, "write a tolerance > 0 $/MWh, such as 1e-3"
    )
    max_rounds: int = option(200, lambda v: v >= 1, "allow at least 1 round")
    prices_a_round: int = option(QUESTIONS, lambda v: v >= 1, "ask at least one price vector")

    def start(self, conversation: Conversation) -> ExchangeState:
        """The operators' forecast, and its price or its worth."""
        if self.damping is None and not self.anderson:
            return start_mixed(conversation)
        return start_damped(conversation)

    def step(self, conversation: Conversation, state: ExchangeState, round_: int) -> ExchangeState:
        """Prices down, demands up, and a step."""
        if isinstance(state, MixedState):
            return step_mixed(conversation, state, round_, self.prices_a_round)
        return step_damped(conversation, state, round_, self.damping or 1.0, self.anderson)

    def verdict(self, state: ExchangeState) -> Status | None:
        """Agreed when demand and prices rest; cycling when they come back without resting."""
        c = state.certificate
        rests = c.quantity_residual_mw <= self.quantity_mw
        if rests and c.price_residual_usd_per_mwh <= self.price_usd_per_mwh:
            return Status.AGREED
        cycling = isinstance(state, DampedState) and state.is_cycling
        return Status.CYCLING if cycling else None
