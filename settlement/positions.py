"""Who withdraws how much energy at which bus, and at what price."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from scenarios.findings import Finding, InvalidInput
from scenarios.results import consuming
from scenarios.scenario import Scenario
from settlement.accounts import asset_accounts, groups
from settlement.totals import stack

BOUNDARY, SHUNT = "boundary", "shunt"
PLACE = ["period", "area", "bus"]
PRICES = [
    "lmp_usd_per_mwh",
    "energy_usd_per_mwh",
    "congestion_usd_per_mwh",
    "voltage_usd_per_mwh",
    "loss_usd_per_mwh",
]
_COLUMNS = [*PLACE, "kind", "asset", "withdrawn_mwh", "cost_usd", "value_usd"]


def hours_of(scenario: Scenario, period: pd.Series) -> NDArray[np.float64]:
    """Length (h) of each row's period."""
    hours: NDArray[np.float64] = np.array(scenario.hours)[period.to_numpy(dtype=int) - 1]
    return hours


def positions(scenario: Scenario, tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    """One row per asset, boundary end and shunt and period, with the prices of its bus.

    `account` is that of the asset, and of no use where a row has no asset.
    `withdrawn_mwh` is positive for consumption; a boundary end withdraws in transmission and
    injects in distribution what flows into distribution. Raises `InvalidInput` where a number
    or the price of a bus is missing, or an asset is not in the scenario.
    """
    rows = stack(
        [
            _assets(scenario, tables["dispatch"]),
            _boundary_ends(scenario, tables["boundary"]),
            _shunts(scenario),
        ]
    )
    prices = tables["lmp"].select([*PLACE, *PRICES]).to_pandas()
    priced = rows.merge(prices, on=PLACE, how="left", validate="many_to_one")
    priced["account"] = priced["kind"] + ":" + priced["area"] + "/" + priced["asset"]
    findings = [*_not_numbers(priced), *_not_in_scenario(scenario, priced)]
    if findings:
        raise InvalidInput("the tables to settle", findings)
    return priced


def _assets(scenario: Scenario, dispatch: pa.Table) -> pd.DataFrame:
    rows = dispatch.select([*PLACE, "kind", "asset", "p_mw", "cost_usd", "value_usd"]).to_pandas()
    sign = np.where(rows["kind"].isin(consuming()), 1.0, -1.0)
    rows["withdrawn_mwh"] = sign * rows["p_mw"] * hours_of(scenario, rows["period"])
    assets: pd.DataFrame = rows[_COLUMNS]
    return assets


def _boundary_ends(scenario: Scenario, boundary: pa.Table) -> pd.DataFrame:
    """Both ends of every boundary."""
    flows = boundary.select(["period", "boundary", "p_mw"]).to_pandas()
    energy = flows["p_mw"] * hours_of(scenario, flows["period"])
    upper = {b.boundary: b.transmission_bus for b in scenario.boundaries}
    lower = {b.boundary: b.root_bus for b in scenario.boundaries}
    area = {b.boundary: b.area for b in scenario.boundaries}
    common = {"kind": BOUNDARY, "asset": flows["boundary"], "cost_usd": 0.0, "value_usd": 0.0}
    transmission = pd.DataFrame(
        {
            "period": flows["period"],
            "area": scenario.transmission,
            "bus": flows["boundary"].map(upper),
            "withdrawn_mwh": energy,
            **common,
        }
    )
    distribution = pd.DataFrame(
        {
            "period": flows["period"],
            "area": flows["boundary"].map(area),
            "bus": flows["boundary"].map(lower),
            "withdrawn_mwh": -energy,
            **common,
        }
    )
    return pd.concat([transmission, distribution])[_COLUMNS]


def _shunts(scenario: Scenario) -> pd.DataFrame:
    """Shunt conductance consumes at 1 p.u. in every period."""
    rows = [
        (t, bus.area, bus.bus, SHUNT, bus.bus, bus.g_shunt_mw * h, 0.0, 0.0)
        for bus in scenario.buses
        if bus.g_shunt_mw
        for t, h in zip(scenario.periods, scenario.hours, strict=True)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _not_numbers(rows: pd.DataFrame) -> list[Finding]:
    """Rows without a quantity, a cost, a value or a price."""
    needed = ["withdrawn_mwh", "cost_usd", "value_usd", *PRICES[:3]]
    lacking = ~np.isfinite(rows[needed].to_numpy(dtype=float))
    return [
        Finding(
            _place(rows, i),
            f"{needed[j]} is missing or not a number",
            "give every row a finite number and every bus a price in every period",
        )
        for i, j in zip(*np.nonzero(lacking), strict=True)
    ]


def _not_in_scenario(scenario: Scenario, rows: pd.DataFrame) -> list[Finding]:
    """Rows of assets that the scenario does not have."""
    known = pd.Index(list(asset_accounts(scenario)))
    strange = rows["kind"].isin(groups()) & ~rows["account"].isin(known)
    return [
        Finding(
            _place(rows, i),
            f"the scenario has no {rows['kind'][i]} of this name in this area",
            "settle a clearing with the scenario that it was cleared from",
        )
        for i in np.flatnonzero(strange).tolist()
    ]


def _place(rows: pd.DataFrame, i: int) -> str:
    row = rows.iloc[i]
    return f"{row['account']} at bus '{row['bus']}', period {row['period']}"
