"""Spinning reserves, and who may hold them."""

from collections.abc import Mapping

from scenarios.importers.json_rows import Values
from scenarios.importers.unitcommitment.network import AREA
from scenarios.records import Reserve, ReserveOffer

OLD = "Spinning (MW)"  # the one reserve of version 0.2
PENALTY = "Shortfall penalty ($/MW)"


def reserves_of(
    held: Values, hour: float, periods: int, voll_usd_per_mwh: float
) -> tuple[list[Reserve], list[ReserveOffer]]:
    """Requirements by period, and offers of the thermal units that may hold them."""
    products = _products(held)
    reserves = []
    for name, row in products.items():
        price = row.number(PENALTY, -1.0)
        shortage = voll_usd_per_mwh if price < 0.0 else price / hour
        amount = row.series(OLD if name == OLD else "Amount (MW)", periods)
        reserves += [Reserve(AREA, name, t, mw, shortage) for t, mw in enumerate(amount, start=1)]
    offers = [
        ReserveOffer(AREA, product, unit)
        for unit, row in held.named("Generators").items()
        for product in _eligible(row, products)
    ]
    return reserves, offers


def _products(held: Values) -> dict[str, Values]:
    whole = held.held.get("Reserves") or {}
    if isinstance(whole, dict) and OLD in whole:
        return {OLD: Values(f"{held.place}, Reserves", whole, held.findings)}
    named = held.named("Reserves")
    for row in named.values():
        kind = row.text("Type")
        if kind.lower() != "spinning":
            row.refuse(f"its type is {kind!r}", "keep spinning reserves alone")
    return named


def _eligible(row: Values, products: Mapping[str, Values]) -> list[str]:
    if OLD in products:
        return [OLD] if row.held.get("Provides spinning reserves?", True) else []
    wanted = row.list_of_texts("Reserve eligibility")
    for name in wanted:
        if name not in products:
            row.refuse(f"there is no reserve {name!r}", "name a reserve of 'Reserves'")
    return wanted
