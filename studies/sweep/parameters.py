"""What a sweep varies: names with their values, checked together before anything is cleared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from scenarios.check import check_scenario
from scenarios.findings import Finding, InvalidInput, near
from scenarios.records import TABLES
from studies.fitting import refuse_unfit
from studies.sweep.case import Case, Knob, Scalar, findings_of, misfit
from studies.sweep.columns import column_knob
from studies.sweep.short_names import SHORT_NAMES
from studies.sweep.study_keys import HEADS, study_knob
from studies.sweep.values import FACTOR, values_of

MOST_SHOWN = 3  # findings on one value; a value that does not fit misfits in every row


@dataclass(frozen=True)
class Parameter:
    """One name with its values, in the order of the sweep; `turn` sets a value."""

    name: str
    values: tuple[Scalar, ...]
    kind: type
    unit: str
    turn: Callable[[Case, Any], Case]

    def setting(self, value: Scalar) -> str:
        """Name and value, as the command line would say it."""
        return f"{self.name}={str(value).lower() if isinstance(value, bool) else value}"


def read_parameters(over: Sequence[str], case: Case) -> tuple[Parameter, ...]:
    """The parameters that `NAME=VALUES` texts ask for; raises `InvalidInput` with all findings.

    Each value is tried, with the first value of all other parameters.
    """
    found: list[Parameter] = []
    findings: list[Finding] = []
    for text in over:
        try:
            found.append(_parameter(text, case))
        except InvalidInput as invalid:
            findings += invalid.findings
    findings += _same_names(found)
    if not findings:
        findings += _value_findings(found, case) or _overridden(found, case)
    if findings:
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
    refuse_unfit("sweep", case.study.designs, case.scenario)


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
    return Parameter(name, listed, kind, unit, turn)


def _knob(name: str, case: Case) -> Knob:
    if name in SHORT_NAMES:
        return SHORT_NAMES[name].knob
    head = name.partition(".")[0]
    if head in HEADS and "." in name:
        return study_knob(name, case)
    if head.partition("[")[0] in TABLES and "." in name:
        return column_knob(name, case)
    known = [*SHORT_NAMES, *HEADS, *TABLES]
    forms = "a short name, TABLE.COLUMN, TABLE[ROW].COLUMN or designs.NAME.KEY"
    cure = f"use {forms}; {near(name, known)}"
    raise misfit(name, "there is nothing of that name", cure)


def _same_names(found: Sequence[Parameter]) -> Iterator[Finding]:
    names = [p.name for p in found]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Finding(f"--over {name}", "it is there twice", "give all its values at once")


def _value_findings(found: Sequence[Parameter], case: Case) -> list[Finding]:
    """What is wrong with each value alone."""
    first = [p.values[0] for p in found]
    findings: list[Finding] = []
    for n, parameter in enumerate(found):
        for value in parameter.values if n == 0 else parameter.values[1:]:
            values = [*first[:n], value, *first[n + 1 :]]
            findings += _shown(found, values, n, case)
    return findings


def _shown(
    found: Sequence[Parameter], values: Sequence[Scalar], varied: int, case: Case
) -> Iterator[Finding]:
    """The first findings on a set of values, at the place of the one that is varied."""

    def attempt() -> None:
        refuse_invalid(settled(found, case, values))

    wrong = list(findings_of(attempt))
    at = f"--over {found[varied].setting(values[varied])}"
    for finding in wrong[:MOST_SHOWN]:
        yield replace(finding, place=f"{at}: {finding.place}")
    if len(wrong) > MOST_SHOWN:
        more = f"{len(wrong) - MOST_SHOWN} more findings on this value"
        yield Finding(at, more, "mend the first ones, then see what is left")


def _overridden(found: Sequence[Parameter], case: Case) -> list[Finding]:
    """Parameters whose value is lost because a later one sets the same thing."""
    findings = []
    for earlier, later in combinations(found, 2):
        value = later.values[0]
        alone = later.turn(case, value)
        turned = [earlier.turn(case, v) for v in earlier.values]
        if all(later.turn(c, value) == alone for c in turned) and any(c != case for c in turned):
            finding = f"{later.name} sets the same, so this one has no effect"
            findings.append(Finding(f"--over {earlier.name}", finding, "leave one of them out"))
    return findings
