"""A clearing as its parties bid: with the grid fees that stand in their bids.

The tables have costs and values without fees. Where parties bid with them, the dispatch is the
best at bids, so that is what the laws are held against; the fees are taken from the table again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scenarios.clearing import Clearing
from scenarios.records import Offer
from scenarios.results import BID, GENERATOR, STORAGE
from scenarios.scenario import Scenario

FeesBid = Callable[[str, str, str], tuple[float, float]]
WORDS = {GENERATOR: "producer", BID: "consumer", STORAGE: "storage"}


def fees_bid(scenario: Scenario) -> FeesBid:
    """Fees ($/MWh) of what an asset draws and feeds in, by area, kind and name, as it bids them."""
    known: dict[tuple[str, str, str | None], list[float]] = {}
    for fee in scenario.fees:
        if fee.in_bids:
            sums = known.setdefault((fee.area, fee.payer, fee.asset), [0.0, 0.0])
            sums[0] += fee.withdrawn_usd_per_mwh
            sums[1] += fee.injected_usd_per_mwh

    def of(area: str, kind: str, name: str) -> tuple[float, float]:
        words = dict.fromkeys((kind, WORDS.get(kind, kind)))
        keys = [(area, word, asset) for word in words for asset in (None, name)]
        found = [known[key] for key in keys if key in known]
        return sum(f[0] for f in found), sum(f[1] for f in found)

    return of


def as_bid(scenario: Scenario, clearing: Clearing) -> tuple[Scenario, Clearing]:
    """Offers, costs of stores, cost and value of what is dispatched, and welfare, fees included."""
    if not any(fee.in_bids for fee in scenario.fees):
        return scenario, clearing
    fees = fees_bid(scenario)
    generators = {(g.area, g.generator) for g in scenario.generators}
    bidding = replace(
        scenario,
        offers=tuple(
            _asked(o, fees, sells=(o.area, o.owner) in generators) for o in scenario.offers
        ),
        storage=tuple(
            replace(s, cost_usd_per_mwh=s.cost_usd_per_mwh + fees(s.area, STORAGE, s.storage)[1])
            for s in scenario.storage
        ),
    )
    tables = dict(clearing.tables)
    paid = 0.0
    for name in ("schedule", "dispatch"):
        if name in tables:
            tables[name], paid = _with_fees(tables[name], fees, scenario)
    return bidding, replace(clearing, tables=tables, welfare_usd=clearing.welfare_usd - paid)


def _asked(offer: Offer, fees: FeesBid, *, sells: bool) -> Offer:
    drawn, fed = fees(offer.area, GENERATOR if sells else BID, offer.owner)
    price = offer.price_usd_per_mwh + (fed if sells else -drawn)
    return replace(offer, price_usd_per_mwh=price)


def _with_fees(table: pa.Table, fees: FeesBid, scenario: Scenario) -> tuple[pa.Table, float]:
    """The dispatch with fees in its costs and values, and all of them together ($)."""
    rows = table.select(["period", "area", "kind", "asset"]).to_pylist()
    power = table["p_mw"].to_numpy()
    owed = np.zeros(len(rows))
    for n, row in enumerate(rows):
        if row["kind"] in WORDS:
            drawn, fed = fees(row["area"], row["kind"], row["asset"])
            given = -power[n] if row["kind"] == BID else power[n]
            asked = fed * max(given, 0.0) + drawn * max(-given, 0.0)
            owed[n] = asked * scenario.hours[row["period"] - 1]
    bids = np.array([row["kind"] == BID for row in rows], dtype=bool)
    changed: Mapping[str, np.ndarray] = {
        "cost_usd": np.where(bids, 0.0, owed),
        "value_usd": np.where(bids, -owed, 0.0),
    }
    for column, more in changed.items():
        at = table.column_names.index(column)
        table = table.set_column(at, table.schema.field(at), pc.add(table[column], pa.array(more)))
    return table, float(owed.sum())
