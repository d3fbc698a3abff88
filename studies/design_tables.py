"""The `[[design]]` tables of a study: which designs, with which methods and tolerances."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from market.coordination import Curve, Exchange, Schedules
from market.designs import DESIGNS, Cmo, Conventional, Integrated
from scenarios.findings import Finding
from studies.keys import table_findings, unknown_name
from studies.names import name_findings

Design = Conventional | Cmo | Integrated
METHODS: dict[str, type[Schedules | Exchange | Curve]] = {
    "schedules": Schedules,
    "exchange": Exchange,
    "curve": Curve,
}
METHOD = "schedules"
HEAD = ("kind", "name")


def kind_of(design: Design) -> str:
    """Name under which a study asks for this kind of design."""
    return next(kind for kind, cls in DESIGNS.items() if isinstance(design, cls))


def method_of(design: Design) -> str | None:
    """Name of the coordination method; None where operators do not coordinate."""
    if not isinstance(design, Cmo):
        return None
    return next(name for name, cls in METHODS.items() if isinstance(design.method, cls))


def options_of(design: Design) -> dict[str, Any]:
    """Parameters of the design or of its method, as a study names them; unset ones left out."""
    held = dataclasses.asdict(design.method if isinstance(design, Cmo) else design)
    return {key: value for key, value in held.items() if value is not None}


def name_of(read: Mapping[str, Any]) -> str:
    """Name of the design that a table asks for; its kind where it has none."""
    return str(read.get("name", read.get("kind", "")))


def design_findings(tables: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """All that is wrong with the design tables of a study."""
    if not tables:
        yield Finding("[[design]]", "the study has no design", "add one, such as kind = 'cmo'")
    seen: set[str] = set()
    for n, read in enumerate(tables, start=1):
        place = f"[[design]] {n} {name_of(read)!r}"
        yield from _table_findings(read, place)
        if name_of(read).casefold() in seen:
            cure = "give each design a name of its own"
            yield Finding(place, "another design has the same name", cure)
        seen.add(name_of(read).casefold())


def design_from(read: Mapping[str, Any]) -> Design:
    """The design that a table without findings asks for."""
    options = {k: v for k, v in read.items() if k not in (*HEAD, "method")}
    if read["kind"] == "cmo":
        return Cmo(METHODS[read.get("method", METHOD)](**options))
    return DESIGNS[read["kind"]](**options)


def _table_findings(read: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if "name" in read:
        yield from name_findings(read["name"], f"{place}, key 'name'")
    kind = read.get("kind")
    if kind is None:
        cure = "add kind = 'conventional', 'cmo' or 'integrated'"
        yield Finding(f"{place}, key 'kind'", "the key is missing", cure)
    elif not isinstance(kind, str) or kind not in DESIGNS:
        yield unknown_name(f"{place}, key 'kind'", "design", kind, DESIGNS)
    else:
        yield from _option_findings(read, kind, place)


def _option_findings(read: Mapping[str, Any], kind: str, place: str) -> Iterator[Finding]:
    options = {key: value for key, value in read.items() if key not in HEAD}
    record: type = DESIGNS[kind]
    if kind == "cmo":
        method = options.pop("method", METHOD)
        if not isinstance(method, str) or method not in METHODS:
            yield unknown_name(f"{place}, key 'method'", "method", method, METHODS)
            return
        record, place = METHODS[method], f"{place} with method {method!r}"
    yield from table_findings(options, record, place)
