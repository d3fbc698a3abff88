"""Forms of questions about prices and schedules, and of what areas reply."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from market.carriers.elsewhere.forms.form import MW, PRICE, USD, Form, Words, carried_of, nothing
from market.carriers.elsewhere.letter import Malformed
from market.carriers.elsewhere.sheet import Read, Sheet
from market.coordination.bid_curve import BidCurve
from market.coordination.protocol import Near, Priced, Reply, Supported
from market.coordination.questions import BidsWhat, PriceAt, Respond, RespondNear, SupportOf


def _ask_respond(question: Respond, sheet: Sheet) -> Words:
    sheet.put("price", PRICE, question.prices)
    if question.bound is not None:
        sheet.put("bound", USD, question.bound)
    return {"carries": question.carries, "worth": question.worth}


def _told_response(read: Read, words: Words, question: Respond) -> Reply:
    if not question.carries:
        return reply_of(read)
    held, shape = read.points("carried"), (question.carries, read.places.periods - 1)
    if held.size != math.prod(shape):
        raise Malformed("it does not tell what its devices carry from each hour to the next")
    reply = replace(reply_of(read), carried=held.reshape(shape))
    if not question.worth:
        return reply
    worth = read.points("carried_worth")
    if worth.size != held.size:
        raise Malformed("it does not tell what that is worth which its devices carry on")
    return replace(reply, carried_worth=worth.reshape(shape))


def _asked_respond(read: Read, words: Words) -> Respond:
    bound = read.day("bound") if "bound" in read else None
    worth = words.get("worth", False)
    if type(worth) is not bool:
        raise Malformed("it does not say whether the worth of what is carried is asked for")
    return Respond(read.crossing("price"), bound, carried_of(words), worth)


def tell_reply(answer: Reply, sheet: Sheet, prefix: str = "") -> Words:
    """Put a reply onto a sheet."""
    sheet.put(f"{prefix}schedule", MW, answer.schedule)
    sheet.put(f"{prefix}welfare", USD, answer.welfare)
    sheet.put(f"{prefix}slack", USD, answer.slack)
    if answer.carried is not None:
        sheet.put_points("carried", "MW or MWh", answer.carried.ravel())
    if answer.carried_worth is not None:
        sheet.put_points("carried_worth", "$/MW or $/MWh", answer.carried_worth.ravel())
    return {}


def reply_of(read: Read, prefix: str = "") -> Reply:
    """A reply read off a sheet, without what is carried; raises Malformed."""
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


REPLIES: Mapping[str, Form] = {
    "respond": Form(
        Respond,
        _ask_respond,
        _asked_respond,
        tell_reply,
        _told_response,
    ),
    "respond_near": Form(
        RespondNear,
        _ask_near,
        _asked_near,
        tell_reply,
        lambda read, words, question: reply_of(read),
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
    "bids": Form(BidsWhat, nothing, lambda read, words: BidsWhat(), _tell_curve, _told_curve),
}
