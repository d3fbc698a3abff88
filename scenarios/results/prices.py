"""What a MWh is worth: prices of buses, limits after outages, and rules that hold no integers."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Lmp:
    """Price of one more MW of consumption at a bus, and what it is made of."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the bus", key=True)
    bus: str = label("bus", key=True)
    lmp_usd_per_mwh: float = quantity("$/MWh", "locational marginal price")
    energy_usd_per_mwh: float = quantity("$/MWh", "price at the area's reference or root bus")
    congestion_usd_per_mwh: float = quantity("$/MWh", "part due to branch limits")
    voltage_usd_per_mwh: float | None = quantity("$/MWh", "part due to voltage limits")
    loss_usd_per_mwh: float | None = quantity("$/MWh", "part due to losses")
    reactive_usd_per_mvarh: float | None = quantity(
        "$/Mvarh",
        "price of one more Mvar of consumption; null where the formulation has none",
        default=None,
    )
    lowest_usd_per_mwh: float | None = quantity(
        "$/MWh",
        "lowest price that supports the dispatch; null where there is but one",
        default=None,
    )
    highest_usd_per_mwh: float | None = quantity(
        "$/MWh",
        "highest price that supports the dispatch; null where there is but one",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class OtherPrice:
    """A price by a rule that does not hold plants that start and stop as they are."""

    rule: str = label("pricing rule: relaxed or convex_hull", key=True)
    period: int = label("period, from 1", key=True)
    area: str = label("area of what is priced", key=True)
    kind: str = label(
        "bus, branch (its shadow price), reserve, or reserve_held by an asset", key=True
    )
    name: str = label(
        "name of the bus or branch; reserve and its zone, or reserve, kind and asset", key=True
    )
    price_usd_per_mwh: float = quantity("$/MWh", "price")
    energy_usd_per_mwh: float | None = quantity(
        "$/MWh", "price at the area's reference or root bus; null but for buses"
    )
    congestion_usd_per_mwh: float | None = quantity("$/MWh", "part due to branch limits")
    voltage_usd_per_mwh: float | None = quantity("$/MWh", "part due to voltage limits")
    loss_usd_per_mwh: float | None = quantity("$/MWh", "part due to losses")
    reactive_usd_per_mvarh: float | None = quantity(
        "$/Mvarh", "price of reactive power; null but for buses whose formulation has it"
    )


@dataclass(frozen=True, slots=True)
class OutageLimit:
    """A branch whose limit after an outage binds in some period."""

    rule: str = label("pricing rule whose shadow price it is: lmp, relaxed, convex_hull", key=True)
    period: int = label("period, from 1", key=True)
    area: str = label("area of the branch", key=True)
    branch: str = label("branch that would be full", key=True)
    outage: str = label("branch that would be lost", key=True)
    factor: float = quantity("1", "part of the lost branch's flow that the branch would take")
    p_mw: float = quantity("MW", "flow from its from end after the outage")
    rating_mva: float = quantity("MVA", "limit after an outage")
    shadow_usd_per_mwh: float = quantity(
        "$/MWh", "value of one more MW of it; negative where the flow to the from end binds"
    )


@dataclass(frozen=True, slots=True)
class LostOpportunity:
    """What a party could earn more over the day at the prices of a rule by another schedule.

    Parties are assets that share no limit with others, and operators with all that is left, areas
    with reactive power as a whole.
    """

    rule: str = label("pricing rule: lmp, relaxed or convex_hull", key=True)
    area: str = label("area of the party", key=True)
    kind: str = label("kind of asset, or operator", key=True)
    asset: str = label("name of the asset; none for an operator", key=True)
    lost_usd: float = quantity("$", "lost opportunity cost: its best profit less that which it has")


@dataclass(frozen=True, slots=True)
class NonConvexity:
    """What prices of a rule leave to be gained, in one market of plants that start and stop.

    The Lagrangian at the prices exceeds the welfare by what all parties lose.
    """

    rule: str = label("pricing rule: lmp, relaxed or convex_hull", key=True)
    area: str = label("area of the market; the first of those that are cleared together", key=True)
    welfare_usd: float = quantity("$", "utility minus cost of the day")
    lagrangian_usd: float = quantity("$", "what all parties could have together, each at best")
    unproved_usd: float = quantity(
        "$", "for convex_hull, most that other prices could leave less; 0 for others"
    )
