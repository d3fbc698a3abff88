"""Who coordinates, what they ask each other, and the log of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from market.carriers.failures import error_of
from market.coordination.consistency import Said
from market.coordination.gate import Gate
from market.coordination.heard import Answer, cuts_of
from market.coordination.messages import MessageLog
from market.coordination.offered import Ceilings, Offered, fixed
from market.coordination.protocol import (
    Ask,
    Asked,
    Cleared,
    Crossing,
    Distribution,
    Near,
    Numbers,
    Ready,
    Reply,
    Terms,
    Transmission,
)
from market.coordination.questions import (
    Begin,
    Failed,
    Forecast,
    PriceAt,
    Question,
    Respond,
    RespondNear,
)
from scenarios.results import CARRIED_TOTAL, CARRIED_WORTH, CEILING, COMMITMENT, TOTAL, TSO


class Company(Protocol):
    """Operators that can clear a day together, and how questions travel to them."""

    @property
    def transmission(self) -> Transmission: ...
    @property
    def distribution(self) -> Sequence[Distribution]: ...
    @property
    def ask(self) -> Ask: ...
    @property
    def answer_limit_s(self) -> float: ...
    @property
    def gate(self) -> Gate | None: ...


@dataclass(frozen=True)
class Stage:
    """A part of a conversation in which plants are partly on, or held as in a `commitment`.

    It begins at boundary power `begins` (MW); where that is None, at what areas forecast. Whatever
    plants do, no schedule is worth more than `ceiling` ($).
    """

    transmission: Transmission
    commitment: int | None = None
    begins: Crossing | None = None
    ceiling: float = np.inf


@dataclass(frozen=True)
class Conversation:
    """One clearing's questions and answers, and the log of what crossed a boundary.

    `ready` is what each distribution operator said of itself when it began, `failures` what went
    wrong with answers that could be done without, `answers` what all replied to prices. Where
    plants start and stop, it is held in `stages`, each with transmission as it then stands.
    """

    operators: Company
    ready: Mapping[str, Ready]
    log: MessageLog = field(default_factory=MessageLog)
    failures: list[tuple[int, str]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    stage: Stage | None = None

    @property
    def transmission(self) -> Transmission:
        """The transmission operator, as it stands in this stage."""
        return self.stage.transmission if self.stage else self.operators.transmission

    def staged(self, stage: Stage) -> "Conversation":
        """The same conversation in another stage."""
        return replace(self, stage=stage)

    @cached_property
    def rows(self) -> dict[str, list[int]]:
        """Rows of every distribution operator."""
        row = {boundary: n for n, boundary in enumerate(self.transmission.boundaries)}
        return {name: [row[b] for b in one.boundaries] for name, one in self.ready.items()}

    @cached_property
    def said(self) -> dict[str, Said]:
        """All that each distribution operator has said of its worth."""
        hours = self.transmission.hours
        return {name: Said(hours, one.is_separable) for name, one in self.ready.items()}

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows, of energy and reserve at boundaries, and of periods."""
        return len(self.transmission.boundaries), self.transmission.hours.size

    def shape_of(self, area: str) -> tuple[int, int]:
        """Numbers of an area's boundaries and of periods."""
        return len(self.rows[area]), self.transmission.hours.size

    def hear(
        self, question: Callable[[str], Question], of: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Answers of all operators, or `of` some, in their order, failures among them."""
        asked = [name for name in self.ready if of is None or name in of]
        return _heard(self.operators, {name: question(name) for name in asked})

    def ask(
        self, question: Callable[[str], Question], of: Collection[str] | None = None
    ) -> dict[str, Any]:
        """The same where all must answer; raises InvalidInput and SolveFailed."""
        return _needed(self.hear(question, of))

    def forecast(self) -> Crossing:
        """The boundary power at which to begin: what the distribution operators expect, announced.

        A stage may begin elsewhere.
        """
        if self.stage and self.stage.begins is not None:
            return self.stage.begins
        periods = self.shape[1]
        parts = self.ask(lambda name: Forecast((len(self.rows[name]), periods)))
        for name, part in parts.items():
            self.log.send(0, name, "schedule", self.ready[name].boundaries, part)
        return self.gather(parts)

    def gather(self, parts: Mapping[str, Crossing]) -> Crossing:
        """One array over all boundaries from each operator's own."""
        whole = np.zeros(self.shape)
        for name, part in parts.items():
            whole[self.rows[name]] = part
        return whole

    def respond(
        self,
        round_: int,
        asked: Asked,
        heard: Collection[str] = (),
        of: Collection[str] | None = None,
        *,
        carried: bool = False,
    ) -> dict[str, Reply]:
        """Replies to prices of all, or `of` some, who answer; one never heard before must.

        Where it is of use, those who disclose it tell with them what is `carried`.
        """
        prices = asked.prices
        named, known = self._log_asked(round_, asked, of)
        answers = self.hear(
            lambda name: Respond(
                prices[self.rows[name]],
                known,
                self.ready[name].carries if carried else 0,
                worth=self.stage is not None,
            ),
            of,
        )
        replies = self._replies(round_, answers, heard, lambda name, _: prices[self.rows[name]])
        self._log_total(round_, named, (known or 0.0) + self._together(prices, replies))
        told = [r.carried for r in replies.values() if r.carried is not None and r.carried.size]
        if told:
            total = float(sum(one.sum() for one in told))
            self.log.send_day(round_, TSO, CARRIED_TOTAL, named, total)
        return replies

    def respond_near(
        self, round_: int, near: Near, heard: Collection[str] = ()
    ) -> dict[str, Reply]:
        """Replies of all who answer to prices that rise; one never heard before must."""
        named, rows = self.transmission.boundaries, self.rows
        self.log.ask()
        self.log.send(round_, TSO, "price", named, near.prices)
        self.log.send(round_, TSO, "plan", named, near.plan)
        self.log.send(round_, TSO, "slope", named, near.slope)
        self._log_stage(round_, named)
        answers = self.hear(lambda name: RespondNear(near.of(rows[name])))
        supported = lambda name, reply: near.of(rows[name]).at(reply.schedule)  # noqa: E731
        return self._replies(round_, answers, heard, supported)

    def values(
        self, round_: int, plan: Crossing, heard: Collection[str] = ()
    ) -> tuple[dict[str, Reply], Crossing]:
        """What a plan is worth to all who answer, and its marginal values ($/MWh).

        The plan is the best reply of each to its marginal values, and bounds what it gains by any
        other. Those of areas that did not answer are NaN.
        """
        self.log.ask()
        self.log.send(round_, TSO, "plan", self.transmission.boundaries, plan)
        answers = self.hear(lambda name: PriceAt(plan[self.rows[name]]))
        marginal = np.full(self.shape, np.nan)
        for name, answer in answers.items():
            if not isinstance(answer, Failed):
                marginal[self.rows[name]] = answer.prices
                self.log.send(round_, name, "value", self.ready[name].boundaries, answer.prices)
                best = Reply(plan[self.rows[name]], answer.welfare, answer.slack)
                answers[name] = best
        own = lambda name, _: marginal[self.rows[name]]  # noqa: E731
        replies = self._replies(round_, answers, heard, own)
        together = self._together(marginal, replies)
        self._log_total(round_, self.transmission.boundaries, together)
        return replies, marginal

    def tell_limits(self) -> None:
        """Boundary power (MW) that no area ever leaves, announced to transmission."""
        for name, one in self.ready.items():
            for quantity, side in zip(("least", "most"), one.limits or (), strict=False):
                self.log.send(0, name, quantity, one.boundaries, side)

    def bound_near(self, round_: int, near: Near, replies: Mapping[str, Reply]) -> float:
        """Welfare ($) that nothing exceeds, by replies to prices that rise.

        At the prices that replies support transmission would trade between boundaries without end,
        but for what can ever cross; infinite where an area is missing or knows no limits.
        """
        limits, named = self.limits, self.transmission.boundaries
        prices = near.at(self.gather({name: r.schedule for name, r in replies.items()}))
        together = self._together(prices, replies)
        if len(replies) < len(self.ready) or not np.isfinite(limits).all():
            self._log_total(round_, named, together)
            return float(np.inf)
        best = self.transmission.clear(Offered(limits[0], limits[1], prices))
        bound = best.total + best.slack
        self.log.send_day(round_, TSO, "bound", named, bound)
        self._log_total(round_, named, bound + together)
        return bound + together

    @property
    def limits(self) -> Numbers:
        """Least and greatest boundary power (MW), shape (2, boundaries, periods)."""
        limits = np.multiply.outer([-np.inf, np.inf], np.ones(self.shape))
        for name, one in self.ready.items():
            if one.limits is not None:
                limits[:, self.rows[name]] = one.limits
        return limits

    def _replies(
        self,
        round_: int,
        answers: Mapping[str, Any],
        heard: Collection[str],
        prices_of: Callable[[str, Reply], Crossing],
    ) -> dict[str, Reply]:
        """The replies among answers, each held against the prices that it is the best at."""
        replies: dict[str, Reply] = {}
        supported: dict[str, Crossing] = {}
        self.answers.append((supported, replies))
        for name, answer in answers.items():
            if not isinstance(answer, Failed):
                replies[name] = answer
                supported[name] = prices_of(name, answer)
                self._log_reply(round_, name, answer)
                self.hear_reply(name, supported[name], answer)
            elif name not in heard or self._stops:
                raise error_of(answer)
            else:
                self.failures.append((round_, f"{answer.problem}: {answer.status}"))
        return replies

    @property
    def _stops(self) -> bool:
        """Whether a clearing is stopped where an operator is late."""
        gate = self.operators.gate
        return gate is not None and gate.late == "stop"

    def cuts(self) -> Ceilings:
        """What no schedule is worth more than to areas, by all that they replied."""
        hours = self.transmission.hours
        return cuts_of(self.answers, self.ready, self.rows, self.shape[0], hours)

    def notes(self) -> tuple[str, ...]:
        """What went wrong in which rounds."""
        rounds: dict[str, list[int]] = {}
        for round_, words in self.failures:
            rounds.setdefault(words, []).append(round_)
        return tuple(f"{_rounds(which)}, {words}" for words, which in rounds.items())

    def hear_reply(self, name: str, prices: Crossing, reply: Reply) -> None:
        """Hold a reply against all that the operator has said; raises SolveFailed."""
        _refuse(name, self.said[name].hear_reply(prices, reply))

    def hear_worth(self, name: str, schedule: Crossing, worth: Numbers, slack: float) -> None:
        """Hold what a schedule is worth against all that the operator said; raises SolveFailed."""
        _refuse(name, self.said[name].hear_point(schedule, worth, slack))

    def price(self, demand: Crossing) -> tuple[Cleared, Asked]:
        """Transmission's clearing of a demand, and its prices with what it earns at them."""
        priced = self.transmission.clear(fixed(demand))
        return priced, self.priced_at(priced)

    def priced_at(self, cleared: Cleared) -> Asked:
        """The prices of a clearing, and the most that transmission earns at them."""
        sold = float(((cleared.prices * cleared.schedule) @ self.transmission.hours).sum())
        return Asked(cleared.prices, cleared.welfare + cleared.slack + sold)

    def missing(self, replies: Mapping[str, Reply]) -> tuple[str, ...]:
        """Operators that did not reply."""
        return tuple(name for name in self.ready if name not in replies)

    def earned(self, name: str, reply: Reply, prices: Crossing) -> NDArray[np.float64]:
        """What a reply earns at `prices`, payments included ($), shape (periods,)."""
        paid = (prices[self.rows[name]] * reply.schedule).sum(axis=0)
        earned: NDArray[np.float64] = reply.welfare - paid * self.transmission.hours
        return earned

    def worth(self, round_: int, quantity: str, schedule: Crossing) -> dict[str, float]:
        """What a schedule is worth to each distribution operator ($), logged as `quantity`."""
        answers = self.ask(lambda name: PriceAt(schedule[self.rows[name]]))
        for name, priced in answers.items():
            separable = self.ready[name].is_separable
            self._log_worth(round_, name, quantity, priced.welfare, by_hour=separable)
            self.hear_worth(name, schedule[self.rows[name]], priced.welfare, priced.slack)
        return {name: float(priced.welfare.sum()) for name, priced in answers.items()}

    def upper_bound(self, asked: Asked, replies: Mapping[str, Reply]) -> float:
        """Welfare ($) that nothing exceeds: what all sides earn at best at the prices asked.

        Infinite where a reply is missing.
        """
        if len(replies) < len(self.ready):
            return float(np.inf)
        return asked.bound + self._together(asked.prices, replies)

    def _together(self, prices: Crossing, replies: Mapping[str, Reply]) -> float:
        """The most ($) that all who replied earn together at prices that they are the best at."""
        return sum(
            float(self.earned(name, reply, prices).sum()) + reply.slack
            for name, reply in replies.items()
        )

    def _log_total(self, round_: int, named: Sequence[str], total: float) -> None:
        """Keep what all who are known to earn something earn at best ($); it closes a question."""
        self.log.send_day(round_, TSO, TOTAL, named, total)

    def _log_asked(
        self, round_: int, asked: Asked, of: Collection[str] | None
    ) -> tuple[list[str], float | None]:
        """Send prices to those asked; to all, also what transmission earns, where it is known.

        Gives their boundaries and what was sent of transmission ($).
        """
        areas = [name for name in self.ready if of is None or name in of]
        rows = sorted(row for name in areas for row in self.rows[name])
        named = [self.transmission.boundaries[row] for row in rows]
        self.log.ask()
        self.log.send(round_, TSO, "price", named, asked.prices[rows])
        self._log_stage(round_, named)
        if len(areas) < len(self.ready) or not np.isfinite(asked.bound):
            return named, None
        self.log.send_day(round_, TSO, "bound", named, asked.bound)
        return named, asked.bound

    def _log_stage(self, round_: int, named: Sequence[str]) -> None:
        """Keep which commitment is held, and what no schedule exceeds whatever plants do ($)."""
        if self.stage and self.stage.commitment is not None:
            self.log.send_day(round_, TSO, COMMITMENT, named, float(self.stage.commitment))
            self.log.send_day(round_, TSO, CEILING, named, self.stage.ceiling)

    def _log_reply(self, round_: int, name: str, reply: Reply) -> None:
        one = self.ready[name]
        self.log.send(round_, name, "schedule", one.boundaries, reply.schedule)
        by_hour = one.is_separable or reply.carried is not None
        self._log_worth(round_, name, "welfare", reply.welfare, by_hour=by_hour)
        self.log.send_day(round_, name, "slack", one.boundaries, reply.slack)
        if reply.carried is not None and reply.carried.size:
            self.log.send_carried(round_, name, one.boundaries[0], reply.carried)
        if reply.carried_worth is not None and reply.carried_worth.size:
            worth = reply.carried_worth
            self.log.send_carried(round_, name, one.boundaries[0], worth, CARRIED_WORTH)

    def _log_worth(
        self, round_: int, name: str, quantity: str, worth: Numbers, *, by_hour: bool
    ) -> None:
        """Send a worth ($): of every period, or of the day."""
        met = self.ready[name].boundaries
        if by_hour:
            self.log.send(round_, name, quantity, met[:1], worth[None, :])
        else:
            self.log.send_day(round_, name, quantity, met, float(worth.sum()))


def begin(operators: Company, terms: Terms | None = None) -> Conversation:
    """A clearing in which nothing counts that was asked before.

    Raises InvalidInput and SolveFailed where an operator does not take part.
    """
    chosen = terms or Terms()
    lanes = operators.transmission.begin(chosen)
    questions = {d.name: Begin(chosen) for d in operators.distribution}
    ready = _needed(_heard(operators, questions))
    return Conversation(operators, ready, MessageLog(lanes=lanes))


def _heard(operators: Company, questions: Mapping[str, Question]) -> dict[str, Any]:
    came = dict(operators.ask(operators.distribution, questions, operators.answer_limit_s))
    return {name: came.get(name, _silent(name)) for name in questions}


def _needed(answers: dict[str, Any]) -> dict[str, Any]:
    for answer in answers.values():
        if isinstance(answer, Failed):
            raise error_of(answer)
    return answers


def _rounds(which: Sequence[int]) -> str:
    """Round numbers in words, consecutive ones together."""
    ends: list[list[int]] = []
    for n in sorted(set(which)):
        if ends and n == ends[-1][1] + 1:
            ends[-1][1] = n
        else:
            ends.append([n, n])
    spans = [str(a) if a == b else f"{a} to {b}" for a, b in ends]
    return f"round{'s' if len(set(which)) > 1 else ''} {', '.join(spans)}"


def _refuse(name: str, wrong: str) -> None:
    if wrong:
        cure = "leave that area out, or mend its operator's answers"
        raise error_of(Failed(f"area '{name}'", wrong, cure))


def _silent(name: str) -> Failed:
    return Failed(f"area '{name}'", "it gave no answer", "see whether that operator is there")
