"""Values of `--over NAME=START:STOP:STEP` and `NAME=v1,v2,v3`, exact in decimal."""

import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from studies.sweep.knob import KINDS, Scalar, misfit

FACTOR = "*"
MOST_VALUES = 10_000
ROUNDING = Decimal("1e-9")  # of a step; STOP is a value where it is this close to one


def values_of(name: str, text: str, kind: type) -> tuple[Scalar, ...]:
    """The values that a text lists, all of one kind; raises `InvalidInput`.

    >>> values_of("gamma", "0:0.3:0.1", float)
    (0.0, 0.1, 0.2, 0.3)
    """
    parts = text.split(":")
    found = _stepped(name, parts, kind) if len(parts) > 1 else _listed(name, text, kind)
    twice = [value for n, value in enumerate(found) if value in found[:n]]
    if twice:
        raise misfit(name, f"{twice[0]!r} is there twice", "give each value once")
    return found


def _stepped(name: str, parts: Sequence[str], kind: type) -> tuple[Scalar, ...]:
    if kind not in (int, float) or len(parts) != 3:
        cure = "write START:STOP:STEP" if kind in (int, float) else "list them: v1,v2,v3"
        raise misfit(name, f"{':'.join(parts)!r} gives no values", cure)
    start, stop, step = (_number(name, part) for part in parts)
    if step == 0:
        raise misfit(name, "the step is 0", "write a step other than 0")
    count = (stop - start) / step + ROUNDING
    if count < 0:
        raise misfit(name, "the step leads away from the stop", f"write a step of {-step}")
    if count >= MOST_VALUES:
        raise misfit(name, f"more than {MOST_VALUES} values", "write a larger step")
    return tuple(_typed(name, start + n * step, kind) for n in range(int(count) + 1))


def _listed(name: str, text: str, kind: type) -> tuple[Scalar, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise misfit(name, f"{text!r} gives no values", "write START:STOP:STEP or v1,v2,v3")
    return tuple(_scalar(name, part, kind) for part in parts)


def _scalar(name: str, text: str, kind: type) -> Scalar:
    if kind is str:
        return text
    if kind is bool:
        if text not in ("true", "false"):
            raise misfit(name, f"the value is {text!r}", f"write {KINDS[bool]}")
        return text == "true"
    return _typed(name, _number(name, text), kind)


def _number(name: str, text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise misfit(name, f"the value is {text!r}", f"write {KINDS[float]}") from None
    if not number.is_finite() or abs(number) > Decimal(sys.float_info.max):
        raise misfit(name, f"the value is {text!r}", f"write {KINDS[float]}")
    return number


def _typed(name: str, number: Decimal, kind: type) -> Scalar:
    if kind is int and number != int(number):
        raise misfit(name, f"the value is {number}", f"write {KINDS[int]}")
    return int(number) if kind is int else float(number)
