"""Spinning reserve: how much an area must hold, and who may hold it."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Reserve:
    """Upward spinning reserve that an area holds, and what it costs to hold less."""

    area: str = label("area that must hold it", key=True)
    reserve: str = label("name of the product", key=True)
    period: int | None = label("period; null means every period", key=True)
    requirement_mw: float = quantity("MW", "reserve to be held")
    shortage_usd_per_mwh: float = quantity("$/MWh", "price of each MW that is not held for an hour")


@dataclass(frozen=True, slots=True)
class ReserveOffer:
    """A generator that may hold a reserve, of what it could produce beyond its output."""

    area: str = label("area of the generator", key=True)
    reserve: str = label("product that it may hold", key=True)
    generator: str = label("name of the generator", key=True)
    p_max_mw: float | None = quantity("MW", "most that it may hold; null means all", default=None)
    price_usd_per_mwh: float = quantity("$/MWh", "price of holding a MW for an hour", default=0.0)


RESERVE_TABLES = ("reserves", "reserve_offers")
