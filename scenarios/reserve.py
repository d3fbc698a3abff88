"""Spinning reserve: how much an area must hold, who may hold it, and what each product asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scenarios.quantity import label, quantity

UP, DOWN = "up", "down"
DIRECTIONS = (UP, DOWN)
EVERYWHERE = ""  # where a requirement names no zone
HOLDERS = ("generator", "storage", "bid")  # kinds of assets that may hold reserve


@dataclass(frozen=True, slots=True)
class Reserve:
    """Spinning reserve that an area, or a zone of it, holds, and what it costs to hold less."""

    area: str = label("area that must hold it", key=True)
    reserve: str = label("name of the product", key=True)
    period: int | None = label("period; null means every period", key=True)
    requirement_mw: float = quantity("MW", "reserve to be held")
    shortage_usd_per_mwh: float = quantity("$/MWh", "price of each MW that is not held for an hour")
    zone: str | None = label(
        "zone of the buses that hold it; null means the whole area", key=True, default=None
    )

    @property
    def within(self) -> str:
        """The zone, or EVERYWHERE."""
        return EVERYWHERE if self.zone is None else self.zone


@dataclass(frozen=True, slots=True)
class ReserveProduct:
    """What it means to hold a product; one without a row is upward, for a period, at any place."""

    area: str = label("area that must hold it", key=True)
    reserve: str = label("name of the product", key=True)
    direction: str = label("up: more power to the grid; down: less", default=UP)
    minutes: float | None = quantity(
        "min", "time in which it must be there; null means the period", default=None
    )
    sustain_h: float | None = quantity(
        "h", "time for which a store must keep it up; null means the period", default=None
    )


@dataclass(frozen=True, slots=True)
class ReserveShortage:
    """The first MW that are not held cost less, step by step; the rest what its reserve says."""

    area: str = label("area that must hold it", key=True)
    reserve: str = label("name of the product", key=True)
    step: int = label("position of the step, from 1", key=True)
    quantity_mw: float = quantity("MW", "width of the step")
    price_usd_per_mwh: float = quantity("$/MWh", "price of each MW not held for an hour")


@dataclass(frozen=True, slots=True)
class ReserveOffer:
    """An asset that may hold a reserve: a generator, a store or a flexible load.

    A product that its own area does not require is one of transmission, held over its boundary.
    """

    area: str = label("area of the asset", key=True)
    reserve: str = label("product that it may hold", key=True)
    generator: str | None = label("name of the generator; null for others", key=True, default=None)
    p_max_mw: float | None = quantity("MW", "most that it may hold; null means all", default=None)
    price_usd_per_mwh: float = quantity("$/MWh", "price of holding a MW for an hour", default=0.0)
    storage: str | None = label("name of the store; null for others", key=True, default=None)
    bid: str | None = label("name of the flexible load; null for others", key=True, default=None)

    @property
    def holder(self) -> tuple[str, str]:
        """Kind and name of the asset, the first that is named."""
        kind = next((k for k in HOLDERS if getattr(self, k) is not None), HOLDERS[0])
        return kind, getattr(self, kind) or ""


RESERVE_TABLES = ("reserves", "reserve_offers", "reserve_products", "reserve_shortages")


@dataclass(frozen=True)
class Reserves:
    """What an area must hold and may hold of reserves.

    `required` is by product and zone, `offers` by kind, asset and product, `steps` by product.
    `products` are all that the area requires or its assets may hold. `crossing` are boundaries and
    products of transmission that the assets behind them may hold.
    """

    required: Mapping[tuple[str, str], tuple[Reserve, ...]] = field(default_factory=dict)
    offers: Mapping[tuple[str, str, str], ReserveOffer] = field(default_factory=dict)
    products: Mapping[str, ReserveProduct] = field(default_factory=dict)
    steps: Mapping[str, tuple[ReserveShortage, ...]] = field(default_factory=dict)
    crossing: tuple[tuple[str, str], ...] = ()

    @property
    def crosses(self) -> frozenset[str]:
        """Products that cross boundaries."""
        return frozenset(product for _, product in self.crossing)

    def at_home(self) -> "Reserves":
        """What of it crosses no boundary."""
        own = {name for name, _ in self.required}
        kept = {key: offer for key, offer in self.offers.items() if key[-1] in own}
        return replace(self, offers=kept, crossing=())
