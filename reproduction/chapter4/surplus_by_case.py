"""Net surplus and payoffs in the conventional cases and under coordinated operations (CMO)."""

import pandas as pd

from market.designs import Design
from reproduction.chapter4.designs import ASSUMED_A, CASES, CASES_AND_CMO, CHOSEN, CMO, SYSTEM
from reproduction.chapter4.tariffs import READING, RETAIL, payoffs_with_tariff
from reproduction.chart import Chart, Panel, Series
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from studies.study.design_tables import preset_designs

RIVALS = {
    "H1": "chi = 70, 85, 100, 115 %",
    "H2": "bid prices",
    "H3": "local or wholesale first, with and without flexible load",
}


@item(
    "table-4.3",
    "Net surplus by case",
    f"{CHOSEN}; rival readings beside them ({'; '.join(f'{k}: {v}' for k, v in RIVALS.items())}). "
    f"Net surplus is social welfare, the sum of the areas' surplus beside it ({READING}); "
    f"{ASSUMED_A}.",
)
def net_surplus(solved: Solved) -> Reproduced:
    """Net surplus ($) of the day by reading and case, and its distance to CMO."""
    best = solved.settlement(SYSTEM, CMO).net_surplus_usd
    rows = []
    for reading, name, design in _all_readings():
        settled = solved.settlement(SYSTEM, design)
        rows.append(
            {
                "reading": reading,
                "case": name,
                "net_surplus_usd": settled.net_surplus_usd,
                "less_than_cmo_usd": best - settled.net_surplus_usd,
                "sum_of_area_surplus_usd": sum(settled.area_surplus_of_day().values()),
                "sum_with_tariff_usd": sum(
                    payoffs_with_tariff(solved.settlement(SYSTEM, design, RETAIL)).values()
                ),
            }
        )
    table = pd.DataFrame(rows)
    own = table[table["reading"].isin(["chosen", "CMO"])]
    bars = Series("loss", list(own["case"]), list(own["less_than_cmo_usd"]), "bars")
    panel = Panel("", "case", "net surplus less than CMO, $ per day", (bars,))
    return Reproduced(table, Chart((panel,)), _losses(table))


@item(
    "table-4.4",
    "Payoff of distribution operators by case",
    "Payoff is the surplus of the area: utility less cost less the payment for boundary energy. "
    f"Beside it {READING}; and the operator's own account then; {CHOSEN}; {ASSUMED_A}.",
)
def areas_surplus(solved: Solved) -> Reproduced:
    """Surplus ($) of the day by case and area, and the operator's account with tariffs."""
    rows = []
    for name, design in CASES_AND_CMO.items():
        by_tariff = solved.settlement(SYSTEM, design, RETAIL)
        account, payoff = by_tariff.dso_account_of_day(), payoffs_with_tariff(by_tariff)
        for area, surplus in solved.settlement(SYSTEM, design).area_surplus_of_day().items():
            row = {"case": name, "area": area, "surplus_usd": surplus}
            row["payoff_with_tariff_usd"] = payoff[area]
            rows.append({**row, "account_with_tariff_usd": account[area]})
    table = pd.DataFrame(rows)
    series = series_by(table, "case", "area", "surplus_usd", "bars")
    panel = Panel("", "distribution area", "payoff, $ per day", series)
    return Reproduced(table, Chart((panel,)), _payoffs(table))


def short(case: str) -> str:
    """A case without what it bids."""
    return case.partition(" (")[0]


def _all_readings() -> list[tuple[str, str, Design]]:
    rivals = [
        (reading, name, design)
        for reading in RIVALS
        for name, design in preset_designs("conventional", reading).items()
    ]
    own = [("CMO" if n == "CMO" else "chosen", n, d) for n, d in CASES_AND_CMO.items()]
    return own + rivals


def _losses(table: pd.DataFrame) -> str:
    own = table[table["reading"] == "chosen"]
    rest = table[table["reading"].isin(RIVALS)]
    (least,) = rest.nsmallest(1, "less_than_cmo_usd").itertuples()
    cases = [
        f"{loss:,.0f} $ in {short(case)}"
        for case, loss in zip(own["case"], own["less_than_cmo_usd"], strict=True)
    ]
    return (
        f"Net surplus of the day falls short of CMO's by {listed(cases)}. "
        f"Of the {len(rest)} cases by other readings {least.case} comes nearest to CMO and "
        f"still loses {least.less_than_cmo_usd:,.0f} $."
    )


def _payoffs(table: pd.DataFrame) -> str:
    of = table.pivot_table(values="surplus_usd", index="area", columns="case", sort=False)
    better = {short(case): list(of.index[of[case] > of["CMO"]]) for case in CASES}
    gainers = [f"{listed(found)} in {case}" for case, found in better.items() if found]
    told = f"more than under CMO has {listed(gainers)}" if gainers else "none has more in a case"
    sums = of.sum()
    return (
        f"All DSOs together have {sums['CMO']:,.0f} $ a day under CMO and "
        f"{span((sums[c] for c in CASES), ',.0f')} $ in the cases. "
        f"CMO is best for the sum of all parties, not for each DSO: {told}."
    )


ITEMS = (net_surplus, areas_surplus)
