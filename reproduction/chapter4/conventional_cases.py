"""Conventional cases against coordinated operations (CMO) on System A."""

import pandas as pd

from market.designs import Design
from reproduction.chapter4.designs import ASSUMED_A, CASES_AND_CMO, CMO, SYSTEM
from reproduction.chart import Chart, Panel, Series
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from studies.study.design_tables import preset_designs

READING = "Cases 1 to 4 bid chi = 70, 85, 100, 115 % of net essential demand, inelastic"


@item(
    "table-4.3",
    "Net surplus by case",
    f"{READING}; rival readings (H2: bid prices, H3: local or wholesale first) beside them. Net "
    f"surplus is social welfare, the sum of the areas' surplus beside it; {ASSUMED_A}.",
)
def net_surplus(solved: Solved) -> Reproduced:
    """Net surplus ($) of the day by preset and case, and its distance to CMO."""
    best = solved.settlement(SYSTEM, CMO).net_surplus_usd
    rows = []
    for preset, name, design in _all_readings():
        settled = solved.settlement(SYSTEM, design)
        rows.append(
            {
                "preset": preset,
                "case": name,
                "net_surplus_usd": settled.net_surplus_usd,
                "less_than_cmo_usd": best - settled.net_surplus_usd,
                "sum_of_area_surplus_usd": sum(settled.area_surplus_of_day().values()),
            }
        )
    table = pd.DataFrame(rows)
    own = table[table["preset"].isin(["H1", "CMO"])]
    bars = Series("loss", list(own["case"]), list(own["less_than_cmo_usd"]), "bars")
    return Reproduced(table, Chart((Panel("", "case", "net surplus less than CMO, $", (bars,)),)))


@item(
    "table-4.4",
    "Payoff of distribution operators by case",
    "Payoff is the surplus of the area: utility less cost less the payment for boundary energy. "
    f"{READING}; {ASSUMED_A}.",
)
def areas_surplus(solved: Solved) -> Reproduced:
    """Surplus ($) of the day by case and area."""
    rows = [
        {"case": name, "area": area, "surplus_usd": surplus}
        for name, design in CASES_AND_CMO.items()
        for area, surplus in solved.settlement(SYSTEM, design).area_surplus_of_day().items()
    ]
    table = pd.DataFrame(rows)
    series = tuple(
        Series(str(case), list(own["area"]), list(own["surplus_usd"]), "bars")
        for case, own in table.groupby("case", sort=False)
    )
    return Reproduced(table, Chart((Panel("", "distribution area", "surplus, $", series),)))


@item("fig-4.6", "LMP of distribution areas for the cases and CMO", f"{READING}; {ASSUMED_A}.")
def prices_by_case(solved: Solved) -> Reproduced:
    """Boundary price ($/MWh) by case, area and hour."""
    return _by_case(solved, "lmp_usd_per_mwh", "LMP, $/MWh", log_y=True)


@item("fig-4.7", "Demand of distribution areas for the cases and CMO", f"{READING}; {ASSUMED_A}.")
def demand_by_case(solved: Solved) -> Reproduced:
    """Boundary power (MW) by case, area and hour."""
    return _by_case(solved, "p_mw", "demand from transmission, MW")


def _all_readings() -> list[tuple[str, str, Design]]:
    rivals = [(p, n, d) for p in ("H2", "H3") for n, d in preset_designs("conventional", p).items()]
    own = [("CMO" if n == "CMO" else "H1", n, d) for n, d in CASES_AND_CMO.items()]
    return [*own, *rivals]


def _by_case(solved: Solved, column: str, axis: str, *, log_y: bool = False) -> Reproduced:
    columns = ["case", "area", "period", column]
    parts = [
        solved.clearing(SYSTEM, design).tables["boundary"].to_pandas().assign(case=name)
        for name, design in CASES_AND_CMO.items()
    ]
    table = pd.concat(parts, ignore_index=True)[columns]
    panels = tuple(
        Panel(str(area), "hour of the day", axis, _curves(own, column), log_y=log_y)
        for area, own in table.groupby("area", sort=False)
    )
    return Reproduced(table, Chart(panels, columns=3))


def _curves(own: pd.DataFrame, column: str) -> tuple[Series, ...]:
    return tuple(
        Series(str(case), list(at["period"]), list(at[column]))
        for case, at in own.groupby("case", sort=False)
    )


ITEMS = (net_surplus, areas_surplus, prices_by_case, demand_by_case)
