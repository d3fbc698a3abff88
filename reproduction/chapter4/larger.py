"""The cases and coordinated operations on the larger Systems B and C."""

import pandas as pd

from market.designs import Design
from reproduction.chapter4.by_case import at_boundaries, in_hours, panels_by_hour
from reproduction.chapter4.designs import CASES, CASES_AND_CMO, CHOSEN, ESSENTIAL, LAST_CASE
from reproduction.chapter4.tariffs import READING, RETAIL, payoffs_with_tariff
from reproduction.chart import Chart
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved

SYSTEMS = {
    "B": "System B (IEEE 30 with six 33-bus feeders), made-up block offers and devices",
    "C": "System C (IEEE 118 with twelve feeders of 33 and 141 buses), made-up block offers",
}
LMP, MW = ("lmp_usd_per_mwh", "LMP, $/MWh"), ("p_mw", "demand from transmission, MW")
LMP_HOURS = {"B": (10, 16), "C": (6, 19)}
DEMAND_HOURS = (10, 16)  # of System B


@item(
    "table-4.5",
    "Payoff of every distribution operator of Systems B and C by case",
    "Payoff of the day is the surplus of the area: utility less cost less the payment for boundary "
    f"energy; {READING}; {CHOSEN}; {'; '.join(SYSTEMS.values())}.",
)
def payoffs(solved: Solved) -> Reproduced:
    """Payoff ($) of the day by reading, system and area, one column for each case."""
    columns = ["system", "area", "reading", *CASES_AND_CMO]
    parts = []
    for reading, of in READINGS.items():
        for system in SYSTEMS:
            by_case = {n: of(solved, system, design) for n, design in CASES_AND_CMO.items()}
            own = pd.DataFrame(by_case).rename_axis("area").reset_index()
            parts.append(own.assign(system=system, reading=reading)[columns])
    table = pd.concat(parts, ignore_index=True)
    surplus = table[table["reading"] == SURPLUS]
    return Reproduced(table, finding=_payoffs(solved, surplus))


def _surplus(solved: Solved, system: str, design: Design) -> dict[str, float]:
    return solved.settlement(system, design).area_surplus_of_day()


def _with_tariff(solved: Solved, system: str, design: Design) -> dict[str, float]:
    return payoffs_with_tariff(solved.settlement(system, design, RETAIL))


SURPLUS = "surplus"
READINGS = {SURPLUS: _surplus, "with tariff": _with_tariff}


@item(
    "fig-4.10",
    "LMP of distribution areas: System B at hours 10 and 16, System C at hours 6 and 19",
    f"{CHOSEN}; {'; '.join(SYSTEMS.values())}.",
)
def prices(solved: Solved) -> Reproduced:
    """Boundary price ($/MWh) by system, hour, case and area."""
    tables = {
        system: in_hours(at_boundaries(solved, system, LMP[0]), hours)
        for system, hours in LMP_HOURS.items()
    }
    panels = [
        panel
        for system, hours in LMP_HOURS.items()
        for panel in panels_by_hour(tables[system], hours, LMP, "dots", f"System {system}, ")
    ]
    table = pd.concat([t.assign(system=s) for s, t in tables.items()], ignore_index=True)
    return Reproduced(table, Chart(tuple(panels)), _prices(table))


@item(
    "fig-4.11",
    "Demand of distribution areas of System B at hours 10 and 16",
    f"What is delivered at the boundary; {CHOSEN}; {SYSTEMS['B']}.",
)
def demand(solved: Solved) -> Reproduced:
    """Boundary power (MW) by hour, case and area."""
    table = in_hours(at_boundaries(solved, "B", MW[0]), DEMAND_HOURS)
    panels = panels_by_hour(table, DEMAND_HOURS, MW, "bars", "System B, ")
    return Reproduced(table, Chart(panels), _demand(table))


def _payoffs(solved: Solved, table: pd.DataFrame) -> str:
    losses, counts = [], []
    for system, own in table.groupby("system"):
        surplus = {
            c: solved.settlement(str(system), d).net_surplus_usd for c, d in CASES_AND_CMO.items()
        }
        loss = span((surplus["CMO"] - surplus[c] for c in CASES), ",.0f")
        losses.append(f"{loss} $ in System {system}")
        gains = (own[[*CASES]].max(axis=1) > own["CMO"]).sum()
        counts.append(f"{gains} of {len(own)} in System {system}")
    return (
        f"Cases lose {listed(losses)} of the day's net surplus against CMO. "
        f"That is not each DSO's loss: {listed(counts)} would have more in one of the cases."
    )


def _prices(table: pd.DataFrame) -> str:
    mean = table.groupby(["system", "period", "case"])["lmp_usd_per_mwh"].mean()
    lower = [
        f"{mean[s, h, 'CMO']:.1f} instead of {mean[s, h, LAST_CASE]:.1f} at hour {h} of {s}"
        for s, hours in LMP_HOURS.items()
        for h in hours
    ]
    cmo = table[table["case"] == "CMO"].groupby(["system", "period"])["lmp_usd_per_mwh"]
    apart = (cmo.max() - cmo.min()).max()
    return (
        f"Mean prices under CMO instead of Case 4 are {listed(lower)}, in $/MWh. "
        f"Congestion parts the areas of a system by up to {apart:.1f} $/MWh under CMO."
    )


def _demand(table: pd.DataFrame) -> str:
    total = table.groupby(["period", "case"])["p_mw"].sum()
    told = [
        f"{total[h, 'CMO']:.1f} MW at hour {h} against "
        f"{span((total[h, c] for c in CASES), '.1f')} MW in the cases"
        for h in DEMAND_HOURS
    ]
    of = table.set_index(["case", "period", "area"])["p_mw"]
    moved = (of["CMO"] - of[ESSENTIAL]).abs().idxmax()
    hour, area = moved
    return (
        f"All areas together take {listed(told)}. "
        f"Against Case 2 CMO changes most for {area} at hour {hour}: from "
        f"{of[ESSENTIAL][moved]:.1f} to {of['CMO'][moved]:.1f} MW."
    )


ITEMS = (payoffs, prices, demand)
