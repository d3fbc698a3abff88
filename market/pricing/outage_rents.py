"""What limits after outages make of the shadow prices of branches."""

import pandas as pd
import pyarrow as pa

from scenarios.results import FIXED_RULE

SHADOW = "shadow_usd_per_mwh"


def with_outages(flows: pd.DataFrame, limits: pa.Table | None) -> pd.DataFrame:
    """Flows with shadow prices that say the same as those of limits after outages besides.

    A limit presses on its branch and, by the share that this takes, on the one that is lost.
    """
    if limits is None or not limits.num_rows:
        return flows
    rows = limits.to_pandas()
    rows = rows[rows["rule"] == FIXED_RULE]
    key = ["period", "area", "branch"]
    lost = rows.assign(branch=rows["outage"], **{SHADOW: rows["factor"] * rows[SHADOW]})
    pressed = pd.concat([rows, lost]).groupby(key)[SHADOW].sum()
    more = pressed.reindex(pd.MultiIndex.from_frame(flows[key])).fillna(0.0).to_numpy()
    return flows.assign(**{SHADOW: flows[SHADOW] + more})
