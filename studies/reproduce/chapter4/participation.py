"""What wholesale participation is worth: to generators, and to distribution areas by load."""

import pandas as pd

from market.designs import LocalWholesale
from studies.reproduce.chapter4.at_level import AtLevel
from studies.reproduce.chapter4.designs import TIGHT
from studies.reproduce.chapter4.sales import ASSUMED, DESIGN, SYSTEM
from studies.reproduce.chart import Chart, Panel
from studies.reproduce.curves import panels_by, series_by
from studies.reproduce.item import Reproduced, item
from studies.reproduce.solved import Solved

LEVELS = (0.3, 0.5, 0.7, 0.9, 1.1)
SHARES = (0.0, 0.5, 1.0)
WITHOUT = LocalWholesale(TIGHT, gamma=0.0)
DAY = ["area", "generator"]
INCENTIVES = {
    "incentive_1_usd": "gain in profit",
    "incentive_2_usd": "margin over beta",
    "incentive_3_usd": "premium over local price",
}


@item(
    "table-4.8",
    "Incentives of distributed generators of type 1",
    "Sums of the day; incentive 1 is profit less profit without wholesale sales, 2 the margin over "
    f"the offer price, 3 the premium over the local price on wholesale sales; {ASSUMED}.",
)
def incentives(solved: Solved) -> Reproduced:
    """Sales, revenues and incentives ($) of the day by generator."""
    hourly = _sales(solved, DESIGN)
    before = _sales(solved, WITHOUT).groupby(DAY, sort=False)["profit_usd"].sum()
    shares = hourly.groupby(DAY, sort=False)[["gamma", "beta_usd_per_mwh"]].first()
    sums = hourly.drop(columns=["period", *shares.columns]).groupby(DAY, sort=False).sum()
    gain = sums["profit_usd"] - before
    found = pd.concat([shares, sums.assign(incentive_1_usd=gain)], axis=1).reset_index()
    names = found["area"] + "/" + found["generator"]
    wide = found.assign(name=names)[["name", *INCENTIVES]]
    long = wide.rename(columns=INCENTIVES).melt("name", var_name="of", value_name="usd")
    bars = series_by(long, "of", "name", "usd", "bars")
    return Reproduced(found, Chart((Panel("", "generator", "incentive of the day, $", bars),)))


@item(
    "fig-4.18",
    "Social welfare of DS 2 and DS 3 by load level, with and without wholesale participation",
    "Utility less cost less payment for boundary energy in one hour; transmission load as it is; "
    f"share 0 is without participation, shares 0.5 and 1 are with it; {ASSUMED}.",
)
def welfare_by_load(solved: Solved) -> Reproduced:
    """Welfare ($) of the active areas and of all, by load level and share."""
    rows = [row for level in LEVELS for share in SHARES for row in _welfare(solved, level, share)]
    table = pd.DataFrame(rows)
    shown = table.assign(
        name=table["gamma"].map("share {:g}".format), title=table["area"].map(_title)
    )
    axes = (("load_level", "load level of distribution"), ("welfare_usd", "social welfare, $"))
    panels = panels_by(shown, "title", "name", axes)
    return Reproduced(table, Chart(panels, columns=3))


def _sales(solved: Solved, design: LocalWholesale) -> pd.DataFrame:
    """Sales (MWh), revenues and margins ($) of every type 1 generator and period."""
    tables = {n: t.to_pandas() for n, t in solved.clearing(SYSTEM, design).tables.items()}
    rows = (
        tables["wholesale_offer"]
        .merge(tables["dispatch"].rename(columns={"asset": "generator"}), on=["period", *DAY])
        .merge(tables["lmp"], on=["period", "area", "bus"])
        .rename(columns={"lmp_usd_per_mwh": "local"})
        .merge(tables["boundary"][["period", "area", "lmp_usd_per_mwh"]], on=["period", "area"])
    )
    abroad, home = rows["p_wholesale_mw"], rows["p_mw"] - rows["p_wholesale_mw"]
    price = rows["lmp_usd_per_mwh"]
    named: pd.DataFrame = rows[["period", *DAY, "gamma", "beta_usd_per_mwh"]]
    return named.assign(
        offered_mwh=rows["offered_mw"],
        wholesale_mwh=abroad,
        local_mwh=home,
        wholesale_revenue_usd=price * abroad,
        local_revenue_usd=rows["local"] * home,
        cost_usd=rows["cost_usd"],
        profit_usd=price * abroad + rows["local"] * home - rows["cost_usd"],
        incentive_2_usd=(price - rows["beta_usd_per_mwh"]) * abroad,
        incentive_3_usd=(price - rows["local"]) * abroad,
    )


def _welfare(solved: Solved, level: float, share: float) -> list[dict[str, object]]:
    case, design = AtLevel(level), LocalWholesale(TIGHT, gamma=share)
    scenario = solved.scenario(case)
    active = [a.area for a in scenario.areas if a.type == "B"]
    own = solved.settlement(case, design).payoff_of_day()
    found = {area: own[area] for area in active}
    found["all"] = solved.clearing(case, design).welfare_usd
    return [
        {"area": area, "load_level": level, "gamma": share, "welfare_usd": value}
        for area, value in found.items()
    ]


def _title(area: str) -> str:
    return {"D10": "DS 2 (D10)", "D14": "DS 3 (D14)"}.get(area, "all areas and transmission")


ITEMS = (incentives, welfare_by_load)
