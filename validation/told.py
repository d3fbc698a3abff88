"""What is told in one pass, without rounds: plans that are announced are kept."""

import pandas as pd

from validation.check import Check, Missed, check
from validation.cleared import Cleared
from validation.tolerances import Tolerances

KEY = ["boundary", "period"]
TOLD = ("plan", "schedule")


def plans_are_kept(cleared: Cleared, within: Tolerances) -> Check:
    """Boundary power that was last told is what crosses; round 0 holds forecasts and bids."""
    rows = cleared.clearing.tables["message"].to_pandas()
    told = rows[(rows["round"] > 0) & rows["quantity"].isin(TOLD)]
    last = told.drop_duplicates(["quantity", *KEY], keep="last")
    crossing = cleared.clearing.tables["boundary"].to_pandas().set_index(KEY)["p_mw"]
    keys = pd.MultiIndex.from_frame(last[KEY].astype({"period": int}))
    missed = last["value"].to_numpy() - crossing.reindex(keys).to_numpy()
    named = zip(last["quantity"], last["boundary"], strict=True)
    names = [f"{quantity} of {boundary}" for quantity, boundary in named]
    return check("plans are kept", within.mw, "MW", Missed(names, missed.reshape(-1, 1)))
