"""Who withdraws how much energy at which bus, and what of it is paid for."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.findings import Finding, InvalidInput
from scenarios.names import joined
from scenarios.pricing import (
    BOUNDARY,
    BOUNDARY_ENERGY,
    COMPENSATION,
    LOCAL_ENERGY,
    SHUNT,
    WHOLESALE_ENERGY,
    WHOLESALE_SALE,
)
from scenarios.records import SLACK
from scenarios.results import SHORTAGE, TSO, UNSERVED, consuming, of_network
from scenarios.scenario import Scenario
from scenarios.totals import hours_of, stack
from settlement.accounts import CONSUMERS, KEY, accounts, assets, groups, operators

PLACE = ["period", "area", "bus"]
NO_ROW = -1  # of a position that is no asset's
_NUMBERS = ["withdrawn_mwh", "cost_usd", "value_usd"]
_WITHDRAWAL = [*PLACE, "kind", "asset", *_NUMBERS, "sold_mwh"]
_POSITION = ["period", "operator", "party", "product", "area", "party_area", "bus", "kind",
             "asset", "energy_mwh", "row"]  # fmt: skip


def withdrawals(scenario: Scenario, tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    """One row per row of the dispatch, boundary end and shunt and period.

    `party` is the account of an asset, `withdrawn_mwh` positive for consumption; a boundary end
    withdraws in transmission and injects in distribution what flows into distribution. `sold_mwh`
    is what an asset that may trade past its local market does sell there, less what it buys.
    Raises `InvalidInput` where a number is missing or an asset is not in the scenario.
    """
    rows = stack(
        [
            _assets(scenario, tables["dispatch"]),
            _boundary_ends(scenario, tables["boundary"]),
            _shunts(scenario),
            _shortages(scenario, tables),
        ]
    )
    owned = rows["kind"].isin(groups())
    rows["party"] = accounts(rows[owned]).reindex(rows.index)
    findings = [*_not_numbers(rows), *_not_in_scenario(scenario, rows)]
    if findings:
        raise InvalidInput("the tables to settle", findings)
    return rows


def positions(
    scenario: Scenario, rows: pd.DataFrame, shed: pd.DataFrame, boundary: pa.Table
) -> pd.DataFrame:
    """Energy (MWh) from `party` to `operator` in every period, negative where it goes back.

    The transmission operator trades with all assets in transmission and with every distribution
    operator; a distribution operator with all assets in its area. `row` is the asset's row among
    the withdrawals.
    """
    traded = _trades(scenario, rows)
    parts = [
        traded,
        _crossings(scenario, boundary),
        _compensations(scenario, shed),
        _sales(rows, traded),
    ]
    return stack([part[_POSITION] for part in parts])


def _trades(scenario: Scenario, rows: pd.DataFrame) -> pd.DataFrame:
    """Every asset with the operator of its area."""
    traded = rows[rows["kind"].isin(groups())]
    wholesale = traded["area"] == scenario.transmission
    return traded.assign(
        operator=traded["area"].map(operators(scenario)),
        product=np.where(wholesale, WHOLESALE_ENERGY, LOCAL_ENERGY),
        party_area=traded["area"],
        energy_mwh=-traded["withdrawn_mwh"],
        row=traded.index,
    )


def _crossings(scenario: Scenario, boundary: pa.Table) -> pd.DataFrame:
    """Every distribution operator with the transmission operator."""
    flows = boundary.select(["period", "boundary", "area", "p_mw"]).to_pandas()
    upper = {b.boundary: b.transmission_bus for b in scenario.boundaries}
    return pd.DataFrame(
        {
            "period": flows["period"],
            "operator": TSO,
            "party": flows["area"].map(operators(scenario)),
            "product": BOUNDARY_ENERGY,
            "area": scenario.transmission,
            "party_area": flows["area"],
            "bus": flows["boundary"].map(upper),
            "kind": BOUNDARY,
            "asset": flows["boundary"],
            "energy_mwh": -flows["p_mw"] * hours_of(scenario, flows["period"]),
            "row": NO_ROW,
        }
    )


def _compensations(scenario: Scenario, shed: pd.DataFrame) -> pd.DataFrame:
    """Every operator with those whom its unserved energy hits."""
    return shed.assign(
        operator=shed["area"].map(operators(scenario)),
        party=CONSUMERS + ":" + shed["consumers"],
        product=COMPENSATION,
        party_area=shed["consumers"],
        kind=UNSERVED,
        asset=shed["bus"],
        row=NO_ROW,
    )


def _sales(rows: pd.DataFrame, traded: pd.DataFrame) -> pd.DataFrame:
    """What assets sell past their local market, beside the energy that they sell there."""
    sold = rows["sold_mwh"].reindex(traded.index)
    selling = traded[sold.notna()]
    return selling.assign(product=WHOLESALE_SALE, energy_mwh=sold[sold.notna()])


def _assets(scenario: Scenario, dispatch: pa.Table) -> pd.DataFrame:
    names = [*PLACE, "kind", "asset", "p_mw", "cost_usd", "value_usd", "p_wholesale_mw"]
    rows = dispatch.select(names).to_pandas()
    hours = hours_of(scenario, rows["period"])
    sign = np.where(rows["kind"].isin(consuming()), 1.0, -1.0)
    rows["withdrawn_mwh"] = sign * rows["p_mw"] * hours
    least = np.where(rows["kind"].map(groups()) == "storage", -np.inf, 0.0)
    rows["sold_mwh"] = rows["p_wholesale_mw"].astype(float).clip(lower=least) * hours
    found: pd.DataFrame = rows[_WITHDRAWAL]
    return found


def _boundary_ends(scenario: Scenario, boundary: pa.Table) -> pd.DataFrame:
    """Both ends of every boundary."""
    flows = boundary.select(["period", "boundary", "p_mw"]).to_pandas()
    energy = flows["p_mw"] * hours_of(scenario, flows["period"])
    upper = {b.boundary: b.transmission_bus for b in scenario.boundaries}
    lower = {b.boundary: b.root_bus for b in scenario.boundaries}
    area = {b.boundary: b.area for b in scenario.boundaries}
    common = {
        "period": flows["period"],
        "kind": BOUNDARY,
        "asset": flows["boundary"],
        "cost_usd": 0.0,
        "value_usd": 0.0,
        "sold_mwh": np.nan,
    }
    transmission = pd.DataFrame(
        {
            "area": scenario.transmission,
            "bus": flows["boundary"].map(upper),
            "withdrawn_mwh": energy,
            **common,
        }
    )
    distribution = pd.DataFrame(
        {
            "area": flows["boundary"].map(area),
            "bus": flows["boundary"].map(lower),
            "withdrawn_mwh": -energy,
            **common,
        }
    )
    return pd.concat([transmission, distribution])[_WITHDRAWAL]


def _shunts(scenario: Scenario) -> pd.DataFrame:
    """Shunt conductance consumes at 1 p.u. in every period."""
    rows = [
        (t, bus.area, bus.bus, SHUNT, bus.bus, bus.g_shunt_mw * h, 0.0, 0.0, np.nan)
        for bus in scenario.buses
        if bus.g_shunt_mw
        for t, h in zip(scenario.periods, scenario.hours, strict=True)
    ]
    return pd.DataFrame(rows, columns=_WITHDRAWAL)


def _shortages(scenario: Scenario, tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    """Reserve that is not held, at the slack bus of the area that lacks it."""
    if "reserve" not in tables or not tables["reserve"].num_rows:
        return pd.DataFrame(columns=_WITHDRAWAL)
    key = ["period", "area", "reserve"]
    rows = tables["reserve"].to_pandas().groupby(key, as_index=False)["cost_usd"].sum()
    slack = {b.area: b.bus for b in reversed(scenario.buses) if b.kind == SLACK}
    found: pd.DataFrame = rows.rename(columns={"reserve": "asset"}).assign(
        bus=rows["area"].map(slack),
        kind=SHORTAGE,
        withdrawn_mwh=0.0,
        value_usd=0.0,
        sold_mwh=np.nan,
    )
    return found[_WITHDRAWAL]


def _not_numbers(rows: pd.DataFrame) -> list[Finding]:
    """Rows without a quantity, a cost or a value."""
    lacking = ~np.isfinite(rows[_NUMBERS].to_numpy(dtype=float))
    return [
        Finding(
            place_of(rows.iloc[i]),
            f"{_NUMBERS[j]} is missing or not a number",
            "give every row a finite number in every period",
        )
        for i, j in zip(*np.nonzero(lacking), strict=True)
    ]


def _not_in_scenario(scenario: Scenario, rows: pd.DataFrame) -> list[Finding]:
    """Rows of assets that the scenario does not have."""
    owned = rows[rows["kind"].isin([*groups(), *of_network()])]
    known = pd.MultiIndex.from_frame(owned[KEY]).isin(assets(scenario))
    return [
        Finding(
            place_of(row),
            f"the scenario has no {row['kind']} of this name in this area",
            "settle a clearing with the scenario that it was cleared from",
        )
        for _, row in owned[~known].iterrows()
    ]


def place_of(row: pd.Series) -> str:
    """The asset, bus and period of a row, in words."""
    name = joined(row["area"], row["asset"])
    return f"{row['kind']}:{name} at bus '{row['bus']}', period {row['period']}"
