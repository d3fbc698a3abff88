"""What a case file must satisfy before it can become an area."""

from collections.abc import Iterator

import numpy as np

from scenarios.findings import Finding
from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.columns import BUS_TYPES
from scenarios.importers.matpower.dc_lines import line_findings
from scenarios.importers.matpower.islands import kinds
from scenarios.importers.matpower.units import cost_findings, live_buses, unit_findings

FINITE = {
    "bus": ("BUS_I", "BUS_TYPE", "PD", "QD", "GS", "BS", "BASE_KV", "ZONE", "VMAX", "VMIN"),
    "branch": ("F_BUS", "T_BUS", "BR_R", "BR_X", "BR_B", "TAP", "SHIFT", "BR_STATUS"),
    "gen": ("GEN_BUS", "GEN_STATUS", "VG", "PG", "QG"),
    "dcline": ("F_BUS", "T_BUS", "BR_STATUS", "PF", "QF", "QT", "VF", "VT", "LOSS0", "LOSS1"),
}


def case_findings(case: Case) -> list[Finding]:
    """All findings on one case whose tables could be read."""
    return (
        list(_finite(case))
        or list(_bus_numbers(case))
        or list(_ends(case))
        or [
            *_references(case),
            *line_findings(case),
            *unit_findings(case),
            *cost_findings(case),
        ]
    )


def _finite(case: Case) -> Iterator[Finding]:
    for table, names in FINITE.items():
        for name in names if table in case.tables else ():
            for row in np.flatnonzero(~np.isfinite(case.column(table, name))).tolist():
                yield Finding(case.place(table, row), f"{name} is not finite", "give a number")


def _bus_numbers(case: Case) -> Iterator[Finding]:
    seen: set[float] = set()
    types = case.column("bus", "BUS_TYPE").tolist()
    for row, number in enumerate(case.column("bus", "BUS_I").tolist()):
        place = case.place("bus", row)
        if number != int(number) or number < 1:
            yield Finding(place, f"bus number {number:g}", "bus numbers are 1, 2, 3, ...")
        elif number in seen:
            yield Finding(place, f"bus {number:g} stands here again", "give each bus one row")
        if types[row] not in BUS_TYPES.values():
            yield Finding(place, f"bus type {types[row]:g}", "types are 1 PQ, 2 PV, 3 slack, 4 off")
        seen.add(number)


def _ends(case: Case) -> Iterator[Finding]:
    known = set(case.column("bus", "BUS_I").tolist())
    two = ("F_BUS", "T_BUS")
    for table, columns in (("branch", two), ("gen", ("GEN_BUS",)), ("dcline", two)):
        for column in columns if table in case.tables else ():
            for row, number in enumerate(case.column(table, column).tolist()):
                if number not in known:
                    finding = f"{column} is {number:g}, which is not in mpc.bus"
                    yield Finding(case.place(table, row), finding, "name a bus of mpc.bus")


def _references(case: Case) -> Iterator[Finding]:
    if not live_buses(case):
        yield Finding(case.file, "every bus is isolated", "give the buses types 1 to 3")
        return
    references = [bus for bus, kind in kinds(case).items() if kind == BUS_TYPES["REF"]]
    if not references:
        cure = "give a bus type 3: the slack, or the root of a feeder"
        yield Finding(case.file, "no reference bus, and none that could be one", cure)
