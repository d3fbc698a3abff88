"""Which limits of a scenario contradict each other, where no design can clear it."""

from collections.abc import Iterator, Mapping

import numpy as np

from market.operators.day import Day
from market.operators.operators import Operators
from scenarios.findings import Finding
from solvers.elastic import relief
from solvers.errors import SolveFailed
from solvers.program import Positions, Vector

NOTICED = 1e-6  # of a limit's size; less is what a simplex leaves
MOST = 12  # findings
CURE = (
    "relax this limit, or what forces it: fixed flows of phase shifters, voltage bands, power that "
    "must cross a boundary"
)


def conflicts(operators: Operators) -> list[Finding]:
    """What would have to give for the whole system to have a schedule; empty where it has one."""
    models = operators.shared_models()
    joined = models.joined
    try:
        given = relief(joined.program, "limits in conflict", operators.time_limit_s)
    except SolveFailed:
        return []
    if given is None:
        return []
    found: dict[tuple[str, str], Finding] = {}
    for day, columns, rows in zip(models.days, joined.columns, joined.rows, strict=True):
        for finding in (
            *_exceeded(day, day.columns, given.columns[columns]),
            *_exceeded(day, day.rows, given.rows[rows]),
        ):
            found.setdefault((finding.place, finding.finding), finding)
    return list(found.values())[:MOST]


def forced_exports(operators: Operators) -> list[Finding]:
    """Areas that cannot do without exporting, which designs without exports cannot clear."""
    found = []
    for day in operators.shared_models().days[1:]:
        places = day.columns["p_boundary"]
        program = day.program.copy()
        own = np.maximum(-program.upper[places], 0.0)  # by its own limits, and by its network
        program.lower[places] = np.maximum(program.lower[places], 0.0)
        program.upper[places] = np.maximum(program.upper[places], 0.0)
        given = relief(program, "no exports", operators.time_limit_s)
        if given is not None:
            own = np.maximum(own, given.columns[places])
        if own.max(initial=0.0) > NOTICED:
            finding = f"it must export in {_when(own.max(axis=0))}, up to {own.max():.4g} MW"
            cure = "allow less to cross the boundary, or leave out designs without exports"
            found.append(Finding(f"area {day.view.name!r}", finding, cure))
    return found


def _exceeded(day: Day, names: Mapping[str, Positions], given: Vector) -> Iterator[Finding]:
    """Members whose limits would be exceeded, with the periods and the most of it."""
    for name, places in names.items():
        for member, own in zip(day.members[name], given[places], strict=True):
            if own.max(initial=0.0) > NOTICED:
                finding = f"no schedule keeps its limit in {_when(own)}: {own.max():.4g} beyond it"
                yield Finding(f"area {day.view.name!r}, {name} of {_text(member)}", finding, CURE)


def _when(given: Vector) -> str:
    periods = np.flatnonzero(given > NOTICED) + 1
    first = f"period {periods[0]}"
    return first if periods.size == 1 else f"{periods.size} periods, from {first} on"


def _text(member: object) -> str:
    return "/".join(map(str, member)) if isinstance(member, tuple) else str(member)
