"""Keys of a TOML table held against the fields of a record."""

import dataclasses
import sys
import typing
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scenarios.findings import Finding, near
from scenarios.option_fields import law_of
from scenarios.quantity import plain_type

_WORDS = {bool: "true or false", str: "a text", int: "a whole number", float: "a finite number"}
_WORDS |= {dict: "a table", list: "a list of tables"}


def table_findings(
    read: Mapping[str, Any], *records: type, place: str, besides: Collection[str] = ()
) -> Iterator[Finding]:
    """All that is wrong with the keys and values of one table, which fields of `records` name.

    Fields in `besides` are not for the table to set.
    """
    fields = {f.name: f for r in records for f in dataclasses.fields(r) if f.name not in besides}
    types = {key: value for r in records for key, value in typing.get_type_hints(r).items()}
    for key, value in read.items():
        at = f"{place}, key {key!r}"
        if key not in fields:
            yield unknown_key(at, key, fields)
        else:
            yield from _value_findings(value, plain_type(types[key])[0], at, fields[key])
    for key, f in fields.items():
        if key not in read and f.default is f.default_factory is dataclasses.MISSING:
            yield Finding(f"{place}, key {key!r}", "the key is missing", f"add {key} = ...")


def unknown_key(at: str, key: str, known: Collection[str]) -> Finding:
    """The finding on a key that the table does not have."""
    return Finding(at, "unknown key", f"remove it or use a known key; {near(key, known)}")


def unknown_name(at: str, what: str, name: object, known: Collection[str]) -> Finding:
    """The finding on a value that must be one of a few names."""
    return Finding(at, f"there is no {what} {name!r}", f"use one of them; {near(str(name), known)}")


def _value_findings(
    value: Any, wanted: Any, at: str, field: "dataclasses.Field[Any]"
) -> Iterator[Finding]:
    law = law_of(field)
    if typing.get_origin(wanted) is typing.Literal:
        if value not in typing.get_args(wanted):
            yield unknown_name(at, field.name, value, typing.get_args(wanted))
        return
    plain = typing.get_origin(wanted) or wanted
    if not _is_of_type(value, plain):
        yield Finding(at, f"the value is {value!r}", f"write {_WORDS[plain]}")
    elif law and not law.holds(value):
        yield Finding(at, f"the value is {value!r}", law.cure)


def _is_of_type(value: Any, wanted: type) -> bool:
    if isinstance(value, bool) or wanted is bool:  # bool is a kind of int in Python
        return isinstance(value, bool) and wanted is bool
    if wanted is float:
        return isinstance(value, int | float) and abs(value) <= sys.float_info.max
    if wanted is list:
        return isinstance(value, list) and all(isinstance(v, dict) for v in value)
    return isinstance(value, wanted)
