"""Payoffs of distribution operators where customers pay a tariff and sun and wind have another.

To the payoff of an area, which is its surplus, one may add what the tariff brings less what is
paid for renewable energy; or take what the operator keeps on its own account.
"""

from market.pricing.retail import Retail
from settlement import Settlement

RETAIL = Retail(tariff_usd_per_mwh=90.0, feed_in_usd_per_mwh=40.0)
READING = (
    f"with tariff: the same and what customers pay at {RETAIL.tariff_usd_per_mwh:g} $/MWh, less "
    f"what PV and wind have at {RETAIL.feed_in_usd_per_mwh:g}"
)


def payoffs_with_tariff(settled: Settlement) -> dict[str, float]:
    """Surplus of every area ($ of the day), revenue by tariff added and feed-in taken off.

    The day must be settled by RETAIL.
    """
    rows = settled.priced[settled.priced["position"] == "local_energy"]
    tariffed = rows[rows["product"] == "retail_margin"][["period", "area", "kind", "asset"]]
    own = rows.merge(tariffed, on=["period", "area", "kind", "asset"])
    brought = -own.groupby("area")["amount_usd"].sum()
    surplus = settled.area_surplus_of_day()
    return {area: amount + float(brought.get(area, 0.0)) for area, amount in surplus.items()}
