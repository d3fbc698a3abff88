"""What local assets sell past their local market."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class WholesaleOffer:
    """What a generator or store of a distribution area offers wholesale in one period."""

    period: int = label("period, from 1", key=True)
    area: str = label("distribution area", key=True)
    kind: str = label("kind of asset: generator or storage", key=True)
    asset: str = label("generator or store of type 1 or wholesale", key=True)
    gamma: float = quantity("1", "share of its power that it offers")
    beta_usd_per_mwh: float | None = quantity("$/MWh", "its offer price; null for stores")
    markup_usd_per_mwh: float = quantity("$/MWh", "what it asks beyond the cost of its share")
    offered_mw: float = quantity("MW", "gamma times the power available to sell")
    offered_purchase_mw: float = quantity("MW", "gamma times the power of a store to charge")
    deliverable_mw: float | None = quantity(
        "MW",
        "part of all offers of generators together that the feeder can carry; null for stores, "
        "which sell what they bought before",
    )


@dataclass(frozen=True, slots=True)
class WholesaleShare:
    """What a type 1 generator or store could gain by another share, at the clearing's prices."""

    area: str = label("distribution area", key=True)
    kind: str = label("kind of asset: generator or storage", key=True)
    asset: str = label("generator or store of type 1", key=True)
    gamma: float = quantity("1", "share of its power that it offers wholesale")
    best_gamma: float = quantity("1", "share that pays best at these prices")
    profit_usd: float = quantity("$", "profit of the day at its share")
    home_usd: float = quantity("$", "profit of the day if it offered nothing wholesale")
    gain_usd: float = quantity("$", "what it would gain at the best share")
