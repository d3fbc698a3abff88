"""Keys of a TOML table held against the fields of a record."""

import dataclasses
import sys
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from scenarios.findings import Finding, near
from scenarios.quantity import plain_type

# Laws on values, by key; a key has the same law wherever it stands.
LAWS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "format": (lambda v: v == 1, "this version reads format 1"),
    "chi_percent": (lambda v: v >= 0, "write a share of at least 0 %"),
    "gap_relative": (lambda v: v > 0, "write a tolerance > 0, such as 1e-4"),
    "quantity_mw": (lambda v: v > 0, "write a tolerance > 0 MW, such as 1e-3"),
    "price_usd_per_mwh": (lambda v: v > 0, "write a tolerance > 0 $/MWh, such as 1e-3"),
    "smoothing": (lambda v: 0 <= v < 1, "write a share in [0, 1); 0 does not smooth"),
    "max_rounds": (lambda v: v >= 1, "allow at least 1 round"),
    "damping": (lambda v: 0 < v <= 1, "write a step in (0, 1]; 1 is the full step"),
    "time_limit_s": (lambda v: v > 0, "write a time > 0 s"),
}
_WORDS = {str: "a text", int: "a whole number", float: "a finite number"}
_WORDS |= {dict: "a table", list: "a list of tables"}


def table_findings(read: Mapping[str, Any], record: type, place: str) -> Iterator[Finding]:
    """All that is wrong with the keys and values of one table."""
    fields = {f.name: f for f in dataclasses.fields(record)}
    types = typing.get_type_hints(record)
    for key, value in read.items():
        at = f"{place}, key {key!r}"
        if key not in fields:
            yield unknown_key(at, key, fields)
        else:
            wanted = plain_type(types[key])[0]
            yield from _value_findings(value, typing.get_origin(wanted) or wanted, at, key)
    for key, f in fields.items():
        if key not in read and f.default is f.default_factory is dataclasses.MISSING:
            yield Finding(f"{place}, key {key!r}", "the key is missing", f"add {key} = ...")


def unknown_key(at: str, key: str, known: Collection[str]) -> Finding:
    """The finding on a key that the table does not have."""
    return Finding(at, "unknown key", f"remove it or use a known key; {near(key, known)}")


def unknown_name(at: str, what: str, name: object, known: Collection[str]) -> Finding:
    """The finding on a value that must be one of a few names."""
    return Finding(at, f"there is no {what} {name!r}", f"use one of them; {near(str(name), known)}")


def _value_findings(value: Any, wanted: type, at: str, key: str) -> Iterator[Finding]:
    law, cure = LAWS.get(key, (None, ""))
    if not _is_of_type(value, wanted):
        yield Finding(at, f"the value is {value!r}", f"write {_WORDS[wanted]}")
    elif law and not law(value):
        yield Finding(at, f"the value is {value!r}", cure)


def _is_of_type(value: Any, wanted: type) -> bool:
    if isinstance(value, bool):  # bool is a kind of int in Python
        return False
    if wanted is float:
        return isinstance(value, int | float) and abs(value) <= sys.float_info.max
    if wanted is list:
        return isinstance(value, list) and all(isinstance(v, dict) for v in value)
    return isinstance(value, wanted)
