"""The `[[design]]` tables of a study: which designs, with which methods and tolerances."""

import dataclasses
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from market.coordination.methods import methods
from market.designs import Design, designs, ranked
from scenarios.findings import Finding
from studies.study.legal_names import name_findings
from studies.study.table_keys import table_findings, unknown_name

METHOD, PRESET = "method", "preset"
HEAD = ("kind", "name")


def kind_of(design: Design) -> str:
    """Name under which a study asks for this kind of design; raises InvalidInput."""
    return designs.name_of(design)


def method_of(design: Design) -> str | None:
    """Name of the coordination method; None where operators do not coordinate."""
    return methods.name_of(getattr(design, METHOD)) if has_method(type(design)) else None


def options_of(design: Design) -> dict[str, Any]:
    """Parameters of the design and of its method, as a study names them; unset ones left out."""
    held = dataclasses.asdict(typing.cast("Any", design))
    held |= held.pop(METHOD, {})
    return {key: value for key, value in held.items() if value is not None}


def name_of(read: Mapping[str, Any]) -> str:
    """Name of the design that a table asks for; its kind where it has none."""
    return str(read.get("name", read.get("kind", "")))


def designs_from(read: Mapping[str, Any]) -> dict[str, Design]:
    """The designs, by name, that a table without findings asks for; a preset asks for several."""
    if PRESET in read:
        prefix = str(read.get("name", read[PRESET]))
        return {
            f"{prefix}-{part}": one
            for part, one in preset_designs(read["kind"], read[PRESET]).items()
        }
    return {name_of(read): _design_from(read)}


def preset_designs(kind: str, name: str) -> dict[str, Design]:
    """The designs of one preset of a kind of design."""
    design: Callable[..., Design] = designs[kind]
    return {part: design(**o) for part, o in designs[kind].about.presets[name].items()}


def design_findings(tables: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """All that is wrong with the design tables of a study."""
    if not tables:
        cure = f"add one, such as kind = {next(iter(ranked()))!r}"
        yield Finding("[[design]]", "the study has no design", cure)
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
    cls: Callable[..., Design] = designs[read["kind"]]
    options = {key: value for key, value in read.items() if key not in HEAD}
    if not has_method(designs[read["kind"]]):
        return cls(**options)
    method: type = methods[options.pop(METHOD, default_method(designs[read["kind"]]))]
    known = {f.name for f in dataclasses.fields(method)}
    own = {key: value for key, value in options.items() if key not in known}
    of_method = {key: value for key, value in options.items() if key in known}
    return cls(**{METHOD: method(**of_method)}, **own)


def has_method(design: type) -> bool:
    """Whether operators coordinate in designs of this class, by a method that can be chosen."""
    return METHOD in {f.name for f in dataclasses.fields(design)}


def default_method(design: type) -> str:
    """Name of the method by which operators coordinate in such a design if none is named."""
    return methods.name_of(getattr(design(), METHOD))


def _table_findings(read: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if "name" in read:
        yield from name_findings(read["name"], f"{place}, key 'name'")
    kind = read.get("kind")
    if kind is None:
        known = ", ".join(repr(name) for name in ranked())
        yield Finding(f"{place}, key 'kind'", "the key is missing", f"add kind = one of {known}")
    elif not isinstance(kind, str) or kind not in designs:
        yield unknown_name(f"{place}, key 'kind'", "design", kind, designs)
    elif PRESET in read:
        yield from _preset_findings(read, kind, place)
    else:
        yield from _option_findings(read, kind, place)


def _preset_findings(read: Mapping[str, Any], kind: str, place: str) -> Iterator[Finding]:
    at, presets = f"{place}, key {PRESET!r}", designs[kind].about.presets
    if not presets:
        yield Finding(at, f"designs of kind {kind!r} have no presets", "remove the key")
    elif not isinstance(read[PRESET], str) or read[PRESET] not in presets:
        yield unknown_name(at, PRESET, read[PRESET], presets)
    for key in read:
        if key not in (*HEAD, PRESET):
            finding = "a preset sets all options"
            yield Finding(f"{place}, key {key!r}", finding, "remove the key, or the preset")


def _option_findings(read: Mapping[str, Any], kind: str, place: str) -> Iterator[Finding]:
    options = {key: value for key, value in read.items() if key not in HEAD}
    design: type = designs[kind]
    if not has_method(design):
        yield from table_findings(options, design, place=place)
        return
    method = options.pop(METHOD, default_method(design))
    if not isinstance(method, str) or method not in methods:
        yield unknown_name(f"{place}, key {METHOD!r}", METHOD, method, methods)
        return
    place = f"{place} with method {method!r}"
    yield from table_findings(options, design, methods[method], place=place, besides=(METHOD,))
