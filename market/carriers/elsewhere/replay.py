"""A run worked out again from the logs of its letters alone: bounds, worth, and payments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from market.carriers.elsewhere.closing import Close
from market.carriers.elsewhere.exchanges import Exchange, Told, read_exchanges
from market.coordination.consistency import Said
from market.coordination.protocol import Crossing, Numbers, Priced, Ready, Reply, Settled
from market.coordination.questions import PriceAt, Respond
from scenarios.clearing import Status
from scenarios.findings import Finding, InvalidInput

NOISE = 1e-7  # part of the money: sums in another order
CURE = "hold the operators' logs against each other, and do not trust this run"
T = TypeVar("T")


@dataclass(frozen=True)
class Payment:
    """What an area takes in a clearing (MWh), and what it pays for it at transmission's prices."""

    area: str
    energy_mwh: float
    payment_usd: float


@dataclass(frozen=True)
class Replayed:
    """One clearing by its letters. `upper_usd` is the least bound that they prove.

    None where what transmission said is not among them, or areas are missing.
    """

    clearing: str
    status: str
    rounds: int
    upper_usd: float | None
    stated_upper_usd: float | None
    welfare_usd: float | None
    stated_welfare_usd: float | None
    payments: tuple[Payment, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Replay:
    """All clearings of a run, the last hash of each area's letters, and what is wrong."""

    clearings: tuple[Replayed, ...]
    last: Mapping[str, str]
    findings: tuple[Finding, ...]


def replay(log: Path) -> Replay:
    """A log of one area, or a folder of logs of all areas of a run; raises InvalidInput."""
    paths = sorted(log.glob("*.log")) if log.is_dir() else [log]
    if not paths or not all(path.is_file() for path in paths):
        cure = "name `messages` of a run, or one log"
        raise InvalidInput("the log", [Finding(str(log), "there is no log", cure)])
    told = [read_exchanges(path) for path in paths]
    names = dict.fromkeys(e.clearing for one in told for e in one.exchanges)
    whole = log.is_dir()
    held = [_replayed(name, told, whole=whole) for name in names if name != "-"]
    findings = [f for one in told for f in one.findings]
    if len({one.session for one in told}) > 1:
        finding = "the logs are of several runs"
        findings.append(Finding(str(log), finding, "name the folder of one"))
    kept = tuple(one for one in held if one is not None)
    return Replay(kept, {one.area: one.last for one in told}, tuple(findings))


def _replayed(name: str, told: Sequence[Told], *, whole: bool) -> Replayed | None:
    own = {one.area: [e for e in one.exchanges if e.clearing == name] for one in told}
    closes = [close for held in own.values() if (close := _last(held, Close)) is not None]
    if not closes:
        return None
    close, settled = closes[0], {a: _settled(held) for a, held in own.items()}
    findings: list[Finding] = [f for one in told for f in _contradictions(one, own[one.area])]
    if len({(c.status, c.welfare, c.lower, c.upper) for c in closes}) > 1:
        finding = "areas were told different ends"
        findings.append(Finding(f"clearing {name!r}", finding, CURE))
    upper = _upper(close, told, own, settled) if whole else None
    welfare = _welfare(close, settled) if whole else None
    findings += _unproved(name, upper, close)
    findings += _unsaid(name, welfare, close)
    return Replayed(
        name,
        close.status,
        close.rounds,
        upper,
        close.upper,
        welfare,
        close.welfare,
        tuple(_payments(told, own, settled)),
        tuple(findings),
    )


def _upper(
    close: Close,
    told: Sequence[Told],
    own: Mapping[str, Sequence[Exchange]],
    settled: Mapping[str, Settled | None],
) -> float | None:
    """The least of what all sides earn at best, over all prices that all have answered."""
    places = {one.area: np.array(one.places.hours) for one in told}
    sums: dict[float, list[float]] = {}
    for area, held in own.items():
        for asked, reply in _replies(held):
            if asked.bound is not None:
                earned = _earned(reply, asked.prices, places[area])
                sums.setdefault(asked.bound, []).append(earned)
    bounds = [bound + sum(parts) for bound, parts in sums.items() if len(parts) == len(own)]
    finals = [
        _earned(part.reply, prices, places[area])
        for area, part in settled.items()
        if part is not None
        and part.reply is not None
        and (prices := _final_prices(own[area])) is not None
    ]
    if close.bound is not None and len(finals) == len(own):
        bounds.append(close.bound + sum(finals))
    return min(bounds, default=None)


def _replies(held: Sequence[Exchange]) -> Iterator[tuple[Respond, Reply]]:
    for e in held:
        if isinstance(e.question, Respond) and isinstance(e.answer, Reply):
            yield e.question, e.answer


def _earned(reply: Reply, prices: Crossing, hours: Numbers) -> float:
    """The most that an area says it earns ($) at prices."""
    paid = float(((prices * reply.schedule).sum(axis=0) * hours).sum())
    return float(reply.welfare.sum()) - paid + reply.slack


def _welfare(close: Close, settled: Mapping[str, Settled | None]) -> float | None:
    parts = [part.welfare_usd for part in settled.values() if part is not None]
    if close.own is None or len(parts) < len(settled):
        return None
    return close.own + sum(parts)


def _payments(
    told: Sequence[Told],
    own: Mapping[str, Sequence[Exchange]],
    settled: Mapping[str, Settled | None],
) -> Iterator[Payment]:
    for one in told:
        part, close = settled[one.area], _last(own[one.area], Close)
        if part is not None and close is not None and close.prices is not None:
            energy = part.power * np.array(one.places.hours)
            yield Payment(one.area, float(energy.sum()), float((energy * close.prices).sum()))


def _contradictions(one: Told, held: Sequence[Exchange]) -> Iterator[Finding]:
    """Answers of an area that cannot all be true, whatever its network is."""
    ready = [e.answer for e in held if isinstance(e.answer, Ready)]
    if not ready:
        return
    said = Said(np.array(one.places.hours), ready[-1].is_separable)
    for e in held:
        wrong = ""
        if isinstance(e.question, Respond) and isinstance(e.answer, Reply):
            wrong = said.hear_reply(e.question.prices, e.answer)
        elif isinstance(e.question, PriceAt) and isinstance(e.answer, Priced):
            wrong = said.hear_point(e.question.schedule, e.answer.welfare, e.answer.slack)
        if wrong:
            yield Finding(f"area '{one.area}'", wrong, "mend its operator's answers")
            return


def _unproved(name: str, upper: float | None, close: Close) -> list[Finding]:
    """A finding where no answers prove a bound as low as the one that was stated."""
    if upper is None or close.upper is None:
        return []
    proved = upper if close.lower is None else max(upper, close.lower)
    if proved <= close.upper + NOISE * max(1.0, abs(close.upper)):
        return []
    finding = f"letters prove no bound below {proved:,.2f} $, but {close.upper:,.2f} $ was stated"
    return [Finding(f"clearing {name!r}", finding, CURE)]


def _unsaid(name: str, welfare: float | None, close: Close) -> list[Finding]:
    """A finding where parts do not add up to the welfare that was stated."""
    if welfare is None or close.welfare is None or close.status == Status.LOST.name:
        return []
    if abs(welfare - close.welfare) <= NOISE * max(1.0, abs(close.welfare)):
        return []
    finding = f"parts add up to {welfare:,.2f} $, but {close.welfare:,.2f} $ was stated"
    return [Finding(f"clearing {name!r}", finding, CURE)]


def _settled(held: Sequence[Exchange]) -> Settled | None:
    parts = [e.answer for e in held if isinstance(e.answer, Settled)]
    return parts[-1] if parts else None


def _final_prices(held: Sequence[Exchange]) -> Crossing | None:
    asked = [e.question for e in held if isinstance(e.answer, Settled)]
    return getattr(asked[-1], "prices", None) if asked else None


def _last(held: Sequence[Exchange], kind: type[T]) -> T | None:
    found = [e.question for e in held if isinstance(e.question, kind)]
    return found[-1] if found else None
