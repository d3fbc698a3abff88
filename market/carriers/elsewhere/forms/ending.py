"""Forms of questions that settle a clearing and close it."""

from collections.abc import Mapping

import numpy as np

from market.carriers.elsewhere.closing import Close, Finish
from market.carriers.elsewhere.forms.form import MW, PRICE, USD, Form, Words, nothing
from market.carriers.elsewhere.forms.replies import reply_of, tell_reply
from market.carriers.elsewhere.letter import Malformed
from market.carriers.elsewhere.sheet import Read, Sheet
from market.coordination.protocol import Settled
from market.coordination.questions import Mend, OffersWhat, Settle

MOST_STATUS = 200  # characters


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
        tell_reply(answer.reply, sheet, "reply.")
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
        reply=reply_of(read, "reply.") if "reply.schedule" in read else None,
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


ENDING: Mapping[str, Form] = {
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
        nothing,
        lambda read, words: OffersWhat(),
        nothing,
        lambda read, words, question: (),
    ),
    "close": Form(Close, _ask_close, _asked_close, nothing, lambda read, words, question: None),
    "finish": Form(
        Finish,
        nothing,
        lambda read, words: Finish(),
        nothing,
        lambda read, words, question: None,
    ),
}
