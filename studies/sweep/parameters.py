"""What a sweep varies: names with their values, checked together before anything is cleared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scenarios.check import check_scenario
from scenarios.findings import Finding, InvalidInput, near
from scenarios.records import TABLES
from studies.study.fitting import refuse_unfit
from studies.sweep.column_knobs import column_knob
from studies.sweep.day_knob import DAY, day_knob
from studies.sweep.knob import Case, Knob, Scalar, misfit
from studies.sweep.short_names import short_names
from studies.sweep.study_keys import HEADS, study_knob
from studies.sweep.value_lists import FACTOR, values_of

MOST_SHOWN = 3  # findings on one value; a value that does not fit misfits in every row


@dataclass(frozen=True)
class Parameter:
    """One name with its values, in the order of the sweep; `turn` sets a value.

    `is_factor` tells that a value is a factor on what is there.
    """

    name: str
    values: tuple[Scalar, ...]
    kind: type
    unit: str
    turn: Callable[[Case, Any], Case]
    is_factor: bool = False

    def setting(self, value: Scalar) -> str:
        """Name and value, as the command line would say it."""
        return f"{self.name}={str(value).lower() if isinstance(value, bool) else value}"


def read_parameters(over: Sequence[str], case: Case) -> tuple[Parameter, ...]:
    """The parameters that `NAME=VALUES` texts ask for, with every value tried.

    A value must fit alone, or with the first value of all other parameters. Raises `InvalidInput`
    with all findings.
    """
    found = parse_parameters(over, case)
    if findings := _value_findings(found, case) or _overridden(found, case):
        raise InvalidInput("sweep", findings)
    return found


def parse_parameters(over: Sequence[str], case: Case) -> tuple[Parameter, ...]:
    """The parameters that texts ask for, no value tried; raises `InvalidInput`."""
    found: list[Parameter] = []
    findings: list[Finding] = []
    for text in over:
        try:
            found.append(_parameter(text, case))
        except InvalidInput as invalid:
            findings += invalid.findings
    if findings := [*findings, *_same_names(found)]:
        raise InvalidInput("sweep", findings)
    return tuple(found)


def settled(parameters: Sequence[Parameter], case: Case, values: Sequence[Scalar]) -> Case:
    """The case with one value of every parameter, set in their order."""
    for parameter, value in zip(parameters, values, strict=True):
        case = parameter.turn(case, value)
    return case


def refuse_invalid(case: Case) -> None:
    """Raise `InvalidInput` where the case cannot be cleared."""
    if findings := check_scenario(case.scenario):
        raise InvalidInput("sweep", findings)
    refuse_unfit(
        "sweep",
        case.study.designs,
        case.scenario,
        case.study.margin,
        case.study.formulation.distribution,
    )


def _parameter(text: str, case: Case) -> Parameter:
    name, equals, values = (part.strip() for part in text.partition("="))
    if not name or not equals:
        cure = "write it like gamma=0:1:0.1 or gamma=0,0.5,1"
        raise misfit(f"--over {text!r}", "it is not NAME=VALUES", cure)
    place = f"--over {name}"
    try:
        knob = _knob(name, case)
        factor = values.startswith(FACTOR)
        if factor and knob.scale is None:
            raise misfit(name, "it takes no factor", f"write values without {FACTOR}")
        turn: Callable[[Case, Any], Case] = knob.scale if factor and knob.scale else knob.turn
        kind, unit = (float, "1") if factor else (knob.kind, knob.unit)
        listed = values_of(name, values.removeprefix(FACTOR), kind)
    except InvalidInput as invalid:
        raise InvalidInput("sweep", [replace(f, place=place) for f in invalid.findings]) from None
    return Parameter(name, listed, kind, unit, turn, factor)


def _knob(name: str, case: Case) -> Knob:
    if name == DAY:
        return day_knob(case)
    known_by = short_names()
    if name in known_by:
        return known_by[name].knob
    head = name.partition(".")[0]
    if head in HEADS and "." in name:
        return study_knob(name, case)
    if head.partition("[")[0] in TABLES and "." in name:
        return column_knob(name, case)
    known = [DAY, *known_by, *HEADS, *TABLES]
    forms = "a short name, TABLE.COLUMN, TABLE[ROW].COLUMN or designs.NAME.KEY"
    cure = f"use {forms}; {near(name, known)}"
    raise misfit(name, "there is nothing of that name", cure)


def _same_names(found: Sequence[Parameter]) -> Iterator[Finding]:
    names = [p.name for p in found]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Finding(f"--over {name}", "it is there twice", "give all its values at once")


def _value_findings(found: Sequence[Parameter], case: Case) -> list[Finding]:
    """What is wrong with each value alone, and with the first values of all others besides.

    What is wrong with every value alike is said once.
    """
    findings: list[Finding] = []
    for n, parameter in enumerate(found):
        misfits = {}
        for value in parameter.values:
            wrong = _wrong([parameter], [value], case)
            values = [value if k == n else p.values[0] for k, p in enumerate(found)]
            if wrong and (len(found) == 1 or _wrong(found, values, case)):
                misfits[parameter.setting(value)] = wrong
        if len(misfits) == len(parameter.values) > 1 and len(set(misfits.values())) == 1:
            misfits = {parameter.name: next(iter(misfits.values()))}
        for setting, wrong in misfits.items():
            findings += _shown(wrong, f"--over {setting}")
    return findings


def _wrong(
    parameters: Sequence[Parameter], values: Sequence[Scalar], case: Case
) -> tuple[Finding, ...]:
    """What keeps the case from being cleared with these values."""
    try:
        refuse_invalid(settled(parameters, case, values))
    except InvalidInput as invalid:
        return invalid.findings
    return ()


def _shown(wrong: Sequence[Finding], at: str) -> Iterator[Finding]:
    """The first findings on one value."""
    for finding in wrong[:MOST_SHOWN]:
        yield replace(finding, place=f"{at}: {finding.place}")
    if len(wrong) > MOST_SHOWN:
        more = f"{len(wrong) - MOST_SHOWN} more findings on this value"
        yield Finding(at, more, "mend the first ones, then see what is left")


def _overridden(found: Sequence[Parameter], case: Case) -> list[Finding]:
    """Parameters whose values are lost because a later one sets the same."""
    cure = "leave it out, or the later one that sets the same"
    return [
        Finding(f"--over {p.name}", "it has no effect beside the others", cure)
        for n, p in enumerate(found)
        if len(found) > 1 and _is_lost(found, n, case)
    ]


def _is_lost(found: Sequence[Parameter], n: int, case: Case) -> bool:
    """Whether a parameter changes the case, but not where the others are set too."""
    first = [p.values[0] for p in found]
    others, rest = [*found[:n], *found[n + 1 :]], [*first[:n], *first[n + 1 :]]
    try:
        without = settled(others, case, rest)
        together = [settled(found, case, [*first[:n], v, *first[n + 1 :]]) for v in found[n].values]
        alone = [found[n].turn(case, v) for v in found[n].values]
    except InvalidInput:  # one needs the other
        return False
    return all(c == without for c in together) and any(c != case for c in alone)
