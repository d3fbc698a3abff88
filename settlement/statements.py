"""What every asset pays and is paid over the day, by what it is for: bills and incomes."""

import pandas as pd
import pyarrow as pa

from scenarios.pricing import ENERGY_FEE, FIXED_FEE, PEAK_FEE, RETAIL
from scenarios.quantity import arrow_schema
from scenarios.scenario import Scenario
from scenarios.totals import hours_of
from settlement.accounts import KEY, groups
from settlement.settlement_records import Statement

PARTS = {
    RETAIL: "retail_usd",
    ENERGY_FEE: "energy_fee_usd",
    PEAK_FEE: "peak_fee_usd",
    FIXED_FEE: "fixed_fee_usd",
}
FEE_PARTS = [PARTS[product] for product in (ENERGY_FEE, PEAK_FEE, FIXED_FEE)]
ENERGY, OTHER = "energy_usd", "beside_usd"


def statements(
    scenario: Scenario, rows: pd.DataFrame, energy: pd.DataFrame, paid: pd.DataFrame
) -> pa.Table:
    """One row per asset with an account; `energy` are the payments of `paid` that a rule priced."""
    owned = rows[rows["kind"].isin(groups())]
    power = owned["withdrawn_mwh"] / hours_of(scenario, owned["period"])
    by_asset = owned.assign(
        consumed_mwh=owned["withdrawn_mwh"].clip(lower=0.0),
        produced_mwh=(-owned["withdrawn_mwh"]).clip(lower=0.0),
        peak_mw=power.abs(),
        own_usd=owned["value_usd"] - owned["cost_usd"],
    ).groupby(KEY, sort=False)
    found = by_asset[["consumed_mwh", "produced_mwh", "own_usd"]].sum()
    found["peak_mw"] = by_asset["peak_mw"].max()
    own, sold = paid[paid["row"] >= 0], energy[energy["row"] >= 0]
    for product, column in PARTS.items():
        found[column] = _sums(own[own["product"] == product], found.index)
    found[ENERGY] = _sums(sold, found.index) - found["retail_usd"]
    found["received_usd"] = _sums(own, found.index)
    parts = found[[ENERGY, *PARTS.values()]].sum(axis=1)
    found[OTHER] = found["received_usd"] - parts
    found["surplus_usd"] = found["own_usd"] + found["received_usd"]
    found["before_fees_usd"] = found["surplus_usd"] - found[FEE_PARTS].sum(axis=1)
    told = found.reset_index()
    told["group"] = told["kind"].map(groups())
    return pa.Table.from_pandas(told, arrow_schema(Statement), preserve_index=False)


def _sums(rows: pd.DataFrame, every: pd.Index) -> pd.Series:
    """Payments ($) to every asset."""
    sums: pd.Series = rows.groupby(KEY)["amount_usd"].sum().reindex(every, fill_value=0.0)
    return sums
