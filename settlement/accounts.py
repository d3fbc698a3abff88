"""Who pays and who is paid: the names of the accounts and the groups they belong to."""

import numpy as np
import pandas as pd

from scenarios.assets import all_assets
from scenarios.names import joined
from scenarios.records import TRANSMISSION
from scenarios.results import TSO, of_network
from scenarios.scenario import Scenario

CONSUMERS, DSO = "consumers", "dso"
KEY = ["kind", "area", "asset"]


def operators(scenario: Scenario) -> dict[str, str]:
    """Account of the operator of each area."""
    return {a.area: TSO if a.kind == TRANSMISSION else f"{DSO}:{a.area}" for a in scenario.areas}


def groups() -> dict[str, str]:
    """Whether each kind of asset with accounts is a producer, a consumer or storage."""
    kinds, without = all_assets().items(), of_network()
    return {kind: asset.group for kind, asset in kinds if kind not in without}


def assets(scenario: Scenario) -> pd.MultiIndex:
    """Kind, area and name of every asset."""
    keys = [
        (kind, record.area, asset.name_of(record))
        for kind, asset in all_assets().items()
        for record in scenario.table(asset.table)
    ]
    columns = zip(*keys, strict=True) if keys else ([], [], [])
    return pd.MultiIndex.from_arrays([list(c) for c in columns], names=KEY)


def account(kind: str, area: str, asset: str) -> str:
    """Account of an asset, such as `generator:north/pv1`."""
    return f"{kind}:{joined(area, asset)}"


def accounts(rows: pd.DataFrame) -> pd.Series:
    """Account of every row's asset."""
    place = np.zeros(len(rows), dtype=np.int64)
    for column in KEY:
        codes, known = pd.factorize(rows[column])
        place = place * len(known) + codes
    _, first, place = np.unique(place, return_index=True, return_inverse=True)
    keys = rows[KEY].iloc[first].itertuples(index=False)
    names = np.array([account(*key) for key in keys], dtype=object)
    return pd.Series(names[place], index=rows.index, dtype=object)
