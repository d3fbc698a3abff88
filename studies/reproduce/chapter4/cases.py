"""Conventional cases against coordinated operations (CMO) on System A."""

import pandas as pd

from market.designs import PRESETS, Design
from studies.reproduce.chapter4.designs import CASES_AND_CMO, CMO, HOURS, LAST_CASE
from studies.reproduce.chart import Chart, Kind, Panel, Series
from studies.reproduce.item import Reproduced, item
from studies.reproduce.solved import Solved

SYSTEM = "A"
CASES = "Cases 1 to 4 bid chi = 70, 85, 100, 115 % of net essential demand, inelastic"
BUS_CURVES: tuple[tuple[str, str, Kind], ...] = (
    ("load_mw", "load, MW", "bars"),
    ("dlmp_usd_per_mwh", "DLMP, $/MWh", "line"),
)
ASSUMED = "System A with made-up costs, bids and profiles"


@item(
    "table-4.3",
    "Net surplus by case",
    f"{CASES}; other readings of the cases beside them. Net surplus is social welfare, the sum of "
    f"DSO payoffs beside it; {ASSUMED}.",
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
                "sum_of_dso_payoffs_usd": sum(settled.payoff_of_day().values()),
            }
        )
    table = pd.DataFrame(rows)
    own = table[table["preset"].isin(["H1", "CMO"])]
    bars = Series("loss", list(own["case"]), list(own["less_than_cmo_usd"]), "bars")
    return Reproduced(table, Chart((Panel("", "case", "net surplus less than CMO, $", (bars,)),)))


@item(
    "table-4.4",
    "Payoff of distribution operators by case",
    f"Payoff is utility less cost less the payment for boundary energy. {CASES}; {ASSUMED}.",
)
def payoffs(solved: Solved) -> Reproduced:
    """Payoff ($) of the day by case and area."""
    rows = [
        {"case": name, "area": area, "payoff_usd": payoff}
        for name, design in CASES_AND_CMO.items()
        for area, payoff in solved.settlement(SYSTEM, design).payoff_of_day().items()
    ]
    table = pd.DataFrame(rows)
    series = tuple(
        Series(str(case), list(own["area"]), list(own["payoff_usd"]), "bars")
        for case, own in table.groupby("case", sort=False)
    )
    return Reproduced(table, Chart((Panel("", "distribution area", "payoff, $", series),)))


@item("fig-4.6", "LMP of distribution areas for the cases and CMO", f"{CASES}; {ASSUMED}.")
def prices_by_case(solved: Solved) -> Reproduced:
    """Boundary price ($/MWh) by case, area and hour."""
    return _by_case(solved, "lmp_usd_per_mwh", "LMP, $/MWh", log_y=True)


@item("fig-4.7", "Demand of distribution areas for the cases and CMO", f"{CASES}; {ASSUMED}.")
def demand_by_case(solved: Solved) -> Reproduced:
    """Boundary power (MW) by case, area and hour."""
    return _by_case(solved, "p_mw", "demand from transmission, MW")


@item(
    "fig-4.8",
    "Load and DLMP at the buses of each feeder, last case and CMO, hour 6",
    f"The last case bids chi = 115 % of net essential demand; {ASSUMED}.",
)
def bus_profile(solved: Solved) -> Reproduced:
    """Load (MW) and DLMP ($/MWh) by bus."""
    found = {name: CASES_AND_CMO[name] for name in (LAST_CASE, "CMO")}
    table = pd.concat(
        [_at_buses(solved, design, HOURS[0]).assign(case=name) for name, design in found.items()]
    )
    panels = []
    for area, own in table.groupby("area", sort=False):
        for column, axis, kind in BUS_CURVES:
            series = tuple(
                Series(str(case), list(at["bus"]), list(at[column]), kind)
                for case, at in own.groupby("case", sort=False)
            )
            panels.append(Panel(str(area), "bus", axis, series))
    return Reproduced(table, Chart(tuple(panels)))


def _all_readings() -> list[tuple[str, str, Design]]:
    rivals = [(p, n, d) for p in ("H2", "H3") for n, d in PRESETS[p].items()]
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


def _at_buses(solved: Solved, design: Design, hour: int) -> pd.DataFrame:
    tables = solved.clearing(SYSTEM, design).tables
    dispatch, lmp = tables["dispatch"].to_pandas(), tables["lmp"].to_pandas()
    drawn = dispatch[(dispatch["period"] == hour) & dispatch["kind"].isin(["load", "bid"])]
    served = drawn["p_mw"] - drawn["unserved_mw"]
    load = served.groupby([drawn["area"], drawn["bus"]]).sum().rename("load_mw").reset_index()
    prices = lmp[(lmp["period"] == hour) & lmp["area"].isin(solved.scenario(SYSTEM).distribution)]
    joined = prices.merge(load, how="left", on=["area", "bus"])
    joined["load_mw"] = joined["load_mw"].where(joined["load_mw"].notna(), 0.0)
    named: pd.DataFrame = joined.rename(columns={"lmp_usd_per_mwh": "dlmp_usd_per_mwh"})
    return named[["area", "bus", "load_mw", "dlmp_usd_per_mwh"]]


ITEMS = (net_surplus, payoffs, prices_by_case, demand_by_case, bus_profile)
