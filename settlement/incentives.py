"""What generators of distribution areas gain by selling wholesale, and who pays for it."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from scenarios.quantity import arrow_schema
from scenarios.results import GENERATOR
from scenarios.scenario import Scenario
from settlement.positions import hours_of
from settlement.records import Incentive, IncentiveOfDay, WhoPays
from settlement.split import change_by_group
from settlement.wholesale import wholesale_sales

TOLERATED_USD = 1e-3  # a loss this small over a day is arithmetic
_KEYS = ["period", "area", "generator"]
_SUMMED = ["offered_mwh", "deliverable_mwh", "cleared_mwh", "revenue_wholesale_usd",
           "revenue_local_usd", "cost_usd", "profit_usd", "i1_usd", "i2_usd", "i3_usd"]  # fmt: skip


def incentives(
    scenario: Scenario,
    tables: Mapping[str, pa.Table],
    surplus: pa.Table,
    surplus_without: pa.Table,
) -> pa.Table:
    """One row per generator with a wholesale offer and period.

    `surplus` and `surplus_without` are those of the design as settled and of the same design
    with no wholesale offers. I1 is the change of profit between them, I2 the margin over the
    offer price, I3 the premium over the local price. What sales earn is net of wheeling.
    """
    offers = tables["wholesale_offer"].to_pandas()
    rows = offers.merge(_dispatch(tables), on=_KEYS).merge(_prices(scenario, tables), on=_KEYS)
    length = hours_of(scenario, rows["period"])
    sold = rows["p_wholesale_mw"].fillna(0.0) * length
    rows["offered_mwh"], rows["deliverable_mwh"] = (
        rows[name] * length for name in ("offered_mw", "deliverable_mw")
    )
    rows["cleared_mwh"] = sold
    rows["revenue_local_usd"] = (rows["p_mw"] * length - sold) * rows["local_usd_per_mwh"]
    rows = rows.merge(_profit(surplus, "profit_usd"), on=_KEYS)
    rows = rows.merge(_profit(surplus_without, "profit_without_usd"), on=_KEYS)
    received = rows["profit_usd"] + rows["cost_usd"]
    rows["revenue_wholesale_usd"] = received - rows["revenue_local_usd"]
    rows["i1_usd"] = rows["profit_usd"] - rows["profit_without_usd"]
    rows["i2_usd"] = sold * (rows["wholesale_usd_per_mwh"] - rows["beta_usd_per_mwh"])
    rows["i3_usd"] = sold * (rows["wholesale_usd_per_mwh"] - rows["local_usd_per_mwh"])
    return pa.Table.from_pandas(rows, arrow_schema(Incentive), preserve_index=False)


def incentives_of_day(by_period: pa.Table) -> pa.Table:
    """Sums of the day by generator, and whether it loses nothing by its wholesale offer."""
    rows = by_period.to_pandas()
    names = ["area", "generator"]
    sums = rows.groupby(names, sort=False)[_SUMMED].sum()
    first = rows.groupby(names, sort=False)[["gamma", "beta_usd_per_mwh"]].first()
    day = first.join(sums).reset_index()
    day["individually_rational"] = day["i1_usd"] >= -TOLERATED_USD
    return pa.Table.from_pandas(day, arrow_schema(IncentiveOfDay), preserve_index=False)


def who_pays(split: pa.Table, split_without: pa.Table) -> pa.Table:
    """What every group gains or loses by wholesale sales; adds up to the change of welfare."""
    changed = change_by_group(split_without, split)
    return pa.Table.from_pandas(changed, arrow_schema(WhoPays), preserve_index=False)


def _dispatch(tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    rows = tables["dispatch"].to_pandas()
    rows = rows[rows["kind"] == GENERATOR].rename(columns={"asset": "generator"})
    held: pd.DataFrame = rows[[*_KEYS, "bus", "p_mw", "p_wholesale_mw", "cost_usd"]]
    return held


def _prices(scenario: Scenario, tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    """Boundary and local price of every generator that may sell wholesale, sold or not."""
    dispatch = tables["dispatch"].to_pandas()
    every = dispatch[dispatch["p_wholesale_mw"].notna()].assign(p_wholesale_mw=1.0)
    all_sold = {**tables, "dispatch": pa.Table.from_pandas(every, preserve_index=False)}
    sales = wholesale_sales(scenario, all_sold).rename(columns={"asset": "generator"})
    prices: pd.DataFrame = sales[[*_KEYS, "wholesale_usd_per_mwh", "local_usd_per_mwh"]]
    return prices


def _profit(surplus: pa.Table, name: str) -> pd.DataFrame:
    rows = surplus.to_pandas()
    rows = rows[rows["kind"] == "producer"]
    named = rows.assign(generator=rows["party"].str.split("/", n=1).str[1])
    held: pd.DataFrame = named[[*_KEYS, "surplus_usd"]]
    return held.rename(columns={"surplus_usd": name})
