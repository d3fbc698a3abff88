"""Scenarios from MATPOWER case files (Zimmerman et al., doi:10.1109/TPWRS.2010.2051168)."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from scenarios.assembly import assemble
from scenarios.check import check_scenario
from scenarios.findings import Finding, InvalidInput, near
from scenarios.importers.matpower.area import feeder_tables, transmission_tables
from scenarios.importers.matpower.case import Case, read_case
from scenarios.importers.matpower.columns import COLUMNS
from scenarios.importers.matpower.rules import case_findings
from scenarios.importers.matpower.units import live_buses, name_of
from scenarios.scenario import Scenario


def import_matpower(
    transmission: Path,
    feeders: Mapping[str, Path],
    *,
    name: str = "imported",
    periods: int = 24,
    voll_usd_per_mwh: float = 3000.0,
    spill_usd_per_mwh: float | None = None,
) -> Scenario:
    """Scenario of a transmission case and the feeder cases that stand at its boundary buses.

    `feeders` maps a boundary bus to a feeder file. A feeder's reference bus is the boundary bus:
    its generators there stand for the grid and are left out, and the load of the transmission
    case at that bus is replaced by the feeder (shunts and dispatchable loads stay). The areas are
    called T and D10, the boundary B10, for boundary bus 10. Every hour of the day is the same.
    Spilling costs as much as shedding unless `spill_usd_per_mwh` says otherwise.

    Raises InvalidInput with everything that cannot be imported.
    """
    paths = {"T": transmission} | {f"D{bus}": path for bus, path in feeders.items()}
    cases, findings = _read(paths)
    if not findings:
        findings = list(_boundary_findings(cases["T"], feeders))
    if findings:
        raise InvalidInput("the MATPOWER files", findings)
    scenario = assemble(
        name,
        [
            transmission_tables(cases["T"], "T", feeders),
            *(feeder_tables(cases[f"D{bus}"], f"D{bus}") for bus in feeders),
        ],
        {bus: f"D{bus}" for bus in feeders},
        profiles={},
        hours=(1.0,) * periods,
        voll_usd_per_mwh=voll_usd_per_mwh,
        spill_usd_per_mwh=voll_usd_per_mwh if spill_usd_per_mwh is None else spill_usd_per_mwh,
        sources=tuple(note for area, case in cases.items() for note in _notes(area, case)),
    )
    found = check_scenario(scenario)
    if found:
        raise InvalidInput("the scenario from the MATPOWER files", found)
    return scenario


def _read(paths: Mapping[str, Path]) -> tuple[dict[str, Case], list[Finding]]:
    """The cases by area, and the findings of all files."""
    cases: dict[str, Case] = {}
    findings: list[Finding] = []
    for area, path in paths.items():
        cases[area], found = read_case(path)
        findings += found or case_findings(cases[area])
    return cases, findings


def _boundary_findings(case: Case, feeders: Mapping[str, Path]) -> Iterator[Finding]:
    known = {name_of(number) for number in live_buses(case)}
    for bus in feeders:
        if bus not in known:
            finding = f"bus {bus!r} is not in {case.file}"
            yield Finding(f"feeder at {bus}", finding, f"name a boundary bus; {near(bus, known)}")


def _notes(area: str, case: Case) -> Iterator[str]:
    """Where an area comes from, and what of the file has no counterpart here."""
    yield f"area {area}: MATPOWER case file {case.file}"
    if np.any(case.column("bus", "BASE_KV") == 0):
        yield f"area {area}: nominal voltages are not given; 1 kV stands for them"
    costs = case.tables.get("gencost")
    if costs is not None and np.any(costs.values[:, 1:3]):
        yield f"area {area}: start-up and shut-down costs are not used"
    if _limits_angles(case):
        yield f"area {area}: limits on angle differences are not used"


def _limits_angles(case: Case) -> bool:
    """Whether any branch bounds its angle difference (0 and 360 degrees mean no bound)."""
    if case.tables["branch"].values.shape[1] < COLUMNS["branch"]["ANGMAX"]:
        return False
    bounds = np.abs([case.column("branch", c) for c in ("ANGMIN", "ANGMAX")])
    return bool(np.any((bounds > 0) & (bounds < 360)))
