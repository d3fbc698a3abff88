"""How each question and its answer are written into letters and read out of them.

Of an area's part of a clearing only what stands at its boundaries travels, and its worth: tables
of its network and its assets stay with its operator.
"""

import math
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np

from market.carriers.elsewhere.closing import Close, Finish
from market.carriers.elsewhere.letter import Malformed, Word
from market.carriers.elsewhere.sheet import MOST_POINTS, Numbers, Read, Sheet
from market.carriers.elsewhere.words import record_of, words_of
from market.coordination.bid_curve import BidCurve
from market.coordination.protocol import Near, Priced, Ready, Reply, Settled, Supported, Terms
from market.coordination.questions import (
    Begin,
    BidsWhat,
    ByRule,
    Forecast,
    Mend,
    OffersWhat,
    PriceAt,
    Question,
    Respond,
    RespondNear,
    Settle,
    SupportOf,
)
from market.designs import designs
from scenarios.local_market import LocalMarket

MW, PRICE, USD = "MW", "$/MWh", "$"
MOST_STATUS = 200  # characters
Words = Mapping[str, Word]


@dataclass(frozen=True)
class Form:
    """Four ways: a question onto a sheet and off it, its answer onto a sheet and off it.

    What is put onto a sheet gives words besides. All raise Malformed.
    """

    question: type
    ask: Callable[[Any, Sheet], Words]
    asked: Callable[[Read, Words], Question]
    tell: Callable[[Any, Sheet], Words]
    told: Callable[[Read, Words, Any], Any]


def kind_of(question: Question) -> str:
    """Name under which a question travels; raises Malformed."""
    for kind, form in FORMS.items():
        if type(question) is form.question:
            return kind
    raise Malformed(f"a question of type {type(question).__name__} does not travel")


def form_of(kind: str) -> Form:
    """How a kind of question is written; raises Malformed where it is unknown."""
    if kind not in FORMS:
        raise Malformed("there is no such question")
    return FORMS[kind]


def _ask_begin(question: Begin, sheet: Sheet) -> Words:
    terms = question.terms
    if terms.shares:
        raise Malformed("shares of single assets do not travel")
    sheet.put("hours", "h", np.array(sheet.places.hours))
    local = {} if terms.local is None else words_of(terms.local)
    return {"gamma": terms.gamma, "local": terms.local is not None, **local}


def _asked_begin(read: Read, words: Words) -> Begin:
    if tuple(read.by_period("hours")) != read.places.hours:
        raise Malformed("its day is another one")
    return Begin(terms_of(words))


def terms_of(words: Words) -> Terms:
    """Terms of a clearing; raises Malformed."""
    held = dict(words)
    gamma, has_local = held.pop("gamma", None), held.pop("local", None)
    if type(has_local) is not bool or (held and not has_local):
        raise Malformed("its terms are not legal")
    local = record_of(LocalMarket, held) if has_local else None
    if gamma is None:
        return Terms(local)
    if isinstance(gamma, float | int) and not isinstance(gamma, bool) and 0 <= gamma <= 1:
        return Terms(local, gamma=float(gamma))
    raise Malformed("its terms are not legal")


LIMITS = ("least", "most")


def _tell_ready(answer: Ready, sheet: Sheet) -> Words:
    for name, side in zip(LIMITS, answer.limits or (), strict=False):
        sheet.put(name, MW, side)
    return {
        "boundaries": list(answer.boundaries),
        "separable": answer.is_separable,
        "carries": answer.carries,
    }


def _told_ready(read: Read, words: Words, question: Begin) -> Ready:
    named, separable = words.get("boundaries"), words.get("separable")
    if named != list(read.places.boundaries) or type(separable) is not bool:
        raise Malformed("it meets other boundaries than the market knows")
    least, most = (read.limits(name) if name in read else None for name in LIMITS)
    limits = None if least is None or most is None else (least, most)
    carries = _count_of(words.get("carries", 0))
    return Ready(read.places.boundaries, separable, limits=limits, carries=carries)


def _count_of(word: Word) -> int:
    """How many numbers are carried."""
    if type(word) is not int or not 0 <= word <= MOST_POINTS:
        raise Malformed("it does not tell how much its devices carry from each hour to the next")
    return word


def _tell_schedule(answer: Numbers, sheet: Sheet) -> Words:
    sheet.put("schedule", MW, answer)
    return {}


def _ask_rule(question: ByRule, sheet: Sheet) -> Words:
    rule: type = type(question.rule)
    if rule not in designs.values():
        raise Malformed(f"a rule of type {rule.__name__} does not travel")
    options = {f"option.{key}": value for key, value in words_of(question.rule).items()}
    return {"rule": designs.name_of(question.rule), **options}


def _asked_rule(read: Read, words: Words) -> ByRule:
    held = dict(words)
    name = held.pop("rule", None)
    if not isinstance(name, str) or name not in designs or not hasattr(designs[name], "of"):
        raise Malformed("there is no such rule")
    rule: type[Any] = designs[name]
    return ByRule(record_of(rule, {key.removeprefix("option."): v for key, v in held.items()}))


def _tell_made(answer: Any, sheet: Sheet) -> Words:
    if is_dataclass(answer):
        for f in fields(answer):
            sheet.put(f.name, "", getattr(answer, f.name))
    else:
        sheet.put("value", "", answer)
    return {}


def _told_made(read: Read, words: Words, question: ByRule) -> Any:
    made = typing.get_type_hints(type(question.rule).of)["return"]
    if is_dataclass(made):
        return typing.cast("Any", made)(*(read.crossing(f.name) for f in fields(made)))
    return read.crossing("value")


def _ask_respond(question: Respond, sheet: Sheet) -> Words:
    sheet.put("price", PRICE, question.prices)
    if question.bound is not None:
        sheet.put("bound", USD, question.bound)
    return {"carries": question.carries}


def _told_response(read: Read, words: Words, question: Respond) -> Reply:
    if not question.carries:
        return _reply(read)
    held, shape = read.points("carried"), (question.carries, read.places.periods - 1)
    if held.size != math.prod(shape):
        raise Malformed("it does not tell what its devices carry from each hour to the next")
    return replace(_reply(read), carried=held.reshape(shape))


def _asked_respond(read: Read, words: Words) -> Respond:
    bound = read.day("bound") if "bound" in read else None
    return Respond(read.crossing("price"), bound, _count_of(words.get("carries", 0)))


def _tell_reply(answer: Reply, sheet: Sheet, prefix: str = "") -> Words:
    sheet.put(f"{prefix}schedule", MW, answer.schedule)
    sheet.put(f"{prefix}welfare", USD, answer.welfare)
    sheet.put(f"{prefix}slack", USD, answer.slack)
    if answer.carried is not None:
        sheet.put_points("carried", "MW or MWh", answer.carried.ravel())
    return {}


def _reply(read: Read, prefix: str = "") -> Reply:
    return Reply(
        read.crossing(f"{prefix}schedule"),
        read.by_period(f"{prefix}welfare"),
        read.day(f"{prefix}slack"),
    )


def _ask_near(question: RespondNear, sheet: Sheet) -> Words:
    sheet.put("price", PRICE, question.near.prices)
    sheet.put("plan", MW, question.near.plan)
    sheet.put("slope", "$/MW2h", question.near.slope)
    return {}


def _asked_near(read: Read, words: Words) -> RespondNear:
    return RespondNear(Near(read.crossing("price"), read.crossing("plan"), read.crossing("slope")))


def _tell_supported(answer: Supported, sheet: Sheet) -> Words:
    sheet.put("lowest", PRICE, answer.lowest)
    sheet.put("highest", PRICE, answer.highest)
    return {}


def _ask_price_at(question: PriceAt | SupportOf, sheet: Sheet) -> Words:
    sheet.put("schedule", MW, question.schedule)
    return {}


def _tell_priced(answer: Priced, sheet: Sheet) -> Words:
    sheet.put("price", PRICE, answer.prices)
    sheet.put("welfare", USD, answer.welfare)
    sheet.put("slack", USD, answer.slack)
    return {}


_ENDS = {"from_mw": MW, "to_mw": MW, "price_from": PRICE, "price_to": PRICE}


def _tell_curve(answer: BidCurve, sheet: Sheet) -> Words:
    sheet.put("least_mw", MW, answer.least_mw)
    sheet.put_points("period", "", answer.period)
    for name, unit in _ENDS.items():
        sheet.put_points(name, unit, getattr(answer, name))
    return {}


def _told_curve(read: Read, words: Words, question: BidsWhat) -> BidCurve:
    period = read.points("period")
    if not np.isin(period, np.arange(read.places.periods)).all():
        raise Malformed("its curve has periods that the day has not")
    ends = (read.points(name) for name in _ENDS)
    return BidCurve(read.by_period("least_mw"), period.astype(np.int64), *ends)


def _ask_settle(question: Settle, sheet: Sheet) -> Words:
    if question.schedule is not None:
        sheet.put("schedule", MW, question.schedule)
    if question.prices is not None:
        sheet.put("price", PRICE, question.prices)
    return {}


def _asked_settle(read: Read, words: Words) -> Settle:
    if not ("schedule" in read or "price" in read):
        raise Malformed("it settles at nothing")
    return Settle(
        read.crossing("schedule") if "schedule" in read else None,
        read.crossing("price") if "price" in read else None,
    )


def _ask_mend(question: Mend, sheet: Sheet) -> Words:
    sheet.put("schedule", MW, question.plan)
    sheet.put("price", PRICE, question.prices)
    return {}


_DAY = ("welfare_usd", "repair_usd", "unproved_usd")


def _tell_settled(answer: Settled, sheet: Sheet) -> Words:
    sheet.put("schedule", MW, answer.power)
    sheet.put("price", PRICE, answer.prices)
    if answer.reactive is not None:
        sheet.put("reactive", "Mvar", answer.reactive)
    if answer.ban is not None:
        sheet.put("ban", PRICE, np.ravel(answer.ban))
    sheet.put("worth", USD, answer.worth)
    for name in _DAY:
        sheet.put(name, USD, getattr(answer, name))
    if answer.reply is not None:
        _tell_reply(answer.reply, sheet, "reply.")
    return {"area": answer.area}


def _told_settled(read: Read, words: Words, question: Settle | Mend) -> Settled:
    area = words.get("area")
    if not isinstance(area, str):
        raise Malformed("it does not name its area")
    welfare, repair, unproved = (read.day(name) for name in _DAY)
    return Settled(
        area,
        read.places.boundaries,
        power=read.crossing("schedule"),
        reactive=read.crossing("reactive") if "reactive" in read else None,
        prices=read.crossing("price"),
        ban=read.by_period("ban").reshape(1, -1) if "ban" in read else None,
        welfare_usd=welfare,
        worth=read.by_period("worth"),
        parts={},
        repair_usd=repair,
        reply=_reply(read, "reply.") if "reply.schedule" in read else None,
        unproved_usd=unproved,
    )


_BOUNDS = ("welfare", "own", "bound", "lower", "upper", "quantity_residual", "price_residual")


def _ask_close(question: Close, sheet: Sheet) -> Words:
    if question.prices is not None:
        sheet.put("price", PRICE, question.prices)
    for name in _BOUNDS:
        if (value := getattr(question, name)) is not None and np.isfinite(value):
            sheet.put(name, "", value)
    return {"status": question.status, "rounds": question.rounds}


def _asked_close(read: Read, words: Words) -> Close:
    status, rounds = words.get("status"), words.get("rounds")
    if not isinstance(status, str) or len(status) > MOST_STATUS or type(rounds) is not int:
        raise Malformed("it does not say how the clearing ended")
    bounds = {name: read.day(name) for name in _BOUNDS if name in read}
    prices = read.crossing("price") if "price" in read else None
    return Close(status, rounds, prices=prices, **bounds)


def _nothing(*_: Any) -> Words:
    return {}


FORMS: Mapping[str, Form] = {
    "begin": Form(Begin, _ask_begin, _asked_begin, _tell_ready, _told_ready),
    "forecast": Form(
        Forecast,
        _nothing,
        lambda read, words: Forecast(read.places.crossing),
        _tell_schedule,
        lambda read, words, question: read.crossing("schedule"),
    ),
    "rule": Form(ByRule, _ask_rule, _asked_rule, _tell_made, _told_made),
    "respond": Form(
        Respond,
        _ask_respond,
        _asked_respond,
        _tell_reply,
        _told_response,
    ),
    "respond_near": Form(
        RespondNear,
        _ask_near,
        _asked_near,
        _tell_reply,
        lambda read, words, question: _reply(read),
    ),
    "price_at": Form(
        PriceAt,
        _ask_price_at,
        lambda read, words: PriceAt(read.crossing("schedule")),
        _tell_priced,
        lambda read, words, question: Priced(
            read.crossing("price"), read.by_period("welfare"), read.day("slack")
        ),
    ),
    "support_of": Form(
        SupportOf,
        _ask_price_at,
        lambda read, words: SupportOf(read.crossing("schedule")),
        _tell_supported,
        lambda read, words, question: Supported(read.crossing("lowest"), read.crossing("highest")),
    ),
    "bids": Form(BidsWhat, _nothing, lambda read, words: BidsWhat(), _tell_curve, _told_curve),
    "settle": Form(Settle, _ask_settle, _asked_settle, _tell_settled, _told_settled),
    "mend": Form(
        Mend,
        _ask_mend,
        lambda read, words: Mend(read.crossing("schedule"), read.crossing("price")),
        _tell_settled,
        _told_settled,
    ),
    "offers": Form(
        OffersWhat,
        _nothing,
        lambda read, words: OffersWhat(),
        _nothing,
        lambda read, words, question: (),
    ),
    "close": Form(Close, _ask_close, _asked_close, _nothing, lambda read, words, question: None),
    "finish": Form(
        Finish,
        _nothing,
        lambda read, words: Finish(),
        _nothing,
        lambda read, words, question: None,
    ),
}
