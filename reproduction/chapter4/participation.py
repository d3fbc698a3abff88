"""What wholesale participation is worth: to generators, and to distribution areas by load."""

import pandas as pd

from market.designs.local_wholesale import LocalWholesale
from reproduction.chapter4.at_level import AtLevel
from reproduction.chapter4.designs import TIGHT
from reproduction.chapter4.sales import ASSUMED, CHOSEN, DESIGN, LIGHT
from reproduction.chart import Chart, Panel
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import panels_by, series_by
from scenarios.names import joined
from settlement.incentives import incentives as by_period
from settlement.incentives import incentives_of_day

LEVELS = (0.3, 0.5, 0.7, 0.9, 1.1)
SHARES = (0.0, 0.5, 1.0)
ALL = "all"
WITHOUT = LocalWholesale(TIGHT, gamma=0.0)
INCENTIVES = {
    "i1_usd": "gain in profit",
    "i2_usd": "margin over beta",
    "i3_usd": "premium over local price",
}


@item(
    "table-4.8",
    "Incentives of distributed generators of type 1",
    "Sums of the day; incentive 1 is profit less profit without wholesale sales, 2 the margin over "
    f"the offer price, 3 the premium over the local price on wholesale sales; {CHOSEN}; {ASSUMED}.",
)
def incentives(solved: Solved) -> Reproduced:
    """Sales, revenues and incentives ($) of the day by generator."""
    tables = solved.clearing(LIGHT, DESIGN).tables
    gains = [solved.settlement(LIGHT, design) for design in (DESIGN, WITHOUT)]
    hourly = by_period(solved.scenario(LIGHT), tables, *gains)
    of_day = incentives_of_day(hourly, tables["wholesale_share"], *gains).to_pandas()
    names = [joined(*key) for key in zip(of_day["area"], of_day["asset"], strict=True)]
    wide = of_day.assign(name=names)[["name", *INCENTIVES]]
    long = wide.rename(columns=INCENTIVES).melt("name", var_name="of", value_name="usd")
    bars = series_by(long, "of", "name", "usd", "bars")
    gain = [f"{n} {g:,.0f} $" for n, g in zip(names, of_day["i1_usd"], strict=True)]
    finding = (
        f"Wholesale sales gain {listed(gain)} of profit a day against selling locally alone. "
        f"Of {of_day['offered_mwh'].sum():,.0f} MWh offered wholesale "
        f"{of_day['cleared_mwh'].sum():,.0f} are cleared, with a margin over the offer price of "
        f"{of_day['i2_usd'].sum():,.0f} $ and a premium over the local price of "
        f"{of_day['i3_usd'].sum():,.0f} $."
    )
    panel = Panel("", "generator", "incentive of the day, $", bars)
    return Reproduced(of_day, Chart((panel,)), finding)


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
    return Reproduced(table, Chart(panels, columns=3), _gains_told(table))


def _gains_told(table: pd.DataFrame) -> str:
    of = table.set_index(["area", "load_level", "gamma"])["welfare_usd"]
    areas = [a for a in table["area"].unique() if a != ALL]
    gain = {
        (area, level): of[area, level, SHARES[-1]] - of[area, level, SHARES[0]]
        for area in (*areas, ALL)
        for level in (LEVELS[0], LEVELS[-1])
    }
    at = [
        f"{gain[a, LEVELS[0]]:.0f} $ at load level {LEVELS[0]:g} and {gain[a, LEVELS[-1]]:.0f} $ "
        f"at {LEVELS[-1]:g} in {_title(a)}"
        for a in areas
    ]
    return (
        f"Full participation gains in one hour {listed(at)}. "
        f"For all areas and transmission together it is {gain[ALL, LEVELS[0]]:.0f} $ at level "
        f"{LEVELS[0]:g} and {gain[ALL, LEVELS[-1]]:.0f} $ at {LEVELS[-1]:g}: the gain fades as "
        "local load uses what could be sold."
    )


def _welfare(solved: Solved, level: float, share: float) -> list[dict[str, object]]:
    case, design = AtLevel(level), LocalWholesale(TIGHT, gamma=share)
    scenario = solved.scenario(case)
    active = [a.area for a in scenario.areas if a.type == "B"]
    own = solved.settlement(case, design).area_surplus_of_day()
    found = {area: own[area] for area in active}
    found[ALL] = solved.clearing(case, design).welfare_usd
    return [
        {"area": area, "load_level": level, "gamma": share, "welfare_usd": value}
        for area, value in found.items()
    ]


def _title(area: str) -> str:
    return {"D10": "DS 2 (D10)", "D14": "DS 3 (D14)"}.get(area, "all areas and transmission")


ITEMS = (incentives, welfare_by_load)
