"""Welfare that designs lose against the best of them."""

import math

import pandas as pd


def welfare_loss(welfare: pd.Series) -> pd.DataFrame:
    """Loss of each design ($, and % of the best welfare); `welfare` ($) is indexed by design.

    >>> welfare_loss(pd.Series({"a": 90.0, "b": 100.0}))["loss_percent"].to_dict()
    {'a': 10.0, 'b': 0.0}
    """
    best = welfare.max()
    loss = best - welfare
    share = 100 * loss / abs(best) if best else float("nan") * loss
    return pd.DataFrame({"welfare_usd": welfare, "loss_usd": loss, "loss_percent": share})


def share_text(percent: float) -> str:
    """A share in three digits, or that it is too small to matter.

    >>> share_text(14.2857), share_text(1e-5)
    ('14.3 %', '< 0.001 %')
    """
    if math.isnan(percent):  # of a best welfare of zero
        return "–"
    return "< 0.001 %" if 0 < percent < 1e-3 else f"{percent:.3g} %"
