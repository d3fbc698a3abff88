"""What each party gains: the value it has, less the cost it bears, plus what it is paid."""

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.quantity import arrow_schema
from scenarios.results import SPILLED, TSO, Surplus
from scenarios.scenario import Scenario
from settlement.accounts import CONSUMERS, DSO, groups, operators
from settlement.positions import BOUNDARY
from settlement.totals import period_areas, stack, total
from settlement.wholesale import is_premium

_PARTY = ["period", "party", "kind", "area"]


def surplus(
    scenario: Scenario, rows: pd.DataFrame, shed: pd.DataFrame, paid: pd.DataFrame
) -> pa.Table:
    """Exact surplus ($) of every party in every period; the column adds up to social welfare."""
    parties = stack([_assets(rows, paid), _operators(scenario, rows, paid), _consumers(shed)])
    parties["surplus_usd"] = parties["value_usd"] + parties["received_usd"]
    in_time = parties.sort_values("period", kind="stable")
    return pa.Table.from_pandas(in_time, arrow_schema(Surplus), preserve_index=False)


def _assets(rows: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """An asset has its own value and cost, and is paid the price of its bus and premiums."""
    owned = rows[rows["kind"].isin(groups())]
    top = paid[is_premium(paid)].groupby(["period", "party"])["amount_usd"].sum()
    keys = pd.MultiIndex.from_arrays([owned["period"], owned["account"]])
    premium = top.reindex(keys, fill_value=0.0).to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "period": owned["period"],
            "party": owned["account"],
            "kind": owned["kind"].map(groups()),
            "area": owned["area"],
            "value_usd": owned["value_usd"] - owned["cost_usd"],
            "received_usd": -owned["withdrawn_mwh"] * owned["lmp_usd_per_mwh"] + premium,
        }
    )


def _operators(scenario: Scenario, rows: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """An operator bears the cost of spilled energy and keeps what it does not pay out."""
    account = operators(scenario)
    every = period_areas(scenario, account)
    spilled = rows[rows["kind"] == SPILLED]
    crossing = paid[paid["kind"] == BOUNDARY]
    area = {name: of for of, name in account.items()}
    at_payee = crossing.assign(area=crossing["party"].map(area))
    given = total(paid, paid["amount_usd"], every)
    taken = total(at_payee, crossing["amount_usd"], every)
    sums = pd.DataFrame(
        {
            "value_usd": total(spilled, spilled["value_usd"] - spilled["cost_usd"], every),
            "received_usd": taken - given,
        }
    ).reset_index()
    party = sums["area"].map(account)
    return sums.assign(party=party, kind=np.where(party == TSO, TSO, DSO))


def _consumers(shed: pd.DataFrame) -> pd.DataFrame:
    """Those whom unserved energy hits bear its cost and are compensated."""
    hit = shed.groupby(["period", "consumers"], as_index=False)[["cost_usd", "compensation_usd"]]
    sums = hit.sum().rename(columns={"consumers": "area", "compensation_usd": "received_usd"})
    return sums.assign(
        party=CONSUMERS + ":" + sums["area"], kind="consumer", value_usd=-sums["cost_usd"]
    )[[*_PARTY, "value_usd", "received_usd"]]
