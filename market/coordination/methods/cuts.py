"""Cuts: plans go down, and what they are worth at the margin comes back.

Every answer bounds an area's worth from above, so transmission clears below these bounds (J. E.
Kelley, "The Cutting-Plane Method for Solving Convex Programs", J. SIAM 8(4), 1960); and it is a
schedule with a worth, so transmission can have the best mixture of all. The next plan is the best
clearing below the bounds that keeps near the mixture (C. Lemarechal, "Nonsmooth Optimization and
Descent Methods", IIASA RR-78-4, 1978).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from market.coordination.certificate import above
from market.coordination.conversation import Conversation
from market.coordination.gains import cuts_of
from market.coordination.method import About
from market.coordination.methods import methods
from market.coordination.mixing import Pool, empty_pool, mixed_as_heard, slope_between
from market.coordination.offered import Ceilings, below
from market.coordination.protocol import Asked, Cleared, Crossing
from scenarios.clearing import Certificate, Status
from scenarios.findings import Finding, InvalidInput
from scenarios.option_fields import option

PATIENCE = 3  # rounds in which the gap must halve


@dataclass(frozen=True)
class CutsState:
    """Points and cuts heard, the best mixture of points, and the plan below the cuts near it.

    Plans yield to the mixture at `slope` ($/MW2h). `priced` is the clearing at the prices with the
    best bound so far, `asked` those prices; `halved` is the gap ($) when it last fell to half of
    what it was, `waited` the rounds since then.
    """

    pool: Pool
    cuts: Ceilings
    mix: Cleared
    plan: Cleared
    slope: float
    priced: Cleared
    asked: Asked
    certificate: Certificate
    halved: float = np.inf
    waited: int = 0
    late: tuple[str, ...] = ()

    @property
    def cleared(self) -> Cleared:
        """The best mixture at the prices with the best bound."""
        gap = self.certificate.upper_usd - self.certificate.lower_usd
        return replace(
            self.priced,
            schedule=self.mix.schedule,
            delivered=self.mix.delivered,
            welfare=self.mix.welfare,
            total=self.mix.total,
            slack=self.mix.slack + max(0.0, gap),
            point=replace(self.priced.point, x=self.mix.point.x),
        )


@methods.member("cuts")
@dataclass(frozen=True)
class Cuts:
    """Agreed at a certified relative gap of `gap_relative`, once prices rest.

    The prices of a plan are asked as well: the replies certify the round, and are points and cuts
    too. Plans yield to the mixture at a slope that begins as the ratio of forecast price and power,
    and is halved where the gap has not halved in three rounds.
    """

    about: ClassVar[About] = About(
        title="Cuts",
        says=(
            "plans go down and their worth comes back, until what transmission has is no less "
            "than what areas' answers leave possible"
        ),
    )

    gap_relative: float = option(1e-8, lambda v: v > 0, "write a tolerance > 0, such as 1e-6")
    price_usd_per_mwh: float = option(
        1e-2, lambda v: v > 0, "write a tolerance > 0 $/MWh, such as 1e-2"
    )
    max_rounds: int = option(200, lambda v: v >= 1, "allow at least 1 round")

    def start(self, conversation: Conversation) -> CutsState:
        """What areas reply to the price of their forecast."""
        conversation.tell_limits()
        _refuse_unlimited(conversation)
        forecast = conversation.forecast()
        priced, asked = conversation.price(forecast)
        replies = conversation.respond(0, asked, carried=True)
        pool = empty_pool(conversation).with_replies(replies)
        cuts = cuts_of(conversation, replies, asked.prices)
        mix = conversation.transmission.clear(pool.offered)
        upper = above(mix.total, conversation.upper_bound(asked, replies))
        slope = slope_between(np.full_like(forecast, np.median(asked.prices)), forecast)
        plan = _plan(conversation, cuts, mix, slope)
        nothing = Certificate(mix.total, upper, np.inf, np.inf)
        return CutsState(pool, cuts, mix, plan, slope, priced, asked, nothing)

    def step(self, conversation: Conversation, state: CutsState, round_: int) -> CutsState:
        """Ask what the plan is worth, and what areas reply to its prices."""
        heard, asked = conversation.rows, conversation.priced_at(state.plan)
        worth, marginal = conversation.values(round_, state.plan.schedule, heard)
        replies = conversation.respond(round_, asked, heard, carried=True)
        pool = state.pool.with_replies(mixed_as_heard(conversation, worth)).with_replies(replies)
        cuts = state.cuts.beside(cuts_of(conversation, worth, marginal))
        cuts = cuts.beside(cuts_of(conversation, replies, asked.prices))
        mix = conversation.transmission.clear(pool.offered)
        upper, last = conversation.upper_bound(asked, replies), state.certificate
        is_best = upper <= last.upper_usd
        upper = above(mix.total, min(upper, last.upper_usd))
        halves = upper - mix.total <= state.halved / 2
        slope = state.slope / 2 if state.waited >= PATIENCE else state.slope
        plan = _plan(conversation, cuts, mix, slope)
        moved, repriced = (
            _largest(mix.schedule - state.mix.schedule),
            _largest(plan.prices - asked.prices),
        )
        return CutsState(
            pool,
            cuts,
            mix,
            plan,
            slope,
            state.plan if is_best else state.priced,
            asked if is_best else state.asked,
            Certificate(mix.total, upper, moved, repriced),
            upper - mix.total if halves else state.halved,
            0 if halves or slope < state.slope else state.waited + 1,
            _missing(conversation, worth, replies),
        )

    def verdict(self, state: CutsState) -> Status | None:
        """Agreed where the gap is small enough and prices rest."""
        c = state.certificate
        rests = c.price_residual_usd_per_mwh <= self.price_usd_per_mwh
        return Status.AGREED if rests and c.gap_relative <= self.gap_relative else None


def _plan(conversation: Conversation, cuts: Ceilings, mix: Cleared, slope: float) -> Cleared:
    """Transmission's best clearing below the cuts that keeps near the mixture."""
    yields = np.full_like(mix.schedule, slope)
    offered = below(tuple(conversation.limits), cuts, mix.schedule, yields)
    return conversation.transmission.clear(offered)


def _missing(conversation: Conversation, *answered: Collection[str]) -> tuple[str, ...]:
    """Areas that did not answer all."""
    return tuple(n for n in conversation.ready if not all(n in heard for heard in answered))


def _refuse_unlimited(conversation: Conversation) -> None:
    unlimited = [name for name, one in conversation.ready.items() if one.limits is None]
    if unlimited:
        finding = "knows no limits of its boundary power, without which cuts bound nothing"
        cure = "choose `schedules` or `exchange`"
        raise InvalidInput("coordination by cuts", [Finding(n, finding, cure) for n in unlimited])


def _largest(change: Crossing) -> float:
    return float(np.abs(change).max(initial=0.0))
