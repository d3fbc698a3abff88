"""What every area must hold and may hold of reserves, from the tables of a scenario."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scenarios.holding import by_area
from scenarios.records import Boundary
from scenarios.reserve import Reserve, ReserveProduct, Reserves, ReserveShortage

Held = Mapping[str, Mapping[str, Sequence[Any]]]  # rows by table and area


def reserves_by_area(
    tables: Mapping[str, Iterable[Any]], upper: str, boundaries: Iterable[Boundary]
) -> dict[str, Reserves]:
    """What each area's operator knows of reserves, from the tables of reserves by name.

    Products of `upper`, transmission, are known to all; who may hold them behind a boundary is
    known by product alone.
    """
    held = {name: by_area(rows) for name, rows in tables.items()}
    met = list(boundaries)
    areas = dict.fromkeys([upper, *(b.area for b in met), *held["reserves"]])
    lanes = [(b.boundary, n, b.area) for b in met for n in _abroad(held, b.area, upper)]
    found = {}
    for area in areas:
        crossing = tuple((b, n) for b, n, behind in lanes if area in (upper, behind))
        found[area] = replace(_reserves(held, area, upper), crossing=crossing)
    return found


def _abroad(held: Held, area: str, upper: str) -> list[str]:
    """Products of transmission that assets of an area may hold."""
    own, theirs = ({r.reserve for r in held["reserves"][a]} for a in (area, upper))
    offered = dict.fromkeys(o.reserve for o in held["reserve_offers"][area])
    return [name for name in offered if name not in own and name in theirs]


def _reserves(held: Held, area: str, upper: str) -> Reserves:
    required: dict[tuple[str, str], list[Reserve]] = {}
    for row in held["reserves"][area]:
        required.setdefault((row.reserve, row.within), []).append(row)
    offers = {(*o.holder, o.reserve): o for o in held["reserve_offers"][area]}
    steps: dict[str, list[ReserveShortage]] = {}
    for step in sorted(held["reserve_shortages"][area], key=lambda s: s.step):
        steps.setdefault(step.reserve, []).append(step)
    own = {name for name, _ in required}
    stated = {p.reserve: p for p in held["reserve_products"][upper] if p.reserve not in own}
    stated |= {p.reserve: p for p in held["reserve_products"][area]}
    names = dict.fromkeys([*(name for name, _ in required), *(name for *_, name in offers)])
    return Reserves(
        {key: tuple(rows) for key, rows in required.items()},
        offers,
        {name: stated.get(name, ReserveProduct(area, name)) for name in names},
        {name: tuple(rows) for name, rows in steps.items()},
    )
