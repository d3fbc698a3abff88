"""Questions to distribution operators: small records, each of which knows how it is put.

`check` says what is wrong with an answer, and nothing where it can be an honest one.
"""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol

import numpy as np

from market.coordination.bid_curve import BidCurve
from market.coordination.protocol import (
    Crossing,
    Distribution,
    Near,
    Priced,
    Ready,
    Reply,
    Rule,
    Settled,
    Supported,
    Terms,
)
from scenarios.findings import Finding


@dataclass(frozen=True)
class Failed:
    """An answer that is none: what was asked, why nothing came, what to try."""

    problem: str
    status: str
    cure: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Absent(Failed):
    """No answer came in time: the operator may be out of reach, or gone."""


class Question(Protocol):
    """Something to ask."""

    def put_to(self, operator: Distribution) -> Any:
        """The operator's answer."""
        ...

    def check(self, answer: Any) -> str:
        """What is wrong with an answer; empty where nothing is."""
        ...


@dataclass(frozen=True)
class Begin:
    """Whether it takes part under these terms."""

    terms: Terms

    def put_to(self, operator: Distribution) -> Ready:
        """What it says of itself."""
        return operator.begin(self.terms)

    def check(self, answer: Any) -> str:
        """Nothing but its type."""
        return _type_of(answer, Ready)


@dataclass(frozen=True)
class Forecast:
    """What power it expects; `shape` is (boundaries, periods)."""

    shape: tuple[int, int]

    def put_to(self, operator: Distribution) -> Crossing:
        """Boundary power (MW)."""
        return operator.forecast()

    def check(self, answer: Any) -> str:
        """Its shape and numbers."""
        return _numbers(answer, "forecast", self.shape)


@dataclass(frozen=True)
class ByRule:
    """What a rule makes of its own data.

    Where the answer is to be an array, or a record of arrays of the type `like`, its `shape`
    (boundaries, periods) is known.
    """

    rule: Rule[Any]
    like: type | None = None
    shape: tuple[int, ...] = ()

    def put_to(self, operator: Distribution) -> Any:
        """What the rule gives."""
        return operator.by_rule(self.rule)

    def check(self, answer: Any) -> str:
        """That there is one, and where its form is known its shapes and numbers."""
        if answer is None or self.like is None:
            return "it gave no answer" if answer is None else ""
        if wrong := _type_of(answer, self.like):
            return wrong
        parts = {"numbers": answer}
        if is_dataclass(answer):
            parts = {f.name: getattr(answer, f.name) for f in fields(answer)}
        checked = (_numbers(part, name, self.shape) for name, part in parts.items())
        return next(filter(None, checked), "")


@dataclass(frozen=True)
class Respond:
    """What it would take at prices.

    `bound` ($) is the most that transmission earns at them, where it is known; `carries` how many
    numbers of what it carries on it is to tell of those that it discloses, and their `worth` too.
    """

    prices: Crossing
    bound: float | None = None
    carries: int = 0
    worth: bool = False

    def put_to(self, operator: Distribution) -> Reply:
        """Its best schedule and what that is worth."""
        return operator.respond(self.prices, carried=self.carries > 0, worth=self.worth)

    def check(self, answer: Any) -> str:
        """Its shapes and numbers."""
        wrong = _reply(answer, self.prices.shape)
        if wrong or not self.carries:
            return wrong
        shape = self.carries, self.prices.shape[1] - 1
        wrong = _numbers(answer.carried, "carried", shape)
        if wrong or not self.worth:
            return wrong
        return _numbers(answer.carried_worth, "worth of what is carried", shape)


@dataclass(frozen=True)
class RespondNear:
    """What it would take at prices that rise beyond a plan."""

    near: Near

    def put_to(self, operator: Distribution) -> Reply:
        """Its best schedule and what that is worth."""
        return operator.respond_near(self.near)

    def check(self, answer: Any) -> str:
        """Its shapes and numbers."""
        return _reply(answer, self.near.prices.shape)


@dataclass(frozen=True)
class PriceAt:
    """What a schedule is worth to it."""

    schedule: Crossing

    def put_to(self, operator: Distribution) -> Priced:
        """Its marginal value and welfare."""
        return operator.price_at(self.schedule)

    def check(self, answer: Any) -> str:
        """Its shapes and numbers."""
        return (
            _type_of(answer, Priced)
            or _numbers(answer.prices, "prices", self.schedule.shape)
            or _numbers(answer.welfare, "welfare", self.schedule.shape[1:])
            or _numbers(answer.slack, "slack", ())
        )


@dataclass(frozen=True)
class SupportOf:
    """Between which prices it keeps a schedule (MW)."""

    schedule: Crossing

    def put_to(self, operator: Distribution) -> Supported:
        """Lowest and highest boundary prices."""
        return operator.supported_at(self.schedule)

    def check(self, answer: Any) -> str:
        """Its shapes and numbers."""
        if wrong := _type_of(answer, Supported):
            return wrong
        shape = self.schedule.shape
        wrong = _numbers(answer.lowest, "lowest price", shape)
        return wrong or _numbers(answer.highest, "highest price", shape)


@dataclass(frozen=True)
class BidsWhat:
    """What each further MW is worth to it in each of so many periods."""

    periods: int | None = None

    def put_to(self, operator: Distribution) -> BidCurve:
        """Its curve."""
        return operator.bid_curve()

    def check(self, answer: Any) -> str:
        """Its shapes and numbers, and that prices do not rise."""
        return _type_of(answer, BidCurve) or _curve(answer, self.periods)


@dataclass(frozen=True)
class Settle:
    """Its part of the clearing at a schedule, at prices, or at both."""

    schedule: Crossing | None
    prices: Crossing | None

    def put_to(self, operator: Distribution) -> Settled:
        """Its tables."""
        return operator.settle(self.schedule, self.prices)

    def check(self, answer: Any) -> str:
        """Its shapes and numbers."""
        known = self.prices if self.schedule is None else self.schedule
        return _settled(answer, () if known is None else known.shape)


@dataclass(frozen=True)
class Mend:
    """Its part of a clearing whose plan did not see its network."""

    plan: Crossing
    prices: Crossing

    def put_to(self, operator: Distribution) -> Settled:
        """Its tables."""
        return operator.mend(self.plan, self.prices)

    def check(self, answer: Any) -> str:
        """Its shapes and numbers."""
        return _settled(answer, self.plan.shape)


@dataclass(frozen=True)
class OffersWhat:
    """What its assets offer past a local market."""

    def put_to(self, operator: Distribution) -> Any:
        """Rows of `wholesale_offer`."""
        return operator.wholesale_offers()

    def check(self, answer: Any) -> str:
        """Nothing but that there is one."""
        return "it gave no answer" if answer is None else ""


def _type_of(answer: Any, wanted: type) -> str:
    given = type(answer).__name__
    return "" if isinstance(answer, wanted) else f"it answered {given}, not {wanted.__name__}"


def _numbers(answer: Any, what: str, shape: tuple[int, ...]) -> str:
    held = np.asarray(answer)
    if held.dtype.kind not in "fiu":
        return f"its {what} are no numbers"
    if held.shape != shape:
        return f"its {what} have shape {held.shape}, not {shape}"
    return "" if np.isfinite(held).all() else f"its {what} are not finite"


def _reply(answer: Any, shape: tuple[int, ...]) -> str:
    return (
        _type_of(answer, Reply)
        or _numbers(answer.schedule, "schedule", shape)
        or _numbers(answer.welfare, "welfare", shape[1:])
        or _numbers(answer.slack, "slack", ())
    )


def _settled(answer: Any, shape: tuple[int, ...]) -> str:
    return (
        _type_of(answer, Settled)
        or _numbers(answer.power, "power", shape)
        or _numbers(answer.prices, "prices", shape)
        or _numbers(answer.welfare_usd, "welfare", ())
        or _numbers(answer.worth, "worth", shape[1:])
        or ("" if answer.reply is None else _reply(answer.reply, shape))
    )


def _curve(curve: BidCurve, periods: int | None) -> str:
    size = curve.period.shape
    if periods is not None:
        if wrong := _numbers(curve.least_mw, "curve's least_mw", (periods,)):
            return wrong
        if ((curve.period < 0) | (curve.period >= periods)).any():
            return "its curve has periods that are not in the day"
    for name in ("from_mw", "to_mw", "price_from", "price_to"):
        if wrong := _numbers(getattr(curve, name), f"curve's {name}", size):
            return wrong
    falls = (curve.price_to <= curve.price_from).all() and (curve.to_mw > curve.from_mw).all()
    return "" if falls else "its curve rises"
