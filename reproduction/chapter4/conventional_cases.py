"""Prices and demand in the conventional cases and under coordinated operations (CMO)."""

import pandas as pd

from reproduction.chapter4.by_case import at_boundaries, in_hours, panels_by_hour
from reproduction.chapter4.designs import (
    ASSUMED_A,
    CHOSEN,
    ESSENTIAL,
    HOURS,
    LAST_CASE,
    SYSTEM,
)
from reproduction.chapter4.surplus_by_case import short
from reproduction.chart import Chart
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved

ALL_HOURS = listed(map(str, HOURS))
PEAK = HOURS[-1]


@item(
    "fig-4.6",
    f"LMP of distribution areas for the cases and CMO, hours {ALL_HOURS}",
    f"{CHOSEN}; {ASSUMED_A}.",
)
def prices_by_case(solved: Solved) -> Reproduced:
    """Boundary price ($/MWh) by case, area and hour."""
    table = in_hours(at_boundaries(solved, SYSTEM, "lmp_usd_per_mwh"), HOURS)
    panels = panels_by_hour(table, HOURS, ("lmp_usd_per_mwh", "LMP, $/MWh"), "dots")
    slack = table[table["period"] != PEAK].groupby("case")["lmp_usd_per_mwh"].mean()
    spans = [
        f"{span(at['lmp_usd_per_mwh'], '.1f')} in {short(str(name))}"
        for name, at in table[table["period"] == PEAK].groupby("case", sort=False)
    ]
    finding = (
        f"At hours {listed(map(str, HOURS[:-1]))} the mean price is {slack[LAST_CASE]:.2f} $/MWh "
        f"in Case 4, {slack[ESSENTIAL]:.2f} in Case 2 and {slack['CMO']:.2f} under CMO. "
        f"At hour {PEAK} lines bind and prices are {listed(spans)} $/MWh."
    )
    return Reproduced(table, Chart(panels), finding)


@item(
    "fig-4.7",
    f"Demand of distribution areas for the cases and CMO, hours {ALL_HOURS}",
    f"What is delivered at the boundary; {CHOSEN}; {ASSUMED_A}.",
)
def demand_by_case(solved: Solved) -> Reproduced:
    """Boundary power (MW) by case, area and hour."""
    table = in_hours(at_boundaries(solved, SYSTEM, "p_mw"), HOURS)
    panels = panels_by_hour(table, HOURS, ("p_mw", "demand from transmission, MW"), "bars")
    return Reproduced(table, Chart(panels), _told(table))


def _told(table: pd.DataFrame) -> str:
    total = table.groupby(["case", "period"])["p_mw"].sum()
    cmo, last = (listed(f"{total[c, h]:.1f}" for h in HOURS) for c in ("CMO", LAST_CASE))
    share = [100 * total["CMO", h] / total[ESSENTIAL, h] for h in HOURS[:-1]]
    return (
        f"At hours {ALL_HOURS} all areas take {cmo} MW under CMO and {last} MW in Case 4. "
        f"No chi suits all hours: CMO takes {listed(f'{s:.0f}' for s in share)} % of what Case 2 "
        f"takes at hours {listed(map(str, HOURS[:-1]))}."
    )


ITEMS = (prices_by_case, demand_by_case)
