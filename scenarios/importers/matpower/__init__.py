"""Scenarios from MATPOWER case files (Zimmerman et al., doi:10.1109/TPWRS.2010.2051168)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scenarios.assembly import Numbered, assemble
from scenarios.check import check_scenario
from scenarios.findings import Finding, InvalidInput, near
from scenarios.importers.matpower.area import feeder_tables, transmission_tables
from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.notes import notes
from scenarios.importers.matpower.per_load import FeedersPerLoad, load_of
from scenarios.importers.matpower.reading import read_case
from scenarios.importers.matpower.rules import case_findings
from scenarios.importers.matpower.units import live_buses, name_of
from scenarios.networks import NetworkTables
from scenarios.resources import TRANSMISSION_DAY, days
from scenarios.scenario import Scenario

TRANSMISSION = "T"  # name of the area


def import_matpower(
    transmission: Path,
    feeders: Mapping[str, Path | Sequence[Path]],
    *,
    per_load: FeedersPerLoad | None = None,
    name: str = "imported",
    periods: int = 24,
    voll_usd_per_mwh: float = 3000.0,
    spill_usd_per_mwh: float | None = None,
) -> Scenario:
    """Scenario of a transmission case and the feeder cases that stand at its boundary buses.

    `feeders` maps a boundary bus to a feeder file, or to several. A feeder's reference bus is the
    boundary bus, and so is that of each of its islands: its generators there stand for the grid and
    are left out, and the load of the transmission case at that bus is replaced by the feeder
    (shunts and dispatchable loads stay).
    The areas are called T and D10, the boundary B10, for boundary bus 10; a second feeder there
    is D10-2 at B10-2. Every hour of the day is the same, but `per_load`, which hangs a scaled
    feeder at many loads, gives all loads a synthetic day. Spilling costs as much as shedding
    unless `spill_usd_per_mwh` says otherwise. What of the files could not be taken as it stands
    is said in `sources`.

    Raises InvalidInput with everything that cannot be imported.
    """
    named = dict(_named(feeders))
    cases = _sound_cases(transmission, named, per_load)
    hung = per_load.files_at(cases[TRANSMISSION], feeders) if per_load else {}
    scenario = assemble(
        name,
        list(_areas(cases, named, per_load, hung)),
        {area: bus for area, (bus, _) in named.items()} | {f"D{bus}": bus for bus in hung},
        profiles=days(periods) if per_load else {},
        hours=(1.0,) * periods,
        voll_usd_per_mwh=voll_usd_per_mwh,
        spill_usd_per_mwh=voll_usd_per_mwh if spill_usd_per_mwh is None else spill_usd_per_mwh,
        sources=(*_notes(cases, named), *(per_load.notes(hung) if per_load else ())),
    )
    found = check_scenario(scenario)
    if found:
        raise InvalidInput("the scenario from the MATPOWER files", found)
    return scenario


def _areas(
    cases: Mapping[str, Case],
    named: Mapping[str, tuple[str, Path]],
    per_load: FeedersPerLoad | None,
    hung: Mapping[str, Path],
) -> Iterator[NetworkTables]:
    """Transmission, feeders of boundary buses that are named, and those of other loads."""
    upper = cases[TRANSMISSION]
    own = [transmission_tables(upper, TRANSMISSION, {bus for bus, _ in named.values()} | {*hung})]
    own += [feeder_tables(cases[area], area) for area in named]
    yield from map(_with_day, own) if per_load else own
    if per_load:
        load = load_of(upper)
        for bus, path in hung.items():
            yield per_load.hung(cases[str(path)], f"D{bus}", load[bus])


def _with_day(area: NetworkTables) -> NetworkTables:
    """The area with loads that follow the day of transmission."""
    return replace(area, loads=tuple(replace(r, profile=TRANSMISSION_DAY) for r in area.loads))


def _notes(cases: Mapping[str, Case], named: Collection[str]) -> Iterator[str]:
    """What is to be said of each area, or of the feeders of one file."""
    for area, case in cases.items():
        is_area = area == TRANSMISSION or area in named
        place = f"area {area}" if is_area else f"feeder {case.file}"
        yield from notes(place, case, feeder=area != TRANSMISSION)


def _named(
    feeders: Mapping[str, Path | Sequence[Path]],
) -> Iterator[tuple[str, tuple[str, Path]]]:
    """Boundary bus and file of every feeder, by the name of its area."""
    numbered = Numbered("-")
    for bus, files in feeders.items():
        for path in [files] if isinstance(files, Path) else files:
            yield numbered(f"D{bus}"), (bus, path)


def _sound_cases(
    transmission: Path,
    named: Mapping[str, tuple[str, Path]],
    per_load: FeedersPerLoad | None,
) -> dict[str, Case]:
    """The cases by area, or by path where a file serves many loads; raises InvalidInput."""
    paths = {TRANSMISSION: transmission} | {area: path for area, (_, path) in named.items()}
    many = per_load.files if per_load else ()
    cases, findings = _read(paths | {str(path): path for path in many})
    if not findings:
        upper, taken = cases[TRANSMISSION], {bus for bus, _ in named.values()}
        findings = list(_boundary_findings(upper, taken))
        if per_load:
            findings += per_load.findings(upper, {p: cases[str(p)] for p in many}, taken)
    if findings:
        raise InvalidInput("the MATPOWER files", findings)
    return cases


def _read(paths: Mapping[str, Path]) -> tuple[dict[str, Case], list[Finding]]:
    """The cases by area, and the findings of all files."""
    cases: dict[str, Case] = {}
    findings: list[Finding] = []
    for area, path in paths.items():
        cases[area], found = read_case(path)
        findings += found or case_findings(cases[area])
    return cases, findings


def _boundary_findings(case: Case, feeders: Collection[str]) -> Iterator[Finding]:
    known = {name_of(number) for number in live_buses(case)}
    for bus in feeders:
        if bus not in known:
            finding = f"bus {bus!r} is not in {case.file}"
            yield Finding(f"feeder at {bus}", finding, f"name a boundary bus; {near(bus, known)}")
