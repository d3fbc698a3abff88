"""Welfare by who gains it: consumers, kinds of generators, storage, each operator."""

import pandas as pd
import pyarrow as pa

from scenarios.assets import all_assets
from scenarios.assets.contract import participation_of
from scenarios.quantity import arrow_schema
from scenarios.results import TSO
from scenarios.scenario import Scenario
from settlement.accounts import DSO, account
from settlement.settlement_records import WelfareShare

WHOLESALE, TYPE1, TYPE2 = "wholesale generators", "type 1 generators", "type 2 generators"
CONSUMERS, STORAGE, RENTS = "consumers", "storage", "TSO (rents)"


def welfare_split(scenario: Scenario, surplus: pa.Table) -> pa.Table:
    """Surplus ($) of every group and period; adds up to the welfare of the period."""
    rows, producers = surplus.to_pandas(), _producers(scenario)
    parties = rows.drop_duplicates("party")[["party", "kind", "area"]]
    groups = {
        party: producers[party] if kind == "producer" else _group(kind, area)
        for party, kind, area in parties.itertuples(index=False)
    }
    rows["group"] = rows["party"].map(groups)
    sums = rows.groupby(["period", "group"], sort=False, as_index=False)["surplus_usd"].sum()
    return pa.Table.from_pandas(sums, arrow_schema(WelfareShare), preserve_index=False)


def _producers(scenario: Scenario) -> dict[str, str]:
    """Group of every producer's account; one whose kind knows no participation is of type 2."""
    names = {"type1": TYPE1, "wholesale": TYPE1, "type2": TYPE2, None: TYPE2}
    return {
        account(kind, r.area, asset.name_of(r)): (
            WHOLESALE if r.area == scenario.transmission else names[participation_of(r)]
        )
        for kind, asset in all_assets().items()
        if asset.group == "producer"
        for r in scenario.table(asset.table)
    }


def _group(kind: str, area: str) -> str:
    if kind == TSO:
        return RENTS
    if kind == DSO:
        return f"DSO {area}"
    return STORAGE if kind == "storage" else CONSUMERS


def change_by_group(before: pa.Table, after: pa.Table) -> pd.DataFrame:
    """Surplus of the day ($) of every group in two splits, and its change."""
    sums = [
        t.to_pandas().groupby("group", sort=False)["surplus_usd"].sum() for t in (before, after)
    ]
    both = pd.concat(sums, axis=1, keys=["before_usd", "after_usd"]).fillna(0.0)
    both["change_usd"] = both["after_usd"] - both["before_usd"]
    changed: pd.DataFrame = both.rename_axis("group").reset_index()
    return changed
