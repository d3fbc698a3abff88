"""DC lines of a case file (MATPOWER User's Manual, section 7.6.3)."""

from collections.abc import Iterator, Sequence

import numpy as np

from scenarios.assembly import Numbered
from scenarios.findings import Finding
from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.columns import DCLINE
from scenarios.importers.matpower.costs import Polynomial, UnusableCost, read_cost, slopes
from scenarios.importers.matpower.units import live_buses, name_of, no_limit_of, unlimited_mw
from scenarios.records import DcLine


def live_lines(case: Case) -> list[int]:
    """Rows of mpc.dcline (from 0) that are in service between buses that are not isolated."""
    if "dcline" not in case.tables:
        return []
    live = live_buses(case)
    columns = (case.column("dcline", name).tolist() for name in ("F_BUS", "T_BUS", "BR_STATUS"))
    return [
        n for n, (i, j, on) in enumerate(zip(*columns, strict=True)) if on > 0 and {i, j} <= live
    ]


def line_buses(case: Case) -> set[str]:
    """Buses at which DC lines in service end; their converters hold the voltage."""
    ends = (case.column("dcline", name)[live_lines(case)] for name in ("F_BUS", "T_BUS"))
    return {name_of(bus) for end in ends for bus in end.tolist()} if live_lines(case) else set()


def lines_of(case: Case, area: str) -> Iterator[DcLine]:
    """DC lines in service; where a flow has no limit, what all units could do stands for it."""
    numbered, most = Numbered("#"), unlimited_mw(case)
    for row in live_lines(case):
        at = {name: float(case.column("dcline", name)[row]) for name in DCLINE}
        start, end = name_of(at["F_BUS"]), name_of(at["T_BUS"])
        q = {n: no_limit_of(at[n]) for n in ("QMINF", "QMAXF", "QMINT", "QMAXT")}
        yield DcLine(
            area,
            numbered(f"dc-{start}-{end}"),
            start,
            end,
            max(at["PMIN"], -most),
            min(at["PMAX"], most),
            at["LOSS0"],
            at["LOSS1"],
            _cost_of(case, row),
            q["QMINF"],
            q["QMAXF"],
            q["QMINT"],
            q["QMAXT"],
            v_from_pu=at["VF"],
            v_to_pu=at["VT"],
            p_base_mw=at["PF"],
            q_base_from_mvar=at["QF"],
            q_base_to_mvar=at["QT"],
        )


def gaining_lines(case: Case) -> list[int]:
    """Rows whose flow from the to end MATPOWER's loss would feed rather than tax."""
    part, least = (case.column("dcline", name) for name in ("LOSS1", "PMIN"))
    return [row for row in live_lines(case) if part[row] > 0 and least[row] < 0]


def line_findings(case: Case) -> Iterator[Finding]:
    """What keeps the lines in service from being taken."""
    rows = live_lines(case)
    if not rows:
        return
    limited = ("PMIN", "PMAX", "QMINF", "QMAXF", "QMINT", "QMAXT")
    for row in rows:
        place = case.place("dcline", row)
        if np.isnan([case.column("dcline", name)[row] for name in limited]).any():
            yield Finding(place, "a limit of P or Q is not a number", "give limits, or Inf")
    if "dclinecost" in case.tables:
        yield from _cost_findings(case, rows)


def _cost_findings(case: Case, rows: Sequence[int]) -> Iterator[Finding]:
    priced, lines = (len(case.tables[t].values) for t in ("dclinecost", "dcline"))
    if priced != lines:
        finding = f"mpc.dclinecost has {priced} rows for {lines} DC lines"
        yield Finding(case.file, finding, "give one row for each line, in the same order")
        return
    for row in rows:
        try:
            _cost_of(case, row)
        except UnusableCost as error:
            cure = "give a cost in proportion to the flow, or none"
            yield Finding(case.place("dclinecost", row), str(error), cure)


def _cost_of(case: Case, row: int) -> float:
    """Cost of a MWh that leaves the from bus ($/MWh); raises UnusableCost."""
    if "dclinecost" not in case.tables:
        return 0.0
    cost = read_cost(case.tables["dclinecost"].values[row].tolist())
    one = cost.curve(1.0)
    bends = cost.a if isinstance(cost, Polynomial) else np.ptp(slopes(cost))
    if bends or one.at_zero_usd_per_h:
        raise UnusableCost("the cost of a DC line is not in proportion to its flow")
    return one.segments[0].price_usd_per_mwh
