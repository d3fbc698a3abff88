"""Where the money of the day goes, by groups of accounts."""

from collections import Counter

import pandas as pd
import pyarrow as pa

from scenarios.quantity import to_table
from scenarios.results import BID, GENERATOR, LOAD, SHIFTABLE, STORAGE, TSO, UNSERVED
from scenarios.scenario import Scenario
from settlement.accounts import DSO
from settlement.cents import Cents
from settlement.positions import BOUNDARY
from settlement.records import MoneyFlow

TSO_GROUP, TSO_RENT, DSO_RENT = "TSO", "TSO rent", "DSO rents"
NOT_SERVED = "consumers not served"
_NOUN = {
    GENERATOR: "generators",
    STORAGE: "storage",
    LOAD: "loads",
    BID: "loads",
    SHIFTABLE: "loads",
}


def money(scenario: Scenario, paid: pd.DataFrame, cents: Cents) -> pa.Table:
    """Money of the day from group to group ($, whole cents), rents included.

    What an operator keeps flows on to its rent, what it lacks comes from there, so every
    operator pays out as much as it is paid.
    """
    keys = [paid["operator"], paid["kind"], _detail(scenario, paid), pd.Series(cents < 0)]
    flows: Counter[tuple[str, str]] = Counter()
    left: Counter[str] = Counter()
    for (operator, kind, detail, _), amount in pd.Series(cents).groupby(keys).sum().items():
        payer, payee = _operator_group(operator), _party_group(operator, kind, detail)
        _add(flows, payer, payee, int(amount))
        left[payer] -= int(amount)
        if kind == BOUNDARY:
            left[payee] += int(amount)
    for operator, amount in left.items():
        _add(flows, operator, TSO_RENT if operator == TSO_GROUP else DSO_RENT, amount)
    rows = [MoneyFlow(*ends, amount / 100.0) for ends, amount in flows.items() if amount]
    return to_table(rows, MoneyFlow)


def _add(flows: Counter[tuple[str, str]], payer: str, payee: str, amount: int) -> None:
    """Add a payment; a negative one goes the other way."""
    flows[(payer, payee) if amount >= 0 else (payee, payer)] += abs(amount)


def _detail(scenario: Scenario, paid: pd.DataFrame) -> pd.Series:
    """What the group depends on beside the kind: technology of a generator, DSO at a boundary."""
    technology = {f"{GENERATOR}:{g.area}/{g.generator}": g.technology for g in scenario.generators}
    told = paid["kind"].isin([GENERATOR, BOUNDARY])
    return paid["party"][told].replace... 


