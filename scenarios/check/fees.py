"""Rules on fees: those who are to pay are there, and can bid with them."""

import math
from collections.abc import Iterator

from scenarios.assets import all_assets
from scenarios.check.prices import end_price
from scenarios.check.references import unknown
from scenarios.check.rows import Row, quoted, rows
from scenarios.fees import BOUNDARIES, Fee, payers
from scenarios.findings import Finding, near
from scenarios.records import TRANSMISSION
from scenarios.scenario import Scenario


def fees_name_payers(scenario: Scenario) -> Iterator[Finding]:
    """The payer is a group or a kind, and the asset one of that kind in the area."""
    upper = {a.area for a in scenario.areas if a.kind == TRANSMISSION}
    known = payers()
    for row in rows(scenario, "fees"):
        payer, named = row.record.payer, row.record.asset
        if payer not in known:
            cure = f"use a known word; {near(payer, known)}"
            yield row.finding("payer", f"the value is {payer!r}", cure)
        elif payer == BOUNDARIES and row.record.area not in upper:
            finding = f"area {row.record.area!r} is no transmission area"
            cure = "charge boundaries in transmission, or name another payer"
            yield row.finding("payer", finding, cure)
        elif named is not None:
            yield from _one_asset(scenario, row, known[payer])


def _one_asset(scenario: Scenario, row: Row, kinds: tuple[str, ...]) -> Iterator[Finding]:
    """That of the kinds exactly one asset has the name."""
    if len(kinds) > 1:
        finding = f"{row.record.payer!r} stands for several kinds, so that a name is not enough"
        cure = f"let payer be one of {quoted(kinds)}, or asset be null"
        yield row.finding("asset", finding, cure)
        return
    here = _names(scenario, kinds[0], row.record.area)
    if row.record.asset not in here:
        place = f"{kinds[0]!r} of area {row.record.area!r}"
        yield unknown(row, "asset", place, here)


def _names(scenario: Scenario, kind: str, area: str) -> set[str]:
    if kind == BOUNDARIES:
        return {b.boundary for b in scenario.boundaries}
    asset = all_assets()[kind]
    return {asset.name_of(r) for r in scenario.table(asset.table) if r.area == area}


def fees_suit_bids(scenario: Scenario) -> Iterator[Finding]:
    """With the fees in it no bid costs as much as shedding, and no bidder starts and stops."""
    committed = {(c.area, c.generator) for c in scenario.commitments}
    dearest = _dearest(scenario)
    for row in rows(scenario, "fees"):
        fee: Fee = row.record
        bids = fee.in_bids and "generator" in payers().get(fee.payer, ())
        for area, name in dearest if bids else ():
            if area != fee.area or fee.asset not in (None, name):
                continue
            asked = dearest[area, name] + fee.injected_usd_per_mwh
            if (area, name) in committed and fee.injected_usd_per_mwh:
                cure = "let in_bids be false: the fee is then settled after the day"
                yield row.finding("in_bids", f"{name!r} starts and stops", cure)
            elif 0 < scenario.voll_usd_per_mwh <= asked:
                finding = f"{name!r} would ask {asked!r} $/MWh, not below the value of lost load"
                cure = "lower the fee, or let in_bids be false"
                yield row.finding("injected_usd_per_mwh", finding, cure)


def _dearest(scenario: Scenario) -> dict[tuple[str, str], float]:
    """Highest price of every generator's offer ($/MWh), without fees."""
    dearest = {(g.area, g.generator): -math.inf for g in scenario.generators}
    for offer in scenario.offers:
        key = offer.area, offer.owner
        if key in dearest:
            dearest[key] = max(dearest[key], end_price(offer, +1))
    return dearest
