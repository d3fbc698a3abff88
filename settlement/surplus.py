"""What each party gains: the value it has, less the cost it bears, plus what it is paid."""

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.pricing import BOUNDARY, COMPENSATION
from scenarios.quantity import arrow_schema
from scenarios.results import SHORTAGE, SPILLED, TSO, Surplus, of_network
from scenarios.scenario import Scenario
from scenarios.totals import period_areas, stack, total
from settlement.accounts import CONSUMERS, DSO, groups, operators


def surplus(
    scenario: Scenario, rows: pd.DataFrame, shed: pd.DataFrame, paid: pd.DataFrame
) -> pa.Table:
    """Exact surplus ($) of every party in every period; the column adds up to social welfare."""
    parties = stack([_assets(rows, paid), _operators(scenario, rows, paid), _consumers(shed, paid)])
    parties["surplus_usd"] = parties["value_usd"] + parties["received_usd"]
    in_time = parties.sort_values("period", kind="stable")
    return pa.Table.from_pandas(in_time, arrow_schema(Surplus), preserve_index=False)


def _assets(rows: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """An asset has its own value and cost, and all payments for its energy."""
    owned = rows[rows["kind"].isin(groups())]
    own = paid[paid["row"] >= 0]
    received = np.bincount(own["row"], own["amount_usd"], minlength=len(rows))
    return pd.DataFrame(
        {
            "period": owned["period"],
            "party": owned["party"],
            "kind": owned["kind"].map(groups()),
            "area": owned["area"],
            "asset": owned["asset"],
            "value_usd": owned["value_usd"] - owned["cost_usd"],
            "received_usd": received[owned.index],
        }
    )


def _operators(scenario: Scenario, rows: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """An operator bears the cost of its network, of spilled energy and of reserve that is short.

    It keeps what is left.
    """
    account = operators(scenario)
    every = period_areas(scenario, account)
    own = rows[rows["kind"].isin([SPILLED, SHORTAGE, *of_network()])]
    cost = total(own, own["value_usd"] - own["cost_usd"], every)
    sums = pd.DataFrame({"value_usd": cost, "received_usd": residuals(paid, every)}).reset_index()
    party = sums["area"].map(account)
    return sums.assign(party=party, kind=np.where(party == TSO, TSO, DSO), asset=None)


def residuals(paid: pd.DataFrame, every: pd.MultiIndex) -> pd.Series:
    """Payments received less payments made ($) of every operator, by period and area."""
    crossing = paid[paid["kind"] == BOUNDARY]
    at_payee = crossing.assign(area=crossing["party_area"])
    given = total(paid, paid["amount_usd"], every)
    return total(at_payee, crossing["amount_usd"], every) - given


def _consumers(shed: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """Those whom unserved energy hits bear its cost and are compensated."""
    keys = ["period", "party_area"]
    hit = shed.rename(columns={"consumers": "party_area"})
    cost = hit.groupby(keys)["cost_usd"].sum()
    compensated = paid[paid["product"] == COMPENSATION].groupby(keys)["amount_usd"].sum()
    sums = cost.to_frame().assign(received_usd=compensated.reindex(cost.index, fill_value=0.0))
    sums = sums.reset_index().rename(columns={"party_area": "area"})
    return sums.assign(
        party=CONSUMERS + ":" + sums["area"], kind="consumer", value_usd=-sums["cost_usd"]
    ).drop(columns="cost_usd")
