"""What was said before the first price, and whether all that was said is of a known kind."""

import numpy as np
import pandas as pd

from validation.check import Check, Missed, check, outside
from validation.cleared import Cleared
from validation.messages import KINDS
from validation.tolerances import Tolerances

PLACE = ["boundary", "product", "period"]


def messages_are_known(cleared: Cleared) -> Check:
    """No message is of a kind that no law reads."""
    kinds = cleared.clearing.frame("message").quantity.drop_duplicates()
    strange = np.array(~kinds.isin(KINDS), dtype=float)[:, None]
    missed = Missed(kinds.tolist(), strange)
    return check("kinds of messages", 0.0, "kinds", missed)


def limits_are_kept(cleared: Cleared, within: Tolerances) -> Check:
    """No schedule of an area is outside the limits that it announced."""
    sent = cleared.clearing.frame("message")
    least, most = (_by_place(sent, side) for side in ("least", "most"))
    said = sent[sent.quantity.isin(["schedule", "final_schedule"])]
    places = pd.MultiIndex.from_frame(said[PLACE])
    low, high = least.reindex(places).fillna(-np.inf), most.reindex(places).fillna(np.inf)
    off = outside(*(np.array(side, dtype=float) for side in (said.value, low, high)))
    return check("announced limits", within.mw, "MW", Missed(said.boundary.tolist(), off[:, None]))


def _by_place(sent: pd.DataFrame, quantity: str) -> "pd.Series[float]":
    return sent[sent.quantity == quantity].groupby(PLACE).value.last()
