"""What grid fees bring an operator, against the cost of the grid that it states."""

import pandas as pd
import pyarrow as pa

from scenarios.pricing import BOUNDARY, ENERGY_FEE, FEES, FIXED_FEE, PEAK_FEE
from scenarios.quantity import arrow_schema
from scenarios.scenario import Scenario
from settlement.accounts import operators
from settlement.settlement_records import GridAccount

_COLUMNS = {
    ENERGY_FEE: "energy_fee_usd",
    PEAK_FEE: "peak_fee_usd",
    FIXED_FEE: "fixed_fee_usd",
}


def grid_accounts(scenario: Scenario, paid: pd.DataFrame) -> pa.Table:
    """One row per area that states a cost, or whose operator has fees or pays some."""
    fees = paid[paid["product"].isin(FEES)]
    areas = [a.area for a in scenario.areas]
    by_product = fees.groupby(["operator", "product"])["amount_usd"].sum()
    upstream = fees[fees["kind"] == BOUNDARY].groupby("party")["amount_usd"].sum()
    account = pd.Series(operators(scenario))[areas]
    told = pd.DataFrame({"area": areas, "cost_usd": [a.grid_cost_usd for a in scenario.areas]})
    told["cost_usd"] = told["cost_usd"].astype(float)
    for product, column in _COLUMNS.items():
        keys = pd.MultiIndex.from_product([account, [product]])
        told[column] = 0.0 - by_product.reindex(keys, fill_value=0.0).to_numpy()
    told["revenue_usd"] = told[list(_COLUMNS.values())].sum(axis=1)
    told["upstream_usd"] = 0.0 - upstream.reindex(account, fill_value=0.0).to_numpy()
    told["balance_usd"] = told["revenue_usd"] - told["upstream_usd"] - told["cost_usd"]
    concerned = told["cost_usd"].notna() | (told[["revenue_usd", "upstream_usd"]] != 0).any(axis=1)
    return pa.Table.from_pandas(told[concerned], arrow_schema(GridAccount), preserve_index=False)
