"""What `tandem import` reads: each source is a record of its options, and writes its study."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from scenarios.findings import Finding, InvalidInput, listed
from studies.commands.sources.commitment import PglibUc, UnitCommitment
from studies.commands.sources.matpower import Matpower
from studies.commands.sources.nets import OpenDss, Pandapower, Simbench
from studies.commands.sources.tables import Tables
from studies.study.new_study import Written

Command = TypeVar("Command", bound=Any)


class Source(Protocol):
    """A record whose fields are options; `option` is the one that names it.

    `needs` maps options to that without which they mean nothing.
    """

    option: ClassVar[str]
    needs: ClassVar[Mapping[str, str]]

    def write(self, folder: Path) -> Written:
        """Write the study, and give what is to be said of the source."""


SOURCES: tuple[type[Source], ...] = (
    Matpower,
    PglibUc,
    UnitCommitment,
    Pandapower,
    Simbench,
    OpenDss,
    Tables,
)


def with_options_of_sources(command: Command) -> Command:
    """A command whose last parameter, `**options`, stands for the options of all sources."""
    own = inspect.signature(command)
    before = [p for p in own.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    after = [p for p in own.parameters.values() if p.kind is p.KEYWORD_ONLY]
    held: dict[str, inspect.Parameter] = {}
    for source in SOURCES:
        for one in _options(source).values():
            held.setdefault(one.name, one)
    command.__signature__ = own.replace(parameters=[*before, *held.values(), *after])
    return command


def _options(source: type[Source]) -> dict[str, inspect.Parameter]:
    kind = inspect.Parameter.KEYWORD_ONLY
    return {
        f.name: inspect.Parameter(f.name, kind, default=f.default, annotation=f.type)
        for f in fields(source)  # type: ignore[arg-type]
    }


def source_of(given: Mapping[str, Any]) -> Source:
    """The source that options name, of those that are given.

    Raises `InvalidInput` unless they name one source, and all are options of it.
    """
    named = [source for source in SOURCES if source.option in given]
    own = [s for s in named if not any(s.option in _options(o) for o in named if o is not s)]
    if len(own) != 1:
        found = f"{listed([_dashed(s.option) for s in own])} together" if own else "no source"
        cure = f"give one of {listed([_dashed(s.option) for s in SOURCES])}"
        raise InvalidInput("command line", [Finding("tandem import", found, cure)])
    findings = list(_misfits(own[0], given))
    if findings:
        raise InvalidInput("command line", findings)
    return own[0](**given)


def _misfits(source: type[Source], given: Mapping[str, Any]) -> Iterator[Finding]:
    """Options that belong to other sources, and those that lack what they are about."""
    for name in given:
        if name not in _options(source):
            others = [_dashed(s.option) for s in SOURCES if name in _options(s)]
            finding = f"it is no option of {_dashed(source.option)}, but of {listed(others)}"
            yield Finding(_dashed(name), finding, "leave it out")
        elif (needed := source.needs.get(name)) is not None and needed not in given:
            finding = f"it says nothing without {_dashed(needed)}"
            yield Finding(_dashed(name), finding, f"add {_dashed(needed)}, or leave it out")


def _dashed(option: str) -> str:
    return f"--{option.replace('_', '-')}"
