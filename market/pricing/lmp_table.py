"""Prices at buses, looked up in the table of a clearing."""

import numpy as np
import pandas as pd

from scenarios.findings import Finding, InvalidInput
from scenarios.pricing import PRICE, ClearedDay

PLACE = ["period", "area", "bus"]
LMP = "lmp_usd_per_mwh"
PARTS = [
    "energy_usd_per_mwh",
    "congestion_usd_per_mwh",
    "voltage_usd_per_mwh",
    "loss_usd_per_mwh",
]
NEEDED = [PRICE, "energy_usd_per_mwh", "congestion_usd_per_mwh"]


def at_buses(day: ClearedDay, rows: pd.DataFrame) -> pd.DataFrame:
    """Price of the bus of every row and its parts ($/MWh); raises InvalidInput without a price."""
    prices = day.tables["lmp"].select([*PLACE, LMP, *PARTS]).to_pandas()
    found = rows[PLACE].merge(prices, on=PLACE, how="left", validate="many_to_one")
    priced = found[[LMP, *PARTS]].set_axis(rows.index).rename(columns={LMP: PRICE})
    lacking = ~np.isfinite(priced[NEEDED].to_numpy(dtype=float)).all(axis=1)
    if lacking.any():
        raise InvalidInput("the prices to settle at", _findings(rows[lacking]))
    return priced


def _findings(rows: pd.DataFrame) -> list[Finding]:
    cure = "give every bus a price, its energy part and its congestion part in every period"
    places = rows[PLACE].drop_duplicates().itertuples(index=False)
    return [
        Finding(f"bus '{bus}' of area '{area}', period {period}", "it lacks a price", cure)
        for period, area, bus in places
    ]
