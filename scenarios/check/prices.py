"""Rules on prices: convex cost, concave value, and both within the price of shedding."""

from collections.abc import Iterator
from itertools import pairwise

from scenarios.assets import all_assets
from scenarios.check.offers import curves
from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.records import Offer
from scenarios.scenario import Scenario

ROUNDING = 1e-9  # relative; price + slope * quantity carries rounding of that order


def curves_are_convex(scenario: Scenario) -> Iterator[Finding]:
    """Cost never falls, and value never rises, from one segment to the next."""
    bids = _bidders(scenario)
    for owner, mine in curves(scenario).items():
        judge = _value_falls if owner in bids else _cost_rises
        for curve in mine.values():
            for lower, upper in pairwise(curve):
                yield from judge(lower, upper)


def _bidders(scenario: Scenario) -> set[tuple[str, str]]:
    """Area and name of those whose curve is a value."""
    kinds = [k for k in all_assets().values() if k.has_curve and k.group == "consumer"]
    return {(r.area, k.name_of(r)) for k in kinds for r in scenario.table(k.table)}


def _cost_rises(lower: Row, upper: Row) -> Iterator[Finding]:
    end, start = end_price(lower.record, +1), upper.record.price_usd_per_mwh
    if start < end - ROUNDING * max(1.0, abs(end)):
        finding = f"the price is {start!r} $/MWh, but step {lower.record.step} ends at {end!r}"
        cure = "a cost curve must be convex: order the steps by rising price"
        yield upper.finding("price_usd_per_mwh", finding, cure)


def _value_falls(lower: Row, upper: Row) -> Iterator[Finding]:
    end, start = end_price(lower.record, -1), upper.record.price_usd_per_mwh
    if start > end + ROUNDING * max(1.0, abs(end)):
        finding = f"the value is {start!r} $/MWh, but step {lower.record.step} ends at {end!r}"
        cure = "a value curve must be concave: order the steps by falling value"
        yield upper.finding("price_usd_per_mwh", finding, cure)


def end_price(offer: Offer, sign: int) -> float:
    """Price at a segment's end ($/MWh); `sign` is +1 for a cost, -1 for a value."""
    return offer.price_usd_per_mwh + sign * offer.slope_usd_per_mw2h * offer.quantity_mw


def prices_stay_below_shedding(scenario: Scenario) -> Iterator[Finding]:
    """No power costs more than shedding, and no bid is worth more than what shedding costs."""
    voll = scenario.voll_usd_per_mwh
    if not voll > 0:
        return
    bids = _bidders(scenario)
    for row in rows(scenario, "offers"):
        price = row.record.price_usd_per_mwh
        bid = (row.record.area, row.record.owner) in bids
        if bid and price > voll:
            finding = f"the value is {price!r} $/MWh, above voll_usd_per_mwh of {voll!r}"
            cure = "raise voll_usd_per_mwh: loads would be shed to serve this bid"
            yield row.finding("price_usd_per_mwh", finding, cure)
        elif not bid and price >= voll:
            finding = f"the price is {price!r} $/MWh, not below voll_usd_per_mwh of {voll!r}"
            cure = "raise voll_usd_per_mwh: shedding would be cheaper than this power"
            yield row.finding("price_usd_per_mwh", finding, cure)


def prices_stay_above_spilling(scenario: Scenario) -> Iterator[Finding]:
    """No generator pays more for its output than spilling it costs."""
    spill = scenario.spill_usd_per_mwh
    if not spill >= 0:
        return
    bids = _bidders(scenario)
    for row in rows(scenario, "offers"):
        price = row.record.price_usd_per_mwh
        if (row.record.area, row.record.owner) not in bids and price < -spill:
            finding = f"the price is {price!r} $/MWh, below minus spill_usd_per_mwh of {spill!r}"
            cure = "raise spill_usd_per_mwh: producing in order to spill would pay"
            yield row.finding("price_usd_per_mwh", finding, cure)
