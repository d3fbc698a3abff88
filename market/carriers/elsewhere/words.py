"""Records of plain values as words of a letter, and back: types and laws are held against them."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from market.carriers.elsewhere.letter import Malformed, Word
from scenarios.option_fields import law_of

R = TypeVar("R")


def words_of(record: Any) -> dict[str, Word]:
    """Fields of a record; raises Malformed where one is no plain value."""
    held = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
    if not all(
        value is None or isinstance(value, str | bool | int | float) for value in held.values()
    ):
        raise Malformed(f"{type(record).__name__} is more than plain values")
    return held


def record_of(kind: type[R], words: Mapping[str, Word]) -> R:
    """The record that the words make up; raises Malformed where they do not."""
    fields = {f.name: f for f in dataclasses.fields(typing.cast("Any", kind))}
    hints = typing.get_type_hints(kind)
    if set(words) != set(fields):
        raise Malformed("its options are not those of what it names")
    for name, value in words.items():
        law = law_of(fields[name])
        legal = _is_of(value, hints[name])
        if not legal or (law and value is not None and not law.holds(value)):
            raise Malformed("its options are not legal")
    return kind(**words)


def _is_of(value: Word, hint: Any) -> bool:
    if typing.get_origin(hint) is typing.Literal:
        return value in typing.get_args(hint)
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return any(_is_of(value, arm) for arm in typing.get_args(hint))
    if hint is types.NoneType:
        return value is None
    if hint is float:
        return type(value) in (int, float)
    return type(value) is hint
