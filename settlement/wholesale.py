"""Power of local generators sold in the wholesale market, and what it is paid beyond home.

All energy is booked at the local price of its bus. Under the rule `bb_price` wholesale sales get
the rest of the boundary's price on top, at the cost of the distribution operator; under `dlmp`
they get it and pay it back as a charge for wheeling, so that they net the local price.
"""

from collections.abc import Mapping
from typing import Literal

import pandas as pd
import pyarrow as pa

from scenarios.results import GENERATOR
from scenarios.scenario import Scenario
from settlement.accounts import operators
from settlement.positions import PLACE, hours_of

Rule = Literal["bb_price", "dlmp"]
PREMIUM, WHEELING = "wholesale_premium", "wheeling"
_KEYS = ["period", "area"]


def wholesale_sales(scenario: Scenario, tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    """Wholesale sales of every generator and period with energy, boundary and local price.

    Of several boundaries of an area the lowest price counts.
    """
    columns = [*PLACE, "asset", "p_wholesale_mw"]
    table = tables["dispatch"]
    if "p_wholesale_mw" not in table.column_names:
        columns.remove("p_wholesale_mw")
        sales = table.select(columns).to_pandas().head(0).assign(p_wholesale_mw=0.0)
    else:
        sales = table.select(columns).to_pandas()
        sales = sales[sales["p_wholesale_mw"].fillna(0.0) > 0.0]
    boundary = tables["boundary"].select([*_KEYS, "lmp_usd_per_mwh"]).to_pandas()
    abroad = boundary.groupby(_KEYS, as_index=False)["lmp_usd_per_mwh"].min()
    local = tables["lmp"].select([*PLACE, "lmp_usd_per_mwh"]).to_pandas()
    sales = sales.merge(abroad.rename(columns={"lmp_usd_per_mwh": "wholesale_usd_per_mwh"}))
    sales = sales.merge(local.rename(columns={"lmp_usd_per_mwh": "local_usd_per_mwh"}))
    energy = sales["p_wholesale_mw"] * hours_of(scenario, sales["period"])
    priced: pd.DataFrame = sales.assign(energy_mwh=energy)
    return priced


def premiums(scenario: Scenario, sales: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """What distribution operators pay on top of the local price, and are paid for wheeling."""
    paid = pd.DataFrame(
        {
            "period": sales["period"],
            "operator": sales["area"].map(operators(scenario)),
            "party": GENERATOR + ":" + sales["area"] + "/" + sales["asset"],
            "product": PREMIUM,
            "area": sales["area"],
            "bus": sales["bus"],
            "kind": GENERATOR,
            "asset": sales["asset"],
            "energy_mwh": sales["energy_mwh"],
            "price_usd_per_mwh": sales["wholesale_usd_per_mwh"] - sales["local_usd_per_mwh"],
        }
    )
    if rule == "bb_price":
        return paid
    back = paid.assign(product=WHEELING, price_usd_per_mwh=-paid["price_usd_per_mwh"])
    return pd.concat([paid, back], ignore_index=True)


def is_premium(paid: pd.DataFrame) -> pd.Series:
    """Which payments come on top of the local price."""
    return paid["product"].isin([PREMIUM, WHEELING])
