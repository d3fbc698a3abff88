"""Tables by name in what holds them: its fields, and `others` for kinds of assets without one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar, cast

H = TypeVar("H")


def rows_of(holder: Any, table: str) -> tuple[Any, ...]:
    """Rows of a table; none where nothing of its kind is held."""
    own = {f.name for f in fields(holder)}
    rows: tuple[Any, ...] = getattr(holder, table) if table in own else holder.others.get(table, ())
    return rows


def with_rows(holder: H, tables: Mapping[str, Iterable[Any]]) -> H:
    """The same with other rows in some tables."""
    arguments = as_arguments(type(holder), tables)
    arguments["others"] = {**cast("Any", holder).others, **arguments["others"]}
    return cast("H", replace(cast("Any", holder), **arguments))


def as_arguments(kind: type, tables: Mapping[str, Iterable[Any]]) -> dict[str, Any]:
    """What to call a holder with so that it has these tables."""
    own = {f.name for f in fields(cast("Any", kind))}
    rows = {name: tuple(held) for name, held in tables.items()}
    others = {name: held for name, held in rows.items() if name not in own and held}
    return {**{n: held for n, held in rows.items() if n in own}, "others": others}


def by_area(records: Iterable[Any]) -> Mapping[str, list[Any]]:
    """Records of every area, in table order; an area without any has an empty list."""
    held: defaultdict[str, list[Any]] = defaultdict(list)
    for record in records:
        held[record.area].append(record)
    return held
