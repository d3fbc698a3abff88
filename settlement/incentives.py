"""What assets of distribution areas gain by selling wholesale, and who pays for it."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from scenarios.pricing import LOCAL_ENERGY, PRICE, RETAIL, WHEELING, WHOLESALE_SALE
from scenarios.quantity import arrow_schema
from scenarios.scenario import Scenario
from scenarios.totals import hours_of
from settlement.accounts import account, assets
from settlement.settlement import Settlement
from settlement.settlement_records import Incentive, IncentiveOfDay, WhoPays
from settlement.split import change_by_group

TOLERATED_USD = 1e-3  # a loss this small over a day is arithmetic
_NAMES = ["area", "kind", "asset"]
_KEYS = ["period", *_NAMES]
_SUMMED = ["offered_mwh", "deliverable_mwh", "cleared_mwh", "bought_mwh", "revenue_wholesale_usd",
           "revenue_local_usd", "cost_usd", "profit_usd", "i1_usd", "i2_usd", "i3_usd"]  # fmt: skip


def incentives(
    scenario: Scenario,
    tables: Mapping[str, pa.Table],
    settled: Settlement,
    without: Settlement,
) -> pa.Table:
    """One row per asset with a wholesale offer and period.

    `settled` is the design that gave the tables, `without` the same design with no wholesale
    offers, settled by the same rule. I1 is the change of profit between them, I2 the margin over
    the offer price, I3 the premium over the local price. What sales earn is net of wheeling; what a
    store buys counts as negative sales.
    """
    offers = tables["wholesale_offer"].to_pandas()
    rows = offers.merge(_energy(settled.priced), on=_KEYS).merge(_premium(settled.priced), on=_KEYS)
    length = hours_of(scenario, rows["period"])
    rows["offered_mwh"], rows["deliverable_mwh"] = (
        rows[name] * length for name in ("offered_mw", "deliverable_mw")
    )
    sold, local = rows["sold_mwh"], rows["local_usd_per_mwh"]
    rows["cleared_mwh"], rows["bought_mwh"] = sold.clip(lower=0.0), (-sold).clip(lower=0.0)
    rows["wholesale_usd_per_mwh"] = local + rows["premium_usd_per_mwh"]
    rows["revenue_local_usd"] = (rows["made_mwh"] - sold) * local
    rows = rows.merge(_profit(scenario, settled.surplus), on=_KEYS)
    rows = rows.merge(_profit(scenario, without.surplus), on=_KEYS, suffixes=("", "_without"))
    rows["cost_usd"] = -rows["value_usd"]
    rows["revenue_wholesale_usd"] = rows["received_usd"] - rows["revenue_local_usd"]
    rows["profit_usd"] = rows["surplus_usd"]
    rows["i1_usd"] = rows["surplus_usd"] - rows["surplus_usd_without"]
    rows["i2_usd"] = sold * (rows["wholesale_usd_per_mwh"] - rows["beta_usd_per_mwh"])
    rows["i3_usd"] = sold * rows["premium_usd_per_mwh"]
    return pa.Table.from_pandas(rows, arrow_schema(Incentive), preserve_index=False)


def incentives_of_day(
    by_period: pa.Table, shares: pa.Table, settled: Settlement, without: Settlement
) -> pa.Table:
    """Sums of the day by asset, and whether it earns no less than it would at home.

    `shares` are the wholesale shares of the design: what each asset of type 1 would earn at the
    prices of the day by offering nothing wholesale. Others have no choice. `settled` and `without`
    are both days with all fees.
    """
    by_asset = by_period.to_pandas().groupby(_NAMES, sort=False)
    sums = by_asset[_SUMMED].sum(min_count=1)
    first = by_asset[["gamma", "beta_usd_per_mwh"]].first()
    home = shares.to_pandas().set_index(_NAMES)["home_usd"]
    profit, other = (
        one.statement.to_pandas().set_index(_NAMES)["surplus_usd"] for one in (settled, without)
    )
    day = first.join(sums).join(home).join(profit.rename("profit_after_fees_usd")).join(other)
    day["i1_after_fees_usd"] = day["profit_after_fees_usd"] - day["surplus_usd"]
    day = day.reset_index()
    less = day["home_usd"] - day["profit_usd"]
    day["individually_rational"] = ~(less > TOLERATED_USD)
    return pa.Table.from_pandas(day, arrow_schema(IncentiveOfDay), preserve_index=False)


def who_pays(split: pa.Table, split_without: pa.Table) -> pa.Table:
    """What every group gains or loses by wholesale sales; adds up to the change of welfare."""
    changed = change_by_group(split_without, split)
    return pa.Table.from_pandas(changed, arrow_schema(WhoPays), preserve_index=False)


def _energy(priced: pd.DataFrame) -> pd.DataFrame:
    """Energy of every local asset and the what it is paid at home, by tariff too."""
    own = priced[priced["product"].isin([LOCAL_ENERGY, RETAIL])]
    both = own.groupby(_KEYS, sort=False).agg({"energy_mwh": "first", PRICE: "sum"})
    return _named(both.reset_index(), {"energy_mwh": "made_mwh", PRICE: "local_usd_per_mwh"})


def _premium(priced: pd.DataFrame) -> pd.DataFrame:
    """Energy sold wholesale and what a MWh gets beyond the local price, wheeling left out."""
    own = priced[(priced["position"] == WHOLESALE_SALE) & (priced["product"] != WHEELING)]
    return _named(own, {"energy_mwh": "sold_mwh", PRICE: "premium_usd_per_mwh"})


def _profit(scenario: Scenario, surplus: pa.Table) -> pd.DataFrame:
    """Surplus of every asset and what it is made of."""
    rows = surplus.to_pandas()
    kinds = pd.Series({account(*key): key[0] for key in assets(scenario)}, dtype=object)
    rows["kind"] = rows["party"].map(kinds)
    held: pd.DataFrame = rows[[*_KEYS, "value_usd", "received_usd", "surplus_usd"]]
    return held.dropna(subset="kind")


def _named(rows: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Columns by period, area, kind and asset, under new names."""
    named: pd.DataFrame = rows.rename(columns=columns)[[*_KEYS, *columns.values()]]
    return named
