"""What local markets buy and sell in one hour, and at which prices."""

import pandas as pd

from formulations.devices.participation import splits
from scenarios.records import Generator
from scenarios.results import BID, GENERATOR, LOAD
from scenarios.scenario import Scenario

COLUMNS = ["area", "quantity", "name", "value", "unit"]


def tidy(area: object, quantity: str, name: object, value: pd.Series, unit: str) -> pd.DataFrame:
    """One row per value."""
    named = {"area": area, "quantity": quantity, "name": name, "value": value, "unit": unit}
    return pd.DataFrame(named)[COLUMNS]


def local_books(scenario: Scenario, dispatch: pd.DataFrame, boundary: pd.DataFrame) -> pd.DataFrame:
    """Purchases, sales by type and served load (MW) of every distribution area.

    Purchases from the grid are before wholesale sales, which leave through the same boundary.
    """
    local = dispatch[dispatch["area"].isin(scenario.distribution)]
    made, used = (local[local["kind"].isin(k)] for k in ([GENERATOR], [LOAD, BID]))
    abroad = _by_area(
        scenario, made, made["p_wholesale_mw"].where(made["p_wholesale_mw"].notna(), 0.0)
    )
    first = _may_split(scenario, made)
    books = {
        "purchase from the grid": _by_area(scenario, boundary, boundary["p_mw"]) + abroad,
        "type 1, wholesale": abroad,
        "type 1, local": _by_area(scenario, made, made["p_mw"].where(first, 0.0)) - abroad,
        "type 2": _by_area(scenario, made, made["p_mw"].mask(first, 0.0)),
        "load served": _by_area(scenario, used, used["p_mw"]),
    }
    return pd.concat([tidy(p.index, name, "", p, "MW") for name, p in books.items()])


def local_prices(scenario: Scenario, lmp: pd.DataFrame, boundary: pd.DataFrame) -> pd.DataFrame:
    """Price at each boundary bus, and the lowest and highest in the area behind it ($/MWh)."""
    abroad = boundary["lmp_usd_per_mwh"]
    parts = [tidy(boundary["area"], "boundary LMP", boundary["boundary"], abroad, "$/MWh")]
    local = lmp[lmp["area"].isin(scenario.distribution)]
    for name, pick in (("lowest local price", "idxmin"), ("highest local price", "idxmax")):
        own = local.loc[local.groupby("area", sort=False)["lmp_usd_per_mwh"].agg(pick)]
        parts.append(tidy(own["area"], name, own["bus"], own["lmp_usd_per_mwh"], "$/MWh"))
    return pd.concat(parts)


def _by_area(scenario: Scenario, rows: pd.DataFrame, values: pd.Series) -> pd.Series:
    return values.groupby(rows["area"]).sum().reindex(scenario.distribution, fill_value=0.0)


def _may_split(scenario: Scenario, made: pd.DataFrame) -> pd.Series:
    who = {(a, g) for a in scenario.distribution for g in splits(scenario.area(a), Generator)}
    pairs = zip(made["area"], made["asset"], strict=True)
    return pd.Series([pair in who for pair in pairs], index=made.index)
