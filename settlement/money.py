"""Where the money of the day goes, by groups of accounts."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from scenarios.quantity import to_table
from scenarios.results import GENERATOR, TSO, UNSERVED
from scenarios.scenario import Scenario
from settlement.accounts import DSO, groups, operators
from settlement.cents import Cents
from settlement.positions import BOUNDARY
from settlement.records import MoneyFlow

TSO_GROUP, TSO_RENT, DSO_RENT = "TSO", "TSO rent", "DSO rents"
NOT_SERVED = "consumers not served"
_NOUN = {"producer": "generators", "storage": "storage", "consumer": "loads"}


def money(scenario: Scenario, paid: pd.DataFrame, cents: Cents) -> pa.Table:
    """Money of the day from group to group ($, whole cents), rents included.

    What an operator keeps flows on to its rent, what it lacks comes from there, so every
    operator pays out as much as it is paid.
    """
    entry = pd.DataFrame(
        {
            "operator": paid["operator"],
            "kind": paid["kind"],
            "detail": paid["party"].map(_details(scenario)),
            "back": cents < 0,
            "cents": cents,
        }
    )
    sums = entry.groupby(["operator", "kind", "detail", "back"], dropna=False)["cents"].sum()
    flows: Counter[tuple[str, str]] = Counter()
    left: Counter[str] = Counter()
    for row in sums.reset_index().to_dict("records"):
        payer, payee = _operator_group(row["operator"]), _party_group(row)
        _add(flows, payer, payee, row["cents"])
        left[payer] -= row["cents"]
        left[payee] += row["cents"]
    for operator in map(_operator_group, operators(scenario).values()):
        _add(flows, operator, TSO_RENT if operator == TSO_GROUP else DSO_RENT, left[operator])
    rows = [MoneyFlow(*ends, amount / 100.0) for ends, amount in flows.items() if amount]
    return to_table(rows, MoneyFlow)


def _add(flows: Counter[tuple[str, str]], payer: str, payee: str, cents: int) -> None:
    """Add a payment; a negative one goes the other way."""
    flows[(payer, payee) if cents >= 0 else (payee, payer)] += abs(cents)


def _details(scenario: Scenario) -> dict[str, str]:
    """What a group depends on beside the kind of account: technology of a local generator."""
    return {
        f"{GENERATOR}:{g.area}/{g.generator}": g.technology
        for g in scenario.generators
        if g.area != scenario.transmission
    } | {account: account for account in operators(scenario).values()}


def _operator_group(account: str) -> str:
    """Group of an operator's account."""
    return TSO_GROUP if account == TSO else "DSO " + account.removeprefix(f"{DSO}:")


def _party_group(row: Mapping[Hashable, Any]) -> str:
    """Group of the account at the other end of an entry."""
    if row["kind"] == BOUNDARY:
        return _operator_group(row["detail"])
    if row["kind"] == UNSERVED:
        return NOT_SERVED
    local = row["operator"] != TSO
    if row["kind"] == GENERATOR and local:
        return f"DER {row['detail']}"
    return ("local " if local else "transmission ") + _NOUN[groups()[row["kind"]]]
