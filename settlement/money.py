"""Where the money of the day goes, by groups of accounts."""

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.quantity import arrow_schema
from scenarios.results import BID, GENERATOR, LOAD, SHIFTABLE, STORAGE, TSO, UNSERVED
from scenarios.scenario import Scenario
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
    operator = paid["operator"].map(_operator_group(scenario))
    party = _party_group(scenario, paid)
    flows = pd.DataFrame({"from_group": operator, "to_group": party, "cents": cents})
    flows = pd.concat([flows, _rents(flows, set(_operator_group(scenario).values()))])
    back = flows["cents"] < 0
    turned = pd.DataFrame(
        {
            "from_group": flows["from_group"].where(~back, flows["to_group"]),
            "to_group": flows["to_group"].where(~back, flows["from_group"]),
            "cents": flows["cents"].abs(),
        }
    )
    sums = turned.groupby(["from_group", "to_group"], sort=False, as_index=False)["cents"].sum()
    sums = sums[sums["cents"] > 0]
    sums["amount_usd"] = sums.pop("cents") / 100.0
    return pa.Table.from_pandas(sums, arrow_schema(MoneyFlow), preserve_index=False)


def _operator_group(scenario: Scenario) -> dict[str, str]:
    """Group of every operator's account."""
    return {TSO: TSO_GROUP} | {f"dso:{area}": f"DSO {area}" for area in scenario.distribution}


def _party_group(scenario: Scenario, paid: pd.DataFrame) -> pd.Series:
    """Group of the account at the other end of every entry."""
    upper = paid["area"] == scenario.transmission
    group = upper.map({True: "transmission ", False: "local "}) + paid["kind"].map(_NOUN)
    resource = {f"{g.area}/{g.generator}": f"DER {g.technology}" for g in scenario.generators}
    local = (paid["kind"] == GENERATOR) & ~upper
    group = group.where(~local, (paid["area"] + "/" + paid["asset"]).map(resource))
    group = group.where(paid["kind"] != UNSERVED, NOT_SERVED)
    return group.where(paid["kind"] != BOUNDARY, paid["party"].map(_operator_group(scenario)))


def _rents(flows: pd.DataFrame, operators: set[str]) -> pd.DataFrame:
    """What every operator has left at the end of the day, on its way to the rents."""
    left = (
        flows.groupby("to_group")["cents"]
        .sum()
        .sub(flows.groupby("from_group")["cents"].sum(), fill_value=0)
    )
    left = left[left.index.isin(list(operators))].astype(np.int64)
    return pd.DataFrame(
        {
            "from_group": left.index,
            "to_group": np.where(left.index == TSO_GROUP, TSO_RENT, DSO_RENT),
            "cents": left.to_numpy(),
        }
    )
