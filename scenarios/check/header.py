"""Rules on `scenario.toml`: the keys that it may hold, their types and their values."""

import dataclasses
import math
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.findings import Finding, near
from scenarios.quantity import label, quantity
from scenarios.scenario import Scenario

FORMAT = 1
FILE = "scenario.toml"
MOST_PERIODS = 10_000  # beyond that a slip of the pen is likelier than a day


@dataclass(frozen=True)
class Header:
    """What `scenario.toml` says; `hours` is one length per period, or one for all `periods`."""

    format: int = label("version of the format, 1")
    name: str = label("name of the scenario")
    hours: float | Sequence[float] = quantity("h", "length of each period, or one for all periods")
    voll_usd_per_mwh: float = quantity("$/MWh", "value of lost load: price of shedding")
    spill_usd_per_mwh: float = quantity("$/MWh", "price of spilling energy")
    periods: int | None = label("number of periods; needed where hours is one number", default=None)
    currency: str = label("label of the currency; every $ stands for it", default="USD")
    sources: Sequence[str] = label("where the numbers come from", default=())

    @property
    def lengths(self) -> tuple[float, ...]:
        """Length of every period (h)."""
        if isinstance(self.hours, Sequence):
            return tuple(float(h) for h in self.hours)
        return (float(self.hours),) * (self.periods or 0)


FIELDS = {f.name: f for f in dataclasses.fields(Header)}


def place(key: str) -> str:
    """Where a key of the header stands."""
    return f"{FILE}, key {key!r}"


def keys_are_known(read: Mapping[str, Any]) -> Iterator[Finding]:
    """No key but those of the header."""
    for key in read:
        if key not in FIELDS:
            cure = f"remove it or use a known key; {near(key, FIELDS)}"
            yield Finding(place(key), "unknown key", cure)


def keys_fit(read: Mapping[str, Any]) -> Iterator[Finding]:
    """Every key has its type, and is there if it has no default."""
    for key, f in FIELDS.items():
        if key not in read and _is_mandatory(f):
            yield Finding(place(key), "the key is missing", f"add it: {f.metadata['meaning']}")
        elif key in read and not _is_of_type(read[key], f.type):
            finding = f"the value is {read[key]!r}"
            yield Finding(place(key), finding, f"write {_in_words(f.type)}")


def lengths_fit(header: Header) -> Iterator[Finding]:
    """The lengths and the number of periods agree, and the format is known."""
    if header.format != FORMAT:
        finding = f"format {header.format} is not known"
        yield Finding(place("format"), finding, f"this version reads format {FORMAT}")
    if not isinstance(header.hours, Sequence):
        if header.periods is None:
            finding = "hours is one number, but there is no number of periods"
            yield Finding(place("periods"), finding, "add periods, or list the hours")
        elif not 1 <= header.periods <= MOST_PERIODS:
            cure = f"it must be from 1 to {MOST_PERIODS}"
            yield Finding(place("periods"), f"the value is {header.periods}", cure)
    elif len(header.hours) > MOST_PERIODS:
        finding = f"it lists {len(header.hours)} periods"
        yield Finding(place("hours"), finding, f"list at most {MOST_PERIODS}")
    elif header.periods not in (None, len(header.hours)):
        finding = f"the value is {header.periods}, but hours lists {len(header.hours)}"
        yield Finding(place("periods"), finding, "remove periods or mend the list")


def day_is_sound(scenario: Scenario) -> list[Finding]:
    """Findings on the name, the lengths of the periods and the prices of shedding and spilling."""
    voll, spill = scenario.voll_usd_per_mwh, scenario.spill_usd_per_mwh
    wrong = [h for h in scenario.hours if not 0 < h < math.inf]
    findings = []
    if not scenario.name:
        findings.append(Finding(place("name"), "the name is empty", "give the scenario a name"))
    for key, text in (("name", scenario.name), ("currency", scenario.currency)):
        if not text.isprintable():
            finding = f"{text!r} has a character that cannot be printed"
            findings.append(Finding(place(key), finding, "leave it out, such as a line break"))
    if not scenario.hours:
        findings.append(Finding(place("hours"), "the day has no period", "list their lengths"))
    if wrong:
        findings.append(Finding(place("hours"), f"a length is {wrong[0]!r} h", "write hours > 0"))
    if not 0 < voll < math.inf:
        finding = f"the value is {voll!r} $/MWh"
        findings.append(Finding(place("voll_usd_per_mwh"), finding, "write a finite price > 0"))
    if not 0 <= spill < math.inf:
        finding = f"the value is {spill!r} $/MWh"
        findings.append(Finding(place("spill_usd_per_mwh"), finding, "write a finite price >= 0"))
    return findings


def _is_mandatory(f: "dataclasses.Field[Any]") -> bool:
    return f.default is dataclasses.MISSING


def _arms(declared: Any) -> tuple[Any, ...]:
    arms = typing.get_args(declared) if isinstance(declared, types.UnionType) else (declared,)
    return tuple(arm for arm in arms if arm is not types.NoneType)


def _is_of_type(value: Any, declared: Any) -> bool:
    return any(_is_one(value, arm) for arm in _arms(declared))


def _is_one(value: Any, arm: Any) -> bool:
    if typing.get_origin(arm) is Sequence:
        (item,) = typing.get_args(arm)
        return isinstance(value, list) and all(_is_one(v, item) for v in value)
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) >= 2**63):
        return False  # TOML's whole numbers have 64 bits
    return isinstance(value, (int, float) if arm is float else arm)


def _in_words(declared: Any) -> str:
    words = {float: "a number", int: "a whole number", str: "a text",
             Sequence[float]: "a list of numbers", Sequence[str]: "a list of texts"}  # fmt: skip
    return " or ".join(words[arm] for arm in _arms(declared))
