"""The cases and coordinated operations on the larger Systems B and C."""

import pandas as pd

from reproduction.chapter4.designs import CASES_AND_CMO, CMO, LAST_CASE
from reproduction.chart import Chart, Heat, Panel
from reproduction.item import Reproduced, item
from reproduction.solved import Solved

SYSTEMS = {
    "B": "System B (IEEE 30 with six 33-bus feeders), made-up block offers and devices",
    "C": "System C (IEEE 118 with twelve feeders of 33 and 141 buses), made-up block offers",
}


@item(
    "table-4.5",
    "Size and net surplus of Systems B and C",
    "Net surplus is social welfare; Cases 1 to 4 bid chi = 70, 85, 100, 115 % of net essential "
    "demand; offers, bids and devices are made up.",
)
def sizes_and_surplus(solved: Solved) -> Reproduced:
    """Size, net surplus ($) and its distance to CMO by system and case."""
    rows = []
    for system in SYSTEMS:
        scenario = solved.scenario(system)
        best = solved.settlement(system, CMO).net_surplus_usd
        for name, design in CASES_AND_CMO.items():
            settled = solved.settlement(system, design)
            rows.append(
                {
                    "system": system,
                    "distribution_areas": len(scenario.distribution),
                    "buses": len(scenario.buses),
                    "case": name,
                    "net_surplus_usd": settled.net_surplus_usd,
                    "less_than_cmo_usd": best - settled.net_surplus_usd,
                    "sum_of_area_surplus_usd": sum(settled.area_surplus_of_day().values()),
                }
            )
    return Reproduced(pd.DataFrame(rows))


@item(
    "fig-4.10",
    "LMP and demand schedule of distribution areas, System B",
    f"Last case (chi = 115 %) and CMO; {SYSTEMS['B']}.",
)
def system_b(solved: Solved) -> Reproduced:
    """Boundary power (MW) and price ($/MWh) by case, area and hour."""
    return _schedules(solved, "B")


@item(
    "fig-4.11",
    "LMP and demand schedule of distribution areas, System C",
    f"Last case (chi = 115 %) and CMO; {SYSTEMS['C']}.",
)
def system_c(solved: Solved) -> Reproduced:
    """Boundary power (MW) and price ($/MWh) by case, area and hour."""
    return _schedules(solved, "C")


def _schedules(solved: Solved, system: str) -> Reproduced:
    parts = [
        solved.clearing(system, CASES_AND_CMO[name])
        .tables["boundary"]
        .to_pandas()
        .assign(case=name)
        for name in (LAST_CASE, "CMO")
    ]
    columns = ["case", "area", "period", "p_mw", "lmp_usd_per_mwh"]
    table = pd.concat(parts, ignore_index=True)[columns]
    panels = tuple(
        _heat(f"{name}: {words}", own, column, unit, _ends(table[column]))
        for column, words, unit in (
            ("lmp_usd_per_mwh", "LMP", "$/MWh"),
            ("p_mw", "demand from transmission", "MW"),
        )
        for name, own in table.groupby("case", sort=False)
    )
    return Reproduced(table, Chart(panels))


def _ends(values: pd.Series) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _heat(
    title: str, own: pd.DataFrame, column: str, unit: str, limits: tuple[float, float]
) -> Panel:
    grid = own.pivot_table(values=column, index="area", columns="period", sort=False)
    heat = Heat(list(grid.columns), list(grid.index), grid.to_numpy().tolist(), unit, limits)
    return Panel(title, "hour of the day", "", heat=heat)


ITEMS = (sizes_and_surplus, system_b, system_c)
