"""What generators of distribution areas gain by selling wholesale, and who pays for it."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from scenarios.pricing import LOCAL_ENERGY, PRICE, WHEELING, WHOLESALE_SALE
from scenarios.quantity import arrow_schema
from scenarios.results import GENERATOR
from scenarios.scenario import Scenario
from scenarios.totals import hours_of
from settlement.settlement import Settlement
from settlement.settlement_records import Incentive, IncentiveOfDay, WhoPays
from settlement.split import change_by_group

TOLERATED_USD = 1e-3  # a loss this small over a day is arithmetic
_KEYS = ["period", "area", "generator"]
_SUMMED = ["offered_mwh", "deliverable_mwh", "cleared_mwh", "revenue_wholesale_usd",
           "revenue_local_usd", "cost_usd", "profit_usd", "i1_usd", "i2_usd", "i3_usd"]  # fmt: skip


def incentives(
    scenario: Scenario,
    tables: Mapping[str, pa.Table],
    settled: Settlement,
    without: Settlement,
) -> pa.Table:
    """One row per generator with a wholesale offer and period.

    `settled` is the design that gave the tables, `without` the same design with no wholesale
    offers, settled by the same rule. I1 is the change of profit between them, I2 the margin over
    the offer price, I3 the premium over the local price. What sales earn is net of wheeling.
    """
    offers = tables["wholesale_offer"].to_pandas()
    rows = offers.merge(_energy(settled.priced), on=_KEYS).merge(_premium(settled.priced), on=_KEYS)
    length = hours_of(scenario, rows["period"])
    rows["offered_mwh"], rows["deliverable_mwh"] = (
        rows[name] * length for name in ("offered_mw", "deliverable_mw")
    )
    sold, local = rows["cleared_mwh"], rows["local_usd_per_mwh"]
    rows["wholesale_usd_per_mwh"] = local + rows["premium_usd_per_mwh"]
    rows["revenue_local_usd"] = (rows["made_mwh"] - sold) * local
    rows = rows.merge(_profit(settled.surplus), on=_KEYS)
    rows = rows.merge(_profit(without.surplus), on=_KEYS, suffixes=("", "_without"))
    rows["cost_usd"] = -rows["value_usd"]
    rows["revenue_wholesale_usd"] = rows["received_usd"] - rows["revenue_local_usd"]
    rows["profit_usd"] = rows["surplus_usd"]
    rows["i1_usd"] = rows["surplus_usd"] - rows["surplus_usd_without"]
    rows["i2_usd"] = sold * (rows["wholesale_usd_per_mwh"] - rows["beta_usd_per_mwh"])
    rows["i3_usd"] = sold * rows["premium_usd_per_mwh"]
    return pa.Table.from_pandas(rows, arrow_schema(Incentive), preserve_index=False)


def incentives_of_day(by_period: pa.Table, shares: pa.Table) -> pa.Table:
    """Sums of the day by generator, and whether it earns no less than it would at home.

    `shares` are the wholesale shares of the design: what each generator of type 1 would earn at
    the prices of the day by offering nothing wholesale. Others have no choice.
    """
    rows, names = by_period.to_pandas(), ["area", "generator"]
    sums = rows.groupby(names, sort=False)[_SUMMED].sum()
    first = rows.groupby(names, sort=False)[["gamma", "beta_usd_per_mwh"]].first()
    home = shares.to_pandas().set_index(names)["home_usd"]
    day = first.join(sums).join(home).reset_index()
    less = day["home_usd"] - day["profit_usd"]
    day["individually_rational"] = ~(less > TOLERATED_USD)
    return pa.Table.from_pandas(day, arrow_schema(IncentiveOfDay), preserve_index=False)


def who_pays(split: pa.Table, split_without: pa.Table) -> pa.Table:
    """What every group gains or loses by wholesale sales; adds up to the change of welfare."""
    changed = change_by_group(split_without, split)
    return pa.Table.from_pandas(changed, arrow_schema(WhoPays), preserve_index=False)


def _energy(priced: pd.DataFrame) -> pd.DataFrame:
    """Energy of every local generator and the price that it is paid at home."""
    own = priced[(priced["position"] == LOCAL_ENERGY) & (priced["kind"] == GENERATOR)]
    return _named(own, {"energy_mwh": "made_mwh", PRICE: "local_usd_per_mwh"})


def _premium(priced: pd.DataFrame) -> pd.DataFrame:
    """Energy sold wholesale and what a MWh gets beyond the local price, wheeling left out."""
    own = priced[(priced["position"] == WHOLESALE_SALE) & (priced["product"] != WHEELING)]
    return _named(own, {"energy_mwh": "cleared_mwh", PRICE: "premium_usd_per_mwh"})


def _profit(surplus: pa.Table) -> pd.DataFrame:
    rows = surplus.to_pandas()
    numbers = ("value_usd", "received_usd", "surplus_usd")
    return _named(rows[rows["kind"] == "producer"], {name: name for name in numbers})


def _named(rows: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Columns by period, area and generator, under new names."""
    named = rows.rename(columns={**columns, "asset": "generator"})
    held: pd.DataFrame = named[[*_KEYS, *columns.values()]]
    return held
