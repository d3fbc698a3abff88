"""Where the money of the day goes, by groups of accounts."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from scenarios.pricing import BOUNDARY, FEES
from scenarios.quantity import to_table
from scenarios.results import GENERATOR, UNSERVED
from scenarios.scenario import Scenario
from settlement.accounts import groups
from settlement.cents import Cents
from settlement.settlement_records import MoneyFlow

TSO_GROUP, TSO_RENT, DSO_RENT = "TSO", "TSO rent", "rents of DSOs"
GRID = "grid fees"
NOT_SERVED = "consumers not served"
_NOUN = {"producer": "generators", "storage": "storage", "consumer": "loads"}


def money(scenario: Scenario, paid: pd.DataFrame, cents: Cents) -> pa.Table:
    """Money of the day from group to group ($, whole cents), rents included.

    What an operator keeps of fees flows on to grid fees, what else it keeps to its rent, and what
    it lacks comes from there, so every operator pays out as much as it is paid.
    """
    entry = pd.DataFrame(
        {
            "area": paid["area"],
            "kind": paid["kind"],
            "detail": _details(scenario, paid),
            "back": cents < 0,
            "cents": cents,
            "fee": paid["product"].isin(FEES),
        }
    )
    sums = entry.groupby(["area", "kind", "detail", "back", "fee"], dropna=False)["cents"].sum()
    flows: Counter[tuple[str, str]] = Counter()
    left: Counter[str] = Counter()
    charged: Counter[str] = Counter()
    for row in sums.reset_index().to_dict("records"):
        payer, payee = _operator_group(scenario, row["area"]), _party_group(scenario, row)
        _add(flows, payer, payee, row["cents"])
        left[payer] -= row["cents"]
        left[payee] += row["cents"]
        charged[payer] -= row["cents"] * row["fee"]
        charged[payee] += row["cents"] * row["fee"]
    for operator in (_operator_group(scenario, a.area) for a in scenario.areas):
        rent = TSO_RENT if operator == TSO_GROUP else DSO_RENT
        _add(flows, operator, rent, left[operator] - charged[operator])
        _add(flows, operator, GRID, charged[operator])
    rows = [MoneyFlow(*ends, amount / 100.0) for ends, amount in flows.items() if amount]
    return to_table(rows, MoneyFlow)


def _add(flows: Counter[tuple[str, str]], payer: str, payee: str, cents: int) -> None:
    """Add a payment; a negative one goes the other way."""
    flows[(payer, payee) if cents >= 0 else (payee, payer)] += abs(cents)


def _details(scenario: Scenario, paid: pd.DataFrame) -> pd.Series:
    """What a group depends on beside the kind: a local generator's technology, a DSO's area."""
    technology = {(g.area, g.generator): g.technology for g in scenario.generators}
    detail = paid["party_area"].astype(object).where(paid["kind"] == BOUNDARY)
    local = (paid["kind"] == GENERATOR) & (paid["area"] != scenario.transmission)
    keys = zip(paid.loc[local, "area"], paid.loc[local, "asset"], strict=True)
    detail[local] = [technology[key] for key in keys]
    return detail


def _operator_group(scenario: Scenario, area: str) -> str:
    """Group of the operator of an area."""
    return TSO_GROUP if area == scenario.transmission else f"DSO {area}"


def _party_group(scenario: Scenario, row: Mapping[Hashable, Any]) -> str:
    """Group of the account at the other end of an entry."""
    if row["kind"] == BOUNDARY:
        return _operator_group(scenario, row["detail"])
    if row["kind"] == UNSERVED:
        return NOT_SERVED
    local = row["area"] != scenario.transmission
    if row["kind"] == GENERATOR and local:
        return f"DER {row['detail']}"
    return ("local " if local else "transmission ") + _NOUN[groups()[row["kind"]]]
