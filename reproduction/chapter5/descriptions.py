"""What happens in each of the cases: tables of events, by feeder."""

from collections.abc import Sequence

import pandas as pd

from reproduction.chapter5.assumed import ASSUMED
from reproduction.chapter5.cases import CASE_1, CASE_5, CASES_2_TO_4, Case
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.systems.coupled import load_mw
from scenarios.systems.outages import NAMES, Active

READING = (
    "plants at full output before, PV at bus 25, wind at bus 33, a generator at bus 18 of every "
    "feeder; sizes and events are assumed"
)


@item("table-5.2", "Description of Case 1", f"One row for each feeder; {READING}; {ASSUMED}.")
def case_1(solved: Solved) -> Reproduced:
    """Load and plants (MW) of every feeder before and after the event."""
    return _described(solved, (CASE_1,))


@item(
    "table-5.3",
    "Description of Cases 2, 3 and 4",
    f"One row for each case and feeder; {READING}; {ASSUMED}.",
)
def cases_2_to_4(solved: Solved) -> Reproduced:
    """Load and plants (MW) of every feeder before and after each event."""
    return _described(solved, CASES_2_TO_4)


@item("table-5.5", "Description of Case 5", f"One row for each feeder; {READING}; {ASSUMED}.")
def case_5(solved: Solved) -> Reproduced:
    """Load and plants (MW) of every feeder before and after the event."""
    return _described(solved, (CASE_5,))


def _described(solved: Solved, cases: Sequence[Case]) -> Reproduced:
    table = pd.DataFrame([row for case in cases for row in _rows(solved, case)])
    return Reproduced(table, finding=_told(table))


def _rows(solved: Solved, case: Case) -> list[dict[str, object]]:
    before, after = solved.scenario(Active()), solved.scenario(case.after)
    rows = []
    for boundary in before.boundaries:
        row: dict[str, object] = {
            "case": case.name,
            "area": boundary.area,
            "boundary_bus": boundary.transmission_bus,
            "load_mw": load_mw(before, boundary.area),
        }
        for technology, name in NAMES.items():
            for when, scenario in (("before", before), ("after", after)):
                row[f"{name}_{when}_mw"] = sum(
                    g.p_max_mw
                    for g in scenario.generators
                    if (g.area, g.technology) == (boundary.area, technology)
                )
        rows.append(row | {"voltage_factor": case.voltage, "line_lost": case.out or ""})
    return rows


def _told(table: pd.DataFrame) -> str:
    """How much generation each case takes, and from how many feeders; then what else it does."""
    lost = sum(table[f"{n}_before_mw"] - table[f"{n}_after_mw"] for n in NAMES.values())
    taken = []
    for case, own in table.assign(lost=lost).groupby("case", sort=False):
        hit = own[own["lost"] > 0]
        words = f"{hit['lost'].sum():.1f} MW in {listed(hit['area'])}" if len(hit) else "none"
        taken.append(f"{words} in case {str(case).partition(':')[0]}")
    by_area = table.drop_duplicates("area")
    made = sum(by_area[f"{n}_before_mw"].sum() for n in NAMES.values())
    beside = [f"lowers voltages to {v:g}" for v in table["voltage_factor"].unique() if v != 1]
    beside += [f"takes line {line} out" for line in table["line_lost"].unique() if line]
    more = f"; one event also {' and '.join(beside)}" if beside else ""
    return (
        f"Generation that is lost: {'; '.join(taken)}. Before, the feeders make {made:.1f} of the "
        f"{by_area['load_mw'].sum():.1f} MW that they load{more}."
    )


ITEMS = (case_1, cases_2_to_4, case_5)
