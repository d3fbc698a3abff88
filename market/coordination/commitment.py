"""Operators agree although plants start and stop: a bound of all commitments, the worth of some.

First the operators agree with plants partly on, which bounds the welfare of any commitment. Then
transmission searches for the best commitment by the cuts of all replies heard so far; with its
plants held so, the operators agree again, which tells what that commitment is worth. Their replies
are cuts as well, so that the next search knows it. The bound that a search proves needs no
convexity of transmission. A. M. Geoffrion, "Generalized Benders Decomposition", J. Optim. Theory
Appl. 10(4), 1972.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic

import numpy as np

from market.coordination.certificate import above
from market.coordination.conversation import Conversation, Stage
from market.coordination.loop import Agreement, coordinate
from market.coordination.method import Method, S
from market.coordination.mixing import empty_pool
from market.coordination.protocol import Crossing, Point
from scenarios.clearing import Certificate
from scenarios.results import Round

MOST = 12  # commitments tried
SHARE = 0.5  # of the gap, for a search

Progress = Callable[[Round], None]


@dataclass(frozen=True)
class Committed(Generic[S]):
    """How operators agreed with a commitment held, and a bound ($) of all commitments.

    `conversation` is the one in which it is held; the history is of all stages.
    """

    agreement: Agreement[S]
    conversation: Conversation
    upper_usd: float = np.inf

    @property
    def worth_usd(self) -> float:
        """Welfare that was reached."""
        return self.agreement.state.certificate.lower_usd

    def is_best(self, gap_relative: float) -> bool:
        """Whether no commitment is better by more, beyond what agreeing on one leaves open."""
        own = self.agreement.state.certificate.upper_usd
        return self.upper_usd - own <= gap_relative * max(1.0, abs(self.upper_usd))


def commit(
    conversation: Conversation,
    method: Method[S],
    gap_relative: float,
    time_limit_s: float,
    progress: Progress | None = None,
) -> Committed[S]:
    """The best commitment found, once none is better by `gap_relative` or a search finds no other.

    Raises SolveFailed where no commitment is found in time.
    """
    search = _Search(conversation, method, gap_relative, time.monotonic() + time_limit_s, progress)
    search.relax()
    for _ in range(MOST):
        tried = search.by_cuts()
        if search.mixes_days and not search.is_done:
            tried |= search.by_schedules()
        if search.is_done or not tried:
            break
    return search.ended()


@dataclass
class _Search(Generic[S]):
    """What is known of commitments: their bound, the best, and limits that outages have missed."""

    conversation: Conversation
    method: Method[S]
    gap_relative: float
    until: float
    progress: Progress | None
    upper: float = np.inf
    best: Committed[S] | None = None
    known: Point = field(default_factory=lambda: Point(np.zeros(0), np.zeros(0)))
    history: list[Round] = field(default_factory=list)
    tried: list[Point] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self.until - time.monotonic())

    @property
    def is_done(self) -> bool:
        """Whether the best is proved, or time is up."""
        best = self.best
        return self.left <= 0.0 or (
            best is not None and self._bounded(best).is_best(self.gap_relative)
        )

    @property
    def mixes_days(self) -> bool:
        """Whether hours of some area hang together in a way that cuts by hour do not know."""
        return not all(one.tells_hours for one in self.conversation.ready.values())

    def relax(self) -> None:
        """Agree with plants partly on."""
        transmission = self.conversation.transmission
        found = self._agree(Stage(transmission.relaxed()))
        self.upper = found.agreement.state.certificate.upper_usd

    def by_cuts(self) -> bool:
        """Try the commitment that is best by the cuts; whether it was another."""
        talk, gap = self.conversation, SHARE * self.gap_relative
        found = talk.transmission.ceiling(talk.cuts(), talk.limits, self.known, gap, self.left)
        self.upper = min(self.upper, found.bound)
        return self._try(found.point, found.schedule)

    def by_schedules(self) -> bool:
        """Try the commitment that is best by mixes of the schedules heard."""
        mix = self.conversation.transmission.clear(empty_pool(self.conversation).offered)
        return self._try(mix.point, mix.schedule)

    def _try(self, point: Point, begins: Crossing) -> bool:
        transmission = self.conversation.transmission
        if any(transmission.same_plants(point, other) for other in self.tried):
            return False
        self.tried.append(point)
        held = transmission.holding(replace(point, limits=self.known.limits))
        found = self._agree(Stage(held, len(self.tried), begins, self.upper))
        if self.best is None or found.worth_usd > self.best.worth_usd:
            self.best = found
        return True

    def _agree(self, stage: Stage) -> Committed[S]:
        talk, log = self.conversation.staged(stage), self.conversation.log
        log.stage(len(self.history))

        def tell(round_: Round) -> None:
            self.history.append(self._seen(round_, stage))
            if self.progress:
                self.progress(self.history[-1])

        found = coordinate(talk, self.method, self.left, tell)
        log.stage(0)
        more = [p for p in found.state.cleared.point.limits if p not in self.known.limits]
        self.known = replace(self.known, limits=(*self.known.limits, *more))
        return Committed(found, talk)

    def _seen(self, round_: Round, stage: Stage) -> Round:
        """A round of a stage as one of all; with plants partly on, no schedule is known."""
        number = self.conversation.log.past + round_.round
        if stage.commitment is None:
            return replace(round_, round=number, lower_usd=None, gap_relative=None)
        best = -np.inf if self.best is None else self.best.worth_usd
        lower = max(best, round_.lower_usd or -np.inf)
        both = Certificate(lower, above(lower, stage.ceiling), 0.0, 0.0)
        return replace(
            round_,
            round=number,
            lower_usd=lower,
            upper_usd=both.upper_usd,
            gap_relative=both.gap_relative,
        )

    def _bounded(self, found: Committed[S]) -> Committed[S]:
        return replace(found, upper_usd=above(found.worth_usd, self.upper))

    def ended(self) -> Committed[S]:
        """The best, with all rounds."""
        assert self.best is not None
        best = self._bounded(self.best)
        agreement = replace(best.agreement, history=tuple(self.history))
        return replace(best, agreement=agreement)
