"""What every distributed resource earns over the day, design by design."""

from dataclasses import dataclass

import pandas as pd

OWNED = ("producer", "storage")  # kinds of parties that are resources


@dataclass(frozen=True)
class Earnings:
    """One resource: what it is paid and what is left after its cost ($ of the day), by design."""

    area: str
    asset: str
    received_usd: dict[str, float]
    surplus_usd: dict[str, float]


def earnings(surplus: pd.DataFrame, transmission: str) -> list[Earnings]:
    """Resources in distribution, those with the greatest surplus under any design first."""
    own = surplus[surplus["kind"].isin(OWNED) & (surplus["area"] != transmission)]
    sums = own.groupby(["area", "asset", "design"], sort=False)[
        ["received_usd", "surplus_usd"]
    ].sum()
    found: dict[tuple[str, str], Earnings] = {}
    for (area, asset, design), row in zip(sums.index, sums.to_dict("records"), strict=True):
        one = found.setdefault((area, asset), Earnings(area, asset, {}, {}))
        one.received_usd[design] = float(row["received_usd"])
        one.surplus_usd[design] = float(row["surplus_usd"])
    return sorted(found.values(), key=lambda one: -max(one.surplus_usd.values()))
