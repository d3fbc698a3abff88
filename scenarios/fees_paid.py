"""What bids ask beyond cost in a dispatch, for grid fees."""

import pandas as pd

from scenarios.fees import BIDDING
from scenarios.results import consuming
from scenarios.scenario import Scenario
from scenarios.totals import hours_of


def fees_in_bids(scenario: Scenario, dispatch: pd.DataFrame) -> float:
    """Fees of the day ($) that all assets in a dispatch have bid with."""
    if not any(fee.in_bids for fee in scenario.fees):
        return 0.0
    rows = dispatch[dispatch["kind"].isin(BIDDING)]
    keys = rows[["area", "kind", "asset"]].itertuples(index=False)
    views = {a.area: scenario.area(a.area) for a in scenario.areas}
    rates = [views[area].fee_in_bid(kind, asset) for area, kind, asset in keys]
    drawn, fed = pd.DataFrame(rates, rows.index, ["drawn", "fed"]).T.to_numpy()
    power = rows["p_mw"].mask(rows["kind"].isin(consuming()), -rows["p_mw"]).to_numpy()
    asked = fed * power.clip(min=0.0) + drawn * (-power).clip(min=0.0)
    return float(asked @ hours_of(scenario, rows["period"]))
