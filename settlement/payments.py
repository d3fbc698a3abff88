"""Positions at the prices of a pricing rule: who pays whom how much, before rounding."""

import numpy as np
import pandas as pd

from scenarios.findings import Finding, InvalidInput
from scenarios.pricing import PRICE, ClearedDay
from settlement.positions import place_of


def payments(day: ClearedDay, prices: pd.DataFrame) -> pd.DataFrame:
    """Every position with its price, what that consists of, and `amount_usd` to the party.

    An amount is negative where the party pays; `position` is the product that was to be priced,
    `product` what the rule calls the payment for it. Raises `InvalidInput` where a position has no
    price.
    """
    findings = list(_unpriced(day.positions, prices))
    if findings:
        raise InvalidInput("the prices to settle at", findings)
    rows = day.positions.loc[prices.index]
    asked = rows["product"].to_numpy()
    paid = rows.assign(position=asked, **{str(name): prices[name].to_numpy() for name in prices})
    paid["amount_usd"] = paid["energy_mwh"] * paid[PRICE]
    return paid.reset_index(drop=True)


def _unpriced(positions: pd.DataFrame, prices: pd.DataFrame) -> list[Finding]:
    """Positions that the rule left out or gave no finite price."""
    left_out = positions.index.difference(prices.index)
    no_number = prices.index[~np.isfinite(prices[PRICE].to_numpy(dtype=float))]
    cure = "a pricing rule gives every position a finite price, by the index of the positions"
    return [
        Finding(place_of(positions.loc[i]), finding, cure)
        for rows, finding in ((left_out, "it has no price"), (no_number, "its price is no number"))
        for i in rows.unique()
    ]
