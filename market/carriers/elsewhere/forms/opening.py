"""Forms of questions that open a clearing: its terms, what is forecast, and rules."""

import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from market.carriers.elsewhere.forms.form import MW, Form, Words, carried_of, nothing
from market.carriers.elsewhere.letter import Malformed
from market.carriers.elsewhere.sheet import Numbers, Read, Sheet
from market.carriers.elsewhere.words import record_of, words_of
from market.coordination.protocol import Ready, Terms
from market.coordination.questions import Begin, ByRule, Forecast
from market.designs import designs
from scenarios.local_market import LocalMarket

LIMITS = ("least", "most")


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
    carries = carried_of(words)
    return Ready(read.places.boundaries, separable, limits=limits, carries=carries)


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


OPENING: Mapping[str, Form] = {
    "begin": Form(Begin, _ask_begin, _asked_begin, _tell_ready, _told_ready),
    "forecast": Form(
        Forecast,
        nothing,
        lambda read, words: Forecast(read.places.crossing),
        _tell_schedule,
        lambda read, words, question: read.crossing("schedule"),
    ),
    "rule": Form(ByRule, _ask_rule, _asked_rule, _tell_made, _told_made),
}
