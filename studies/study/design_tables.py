"""The `[[design]]` tables of a study: which designs, with which methods and tolerances."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from market.coordination import Curve, Exchange, Schedules
from market.designs import DESIGNS, PRESETS, Cmo, Design, LocalWholesale
from scenarios.findings import Finding
from studies.study.legal_names import name_findings
from studies.study.table_keys import table_findings, unknown_name

METHODS: dict[str, type[Schedules | Exchange | Curve]] = {
    "schedules": Schedules,
    "exchange": Exchange,
    "curve": Curve,
}
METHOD, PRESET = "method", "preset"
DEFAULT_METHOD = "schedules"
HEAD = ("kind", "name")


def kind_of(design: Design) -> str:
    """Name under which a study asks for this kind of design."""
    return next(kind for kind, cls in DESIGNS.items() if isinstance(design, cls))


def method_of(design: Design) -> str | None:
    """Name of the coordination method; None where operators do not coordinate."""
    if not isinstance(design, Cmo | LocalWholesale):
        return None
    return next(name for name, cls in METHODS.items() if isinstance(design.method, cls))


def options_of(design: Design) -> dict[str, Any]:
    """Parameters of the design and of its method, as a study names them; unset ones left out."""
    held = dataclasses.asdict(design)
    held |= held.pop(METHOD, {})
    return {key: value for key, value in held.items() if value is not None}


def name_of(read: Mapping[str, Any]) -> str:
    """Name of the design that a table asks for; its kind where it has none."""
    return str(read.get("name", read.get("kind", "")))


def designs_from(read: Mapping[str, Any]) -> dict[str, Design]:
    """The designs, by name, that a table without findings asks for; a preset asks for several."""
    if PRESET in read:
        prefix = str(read.get("name", read[PRESET]))
        return {f"{prefix}-{part}": design for part, design in PRESETS[read[PRESET]].items()}
    return {name_of(read): _design_from(read)}


def design_findings(tables: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """All that is wrong with the design tables of a study."""
    if not tables:
        yield Finding("[[design]]", "the study has no design", "add one, such as kind = 'cmo'")
    seen: set[str] = set()
    for n, read in enumerate(tables, start=1):
        place = f"[[design]] {n} {name_of(read)!r}"
        wrong = list(_table_findings(read, place))
        yield from wrong
        for name in [name_of(read)] if wrong else designs_from(read):
            if name.casefold() in seen:
                cure = "give each design a name of its own"
                yield Finding(place, "another design has the same name", cure)
            seen.add(name.casefold())


def _design_from(read: Mapping[str, Any]) -> Design:
    cls: Callable[..., Design] = DESIGNS[read["kind"]]
    options = {key: value for key, value in read.items() if key not in HEAD}
    if not has_method(DESIGNS[read["kind"]]):
        return cls(**options)
    method = METHODS[options.pop(METHOD, DEFAULT_METHOD)]
    known = {f.name for f in dataclasses.fields(method)}
    own = {key: value for key, value in options.items() if key not in known}
    return cls(method(**{k: v for k, v in options.items() if k in known}), **own)


def has_method(design: type) -> bool:
    """Whether operators coordinate in designs of this class, by a method that can be chosen."""
    return METHOD in {f.name for f in dataclasses.fields(design)}


def _table_findings(read: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if "name" in read:
        yield from name_findings(read["name"], f"{place}, key 'name'")
    kind = read.get("kind")
    if kind is None:
        known = ", ".join(repr(name) for name in DESIGNS)
        yield Finding(f"{place}, key 'kind'", "the key is missing", f"add kind = one of {known}")
    elif not isinstance(kind, str) or kind not in DESIGNS:
        yield unknown_name(f"{place}, key 'kind'", "design", kind, DESIGNS)
    elif PRESET in read:
        yield from _preset_findings(read, kind, place)
    else:
        yield from _option_findings(read, kind, place)


def _preset_findings(read: Mapping[str, Any], kind: str, place: str) -> Iterator[Finding]:
    at = f"{place}, key {PRESET!r}"
    if kind != "conventional":
        yield Finding(at, f"presets are of kind 'conventional', not {kind!r}", "remove the key")
    elif not isinstance(read[PRESET], str) or read[PRESET] not in PRESETS:
        yield unknown_name(at, PRESET, read[PRESET], PRESETS)
    for key in read:
        if key not in (*HEAD, PRESET):
            finding = "a preset sets all options"
            yield Finding(f"{place}, key {key!r}", finding, "remove the key, or the preset")


def _option_findings(read: Mapping[str, Any], kind: str, place: str) -> Iterator[Finding]:
    options = {key: value for key, value in read.items() if key not in HEAD}
    design: type = DESIGNS[kind]
    if not has_method(design):
        yield from table_findings(options, design, place=place)
        return
    method = options.pop(METHOD, DEFAULT_METHOD)
    if not isinstance(method, str) or method not in METHODS:
        yield unknown_name(f"{place}, key {METHOD!r}", METHOD, method, METHODS)
        return
    place = f"{place} with method {method!r}"
    yield from table_findings(options, design, METHODS[method], place=place, besides=(METHOD,))
