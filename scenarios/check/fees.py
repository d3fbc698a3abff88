"""Rules on fees: those who are to pay are there."""

from collections.abc import Iterator

from scenarios.assets import all_assets
from scenarios.check.references import unknown
from scenarios.check.rows import Row, quoted, rows
from scenarios.fees import BOUNDARIES, payers
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
