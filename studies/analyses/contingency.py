"""Outages of a scenario by the approach asked for, told in a summary and written as tables."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario
from security.cleared_day import ClearedHours
from security.coordinated.boundary_iteration import Exchange
from security.dc.outages import State
from security.dc.screening import Screening
from security.outages.ac import Before
from security.outages.contingency import Contingency
from security.outages.dc import DcBefore
from security.outages.outage import Outage, pair_outages, single_outages
from security.outages.outage_tables import (
    boundary_table,
    flow_table,
    outage_table,
    side_by_side,
    violation_table,
    voltage_table,
)
from security.outages.screened import sensitive_boundaries, with_fixed_feeders
from security.outages.shared_networks import Networks
from studies.report.figures.contingency import CAPTION, TITLE, draw_loading
from studies.report.rendering import Section, figure_page
from studies.runs.run_folder import new_folder, write_frames

Approach = Literal["dc", "ac"]
Watch = Callable[[Sequence[Outage]], Iterable[Outage]]
FOLDER, PAGE = "contingency", "loading.html"
NONE = "none"
STATES = [str(state) for state in State]


def read_pairs(path: str) -> list[tuple[str, str]]:
    """Pairs of branches from a file of two names a line, separated by a comma; none for `none`.

    Raises InvalidInput with every line that is not a pair.
    """
    if path == NONE:
        return []
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        finding = Finding(path, "it is no text in UTF-8", "give two names of branches a line")
        raise InvalidInput("the pairs of branches", [finding]) from error
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines())]
    findings = [
        Finding(f"{path}, line {n}", f"{len(row)} names", "give two names, with a comma between")
        for n, row in enumerate(rows, 1)
        if row and len(row) != 2
    ]
    if findings:
        raise InvalidInput("the pairs of branches", findings)
    return [(row[0], row[1]) for row in rows if row]


@dataclass(frozen=True)
class Asked:
    """How outages are analysed and judged.

    With `screen` feeders that move no flow by this share of its rating draw what they draw without
    outage; with `renewables` PV in all feeders gives this share of their load.
    """

    approach: Approach = "ac"
    coordinated: bool = True
    exponent: int = 1
    only_violations: bool = False
    q_limits: bool = False
    screen: float | None = None
    renewables: float | None = None

    def __post_init__(self) -> None:
        """Raise InvalidInput with shares that cannot be."""
        shares = {"--screen": self.screen, "--renewables": self.renewables}
        findings = [
            Finding(option, f"it is {share:g}", "use a share from 0, such as 0.02")
            for option, share in shares.items()
            if share is not None and not 0 <= share < float("inf")
        ]
        if findings:
            raise InvalidInput("the command", findings)


def outages_of(before: Before, pairs: Sequence[tuple[str, str]]) -> tuple[Outage, ...]:
    """All single outages of transmission, and the pairs asked for."""
    upper = before.operators.upper
    return (*single_outages(upper), *pair_outages(upper.network, pairs))


def begun(scenario: Scenario, period: int | None, asked: Asked) -> Before:
    """The state without outage."""
    return Before.of(scenario, period, coordinated=asked.coordinated, q_limits=asked.q_limits)


def screened(
    scenario: Scenario, before: Before, period: int | None, asked: Asked
) -> tuple[Before, Screening]:
    """The state without outage with feeders that hardly matter as loads; raises InvalidInput."""
    found = sensitive_boundaries(before, cast("float", asked.screen))
    return begun(with_fixed_feeders(scenario, before, found.kept), period, asked), found


def begun_as_cleared(
    hours: ClearedHours, networks: Networks, period: int, asked: Asked, last: Before | None = None
) -> Before:
    """The cleared state of one hour, solved from that of another hour where there is one."""
    return Before.at(
        networks,
        hours.at(period),
        Exchange(q_limits=asked.q_limits),
        last.found if last is not None and not last.why else None,
        coordinated=asked.coordinated,
    )


def analysed(
    before: Before, outages: Sequence[Outage], asked: Asked, watch: Watch = iter
) -> Contingency:
    """All outages by one approach; `watch` sees each as it is begun."""
    if asked.approach == "dc":
        linear = DcBefore.of(before)
        left, intact = tuple(linear.after(outages)), linear.intact()
    else:
        left, intact = tuple(before.after(watch(outages))), before.intact()
    return Contingency(before.layout, intact, left, asked.exponent, asked.only_violations)


def outage_summary(found: Contingency) -> dict[str, Any]:
    """Outages by state and their ranking, the most severe first; null where an index is unknown."""
    return {
        "status": "secure" if found.is_secure else "insecure",
        "without_outage": str(found.intact.state),
        "outages": len(found.after),
        **{str(state): found.count(state) for state in State},
        "ranking": [
            [found.names[n], _number(found.pi_mw[n]), _number(found.pi_v[n])] for n in found.ranking
        ],
    }


def write_contingency(before: Before, found: Contingency, asked: Asked, out: Path) -> None:
    """Tables as Parquet and CSV and the heat map of loadings in a new folder.

    The table `ranking` holds the same outages with fixed and with coordinated boundaries.
    Raises InvalidInput.
    """
    with new_folder(out, FOLDER) as (part, _):
        other = replace(before, coordinated=not before.coordinated)
        compared = analysed(other, [one.outage for one in found.after], asked)
        both = (found, compared) if before.coordinated else (compared, found)
        frames = {
            "outage": outage_table(found),
            "flow": flow_table(found),
            "voltage": voltage_table(found),
            "boundary": boundary_table(found),
            "violation": violation_table(found),
            "ranking": side_by_side(dict(zip(("coordinated", "fixed"), both, strict=True))),
        }
        write_frames(part, frames)
        section = Section("loading", TITLE, CAPTION, draw_loading(found))
        page = figure_page("outages in transmission", section)
        (part / PAGE).write_text(page, encoding="utf-8")


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
