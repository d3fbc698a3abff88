"""What was moved after a first market, what that costs, and what foreseeing it would have earned.

L. Hirth, I. Schlecht, "Market-Based Redispatch in Zonal Electricity Markets: The Preconditions
for and Consequence of Inc-Dec Gaming", ZBW, 2019.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.quantity import arrow_schema
from scenarios.results import GENERATOR
from scenarios.scenario import Scenario
from scenarios.totals import hours_of
from settlement.settlement_records import Redispatched

PLACE = ["period", "area", "bus"]
KEY = ["period", "area", "kind", "asset", "bus"]
NET = ["p_mw", "cost_usd", "value_usd"]
LMP = "lmp_usd_per_mwh"


def redispatched(scenario: Scenario, tables: Mapping[str, pa.Table]) -> pa.Table:
    """One row per asset and period; none where no market came before the last one."""
    schema = arrow_schema(Redispatched)
    if not tables["schedule"].num_rows:
        return schema.empty_table()
    before = tables["schedule"].select([*KEY, *NET, "p_max_mw"]).to_pandas()
    after = tables["dispatch"].select([*KEY, *NET]).to_pandas()
    rows = before.merge(after, on=KEY, how="outer", suffixes=("_before", ""))
    rows = rows.fillna({f"{name}{end}": 0.0 for name in NET for end in ("", "_before")})
    rows["scheduled_mw"] = rows["p_mw_before"]
    rows["moved_mw"] = rows["p_mw"] - rows["p_mw_before"]
    rows["cost_usd"] = _net(rows, "") - _net(rows, "_before")
    rows["schedule_usd_per_mwh"] = _prices(tables["schedule_lmp"], rows)
    rows[LMP] = _prices(tables["lmp"], rows)
    rows["anticipation_usd"] = _anticipation(scenario, rows)
    ordered = rows.sort_values("period", kind="stable")
    return pa.Table.from_pandas(ordered, schema, preserve_index=False)


def _net(rows: pd.DataFrame, end: str) -> pd.Series:
    """Cost less value ($)."""
    net: pd.Series = rows[f"cost_usd{end}"] - rows[f"value_usd{end}"]
    return net


def _prices(lmp: pa.Table, rows: pd.DataFrame) -> pd.Series:
    """Price ($/MWh) at the bus of every row."""
    held = lmp.select([*PLACE, LMP]).to_pandas().set_index(PLACE)[LMP]
    found: pd.Series = held.reindex(pd.MultiIndex.from_frame(rows[PLACE])).set_axis(rows.index)
    return found


def _anticipation(scenario: Scenario, rows: pd.DataFrame) -> pd.Series:
    """Price difference ($) times what a generator would have scheduled to be bought back."""
    least = {(g.area, g.generator): g.p_min_mw for g in scenario.generators}
    keys = zip(rows["area"], rows["asset"], strict=True)
    low = np.array([least.get(key, 0.0) for key in keys])
    apart = rows["schedule_usd_per_mwh"] - rows[LMP]
    wanted = np.where(apart > 0, rows["p_max_mw"], np.minimum(low, rows["p_max_mw"]))
    gain = apart * (wanted - rows["scheduled_mw"]) * hours_of(scenario, rows["period"])
    found: pd.Series = gain.clip(lower=0.0).where(rows["kind"] == GENERATOR)
    return found
