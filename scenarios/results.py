"""The result tables of a clearing: one record type per table, the same whatever the formulation."""

from dataclasses import dataclass

from scenarios.assets import all_assets
from scenarios.quantity import label, quantity

GENERATOR, LOAD, BID, STORAGE, DC_LINE = "generator", "load", "bid", "storage", "dc_line"
UNSERVED, SPILLED = "unserved", "spilled"
SHORTAGE = "reserve_shortage"
ENERGY = "energy"  # what crosses a boundary beside reserves
FIXED_RULE = "lmp"  # pricing rule of what a clearing publishes
TSO = "tso"
# What names a price by another rule of a requirement, and of what an asset holds.
RESERVE_NAMES = {"reserve": ("reserve", "zone"), "reserve_held": ("reserve", "kind", "asset")}
TOTAL, CARRIED_TOTAL = "total", "carried_total"  # kinds that transmission keeps of answers
CARRIED_WORTH = "carried_worth"
COMMITMENT, CEILING = "commitment", "ceiling"  # of the plants that are held, and of all
KEPT = (TOTAL, CARRIED_TOTAL, COMMITMENT, CEILING)


def consuming() -> list[str]:
    """Kinds in the dispatch table whose `p_mw` is consumption."""
    return [*(kind for kind, asset in all_assets().items() if asset.sign < 0), SPILLED]


def of_network() -> list[str]:
    """Kinds in the dispatch table that belong to the operators, such as DC lines."""
    return [kind for kind, asset in all_assets().items() if asset.group == "network"]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What one asset does in one period; a DC line has a row for each of its two buses.

    `p_mw` is production for generators, storage (negative while charging) and unserved energy at
    a bus, what a DC line gives to a bus, and consumption for loads of all kinds and spilled energy.
    """

    period: int = label("period, from 1", key=True)
    area: str = label("area of the asset", key=True)
    kind: str = label(
        "kind of asset, such as generator, load or storage; unserved or spilled", key=True
    )
    asset: str = label("name of the asset; the bus for unserved and spilled", key=True)
    bus: str = label("bus of the asset", key=True)
    p_mw: float = quantity("MW", "production, or consumption of loads and spilled energy")
    p_max_mw: float | None = quantity("MW", "greatest value of p_mw in this period")
    q_mvar: float | None = quantity("Mvar", "reactive production or consumption, like p_mw")
    unserved_mw: float = quantity("MW", "inelastic load of this asset that is shed")
    energy_mwh: float | None = quantity("MWh", "energy in a store at the end of the period")
    cost_usd: float = quantity("$", "cost of the period, value of lost load included")
    value_usd: float = quantity(
        "$", "value to a flexible load in the period; of a store, of what it holds more than before"
    )
    p_wholesale_mw: float | None = quantity(
        "MW",
        "part of p_mw sold past a local market, negative where a store buys past it; "
        "null where there is no choice",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class PlantState:
    """Whether a plant that starts and stops is on in one period."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the generator", key=True)
    generator: str = label("generator with a commitment", key=True)
    on: float = quantity("1", "1 where it is on, 0 where it is off")
    started: float = quantity("1", "1 where it was off in the period before")
    stopped: float = quantity("1", "1 where it was on in the period before and is off")
    start_cost_usd: float = quantity("$", "cost of the start, part of its cost of the period")


@dataclass(frozen=True, slots=True)
class ReserveHeld:
    """Reserve that an asset holds in one period."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the asset", key=True)
    reserve: str = label("product", key=True)
    kind: str = label("kind of asset: generator, storage or bid", key=True)
    asset: str = label("asset that holds it", key=True)
    p_mw: float = quantity("MW", "reserve held")
    price_usd_per_mwh: float = quantity(
        "$/MWh", "what it earns: all requirements that it counts for"
    )
    cost_usd: float = quantity("$", "cost of holding it, part of the asset's of the period")


@dataclass(frozen=True, slots=True)
class ReservePrice:
    """What a reserve is worth in one period, and what of it is not held."""

    period: int = label("period, from 1", key=True)
    area: str = label("area that must hold it", key=True)
    reserve: str = label("product", key=True)
    zone: str | None = label("zone that must hold it; null for the whole area", key=True)
    required_mw: float = quantity("MW", "reserve to be held")
    shortage_mw: float = quantity("MW", "part that is not held")
    price_usd_per_mwh: float = quantity("$/MWh", "cost of one more MW of the requirement")
    cost_usd: float = quantity("$", "cost of the shortage")


@dataclass(frozen=True, slots=True)
class BoundaryReserve:
    """Reserve that assets behind a boundary hold for transmission in one period."""

    period: int = label("period, from 1", key=True)
    boundary: str = label("boundary", key=True)
    area: str = label("distribution area")
    reserve: str = label("product", key=True)
    p_mw: float = quantity("MW", "reserve held")
    price_usd_per_mwh: float = quantity("$/MWh", "what it is worth to transmission there")
    cost_usd_per_mwh: float | None = quantity(
        "$/MWh", "what one more MW costs the area; null where its operator was lost"
    )


@dataclass(frozen=True, slots=True)
class ReserveBus:
    """A feeder's bus once all reserve of a direction that is held for transmission is used."""

    period: int = label("period, from 1", key=True)
    area: str = label("distribution area", key=True)
    direction: str = label("up or down", key=True)
    bus: str = label("bus", key=True)
    v_pu: float | None = quantity("p.u.", "voltage magnitude")
    price_usd_per_mwh: float = quantity(
        "$/MWh", "what one more MW that is drawn there by then costs, beside the price at the root"
    )
    congestion_usd_per_mwh: float = quantity("$/MWh", "part due to branch limits")
    voltage_usd_per_mwh: float | None = quantity("$/MWh", "part due to voltage limits")
    reactive_usd_per_mvarh: float | None = quantity("$/Mvarh", "the same of a Mvar")


@dataclass(frozen=True, slots=True)
class ReserveFlow:
    """A feeder's branch once all reserve of a direction that is held for transmission is used."""

    period: int = label("period, from 1", key=True)
    area: str = label("distribution area", key=True)
    direction: str = label("up or down", key=True)
    branch: str = label("branch", key=True)
    p_mw: float = quantity("MW", "active power flow at the from end")
    q_mvar: float | None = quantity("Mvar", "reactive power flow at the from end")
    shadow_usd_per_mwh: float = quantity("$/MWh", "value of one more MW of rating")


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
class Flow:
    """Flow on one branch in one period, at its from end."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the branch", key=True)
    branch: str = label("branch", key=True)
    from_bus: str = label("bus at the from end")
    to_bus: str = label("bus at the to end")
    p_mw: float = quantity("MW", "active flow")
    q_mvar: float | None = quantity("Mvar", "reactive flow")
    rating_mva: float | None = quantity(
        "MVA", "limit that the market kept: the rating less any margin; null means none"
    )
    shadow_usd_per_mwh: float = quantity(
        "$/MWh", "value of one more MW of rating; negative where the flow to the from end binds"
    )
    loss_mw: float | None = quantity(
        "MW", "active loss; null where the formulation has none", default=None
    )
    excess_loss_mw: float | None = quantity(
        "MW", "loss that no flow causes: a relaxation is exact where it is 0", default=None
    )
    drop_usd_per_h: float | None = quantity(
        "$/h",
        "value of one p.u. less of squared voltage lost on the way; null where losses do not "
        "follow voltages",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A branch whose losses a relaxation overstated, so that its area's schedule was repaired."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the branch", key=True)
    branch: str = label("branch", key=True)
    excess_loss_mw: float = quantity("MW", "loss that no flow caused, before the repair")


@dataclass(frozen=True, slots=True)
class Voltage:
    """Voltage at one bus in one period; null where the formulation has none."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the bus", key=True)
    bus: str = label("bus", key=True)
    v_pu: float | None = quantity("p.u.", "voltage magnitude")
    angle_rad: float | None = quantity("rad", "voltage angle")


@dataclass(frozen=True, slots=True)
class BoundaryFlow:
    """What crosses one boundary in one period, positive into distribution."""

    period: int = label("period, from 1", key=True)
    boundary: str = label("boundary", key=True)
    area: str = label("distribution area")
    p_mw: float = quantity("MW", "power that the distribution area takes")
    q_mvar: float | None = quantity("Mvar", "reactive power that the distribution area takes")
    lmp_usd_per_mwh: float = quantity("$/MWh", "price at the boundary bus in transmission")
    dlmp_usd_per_mwh: float | None = quantity(
        "$/MWh", "price at the root bus in distribution; null where its operator was lost"
    )
    ban_usd_per_mwh: float | None = quantity(
        "$/MWh",
        "worth of one more MW that the local market may export; null where there is none",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Message:
    """One number that crossed the boundary between two operators, or a total of such numbers."""

    round: int = label("round of the coordination, from 1; 0 is what is sent before it", key=True)
    question: int = label(
        "question that it puts or answers, in order from 1; 0 is what is sent before the first",
        key=True,
    )
    sender: str = label("tso, or the distribution area", key=True)
    boundary: str = label("boundary", key=True)
    product: str = label("energy, or the reserve that crosses there", key=True)
    period: int | None = label("period; null where one number stands for the day", key=True)
    point: int | None = label(
        "place along a bid curve, or among what is carried, from 1; null for other quantities",
        key=True,
    )
    value: float = quantity("", "the number, in the quantity's unit")
    quantity: str = label(
        "price, plan and slope (by which the price rises beyond the plan), bound (most that "
        "transmission earns at the price, or where it has risen to), value (marginal, of a plan "
        "without a price), schedule, welfare, slack (most that its reply falls short), total (of "
        "all who answered and of the bound; kept by transmission), carried (what devices carry to "
        "the next period), carried_worth (what one more of it is worth to later periods), "
        "carried_total (of all who answered; kept by transmission), commitment "
        "(number of the one held, of which alone the bound tells) and ceiling (what no schedule "
        "exceeds, whatever plants do; both kept by transmission), least and most (limits of all "
        "schedules), curve_mw, curve_price, or final_ and price, schedule, welfare, bound, "
        "commitment, ceiling or earned (what an area earns at best)",
        key=True,
    )
    unit: str = label("MW, $/MWh, $/MW2h or $; MW or MWh of what is carried; number")


@dataclass(frozen=True, slots=True)
class Round:
    """State of the coordination after one round."""

    round: int = label("round, from 1", key=True)
    lower_usd: float | None = quantity(
        "$",
        "welfare of a schedule that is known to be feasible; null as long as plants are partly on",
    )
    upper_usd: float | None = quantity(
        "$", "welfare that no schedule can exceed; null as long as an answer is missing"
    )
    gap_relative: float | None = quantity(
        "1", "(upper - lower) / max(1, |upper|); null without a bound"
    )
    quantity_residual_mw: float | None = quantity(
        "MW", "largest disagreement on boundary power; null as long as nothing is to compare"
    )
    price_residual_usd_per_mwh: float | None = quantity(
        "$/MWh", "largest change of a boundary price; null as long as nothing is to compare"
    )
    late: str = label("areas whose last reply was kept, separated by commas", default="")


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


@dataclass(frozen=True, slots=True)
class Exchange:
    """Trade between zones in one period, or the flow that it causes on a critical branch."""

    period: int = label("period, from 1", key=True)
    element: str = label("border between two zones, or critical branch", key=True)
    p_mw: float = quantity("MW", "exchange over the border, or flow that net positions cause")
    p_min_mw: float | None = quantity("MW", "least of it; null means no limit")
    p_max_mw: float | None = quantity("MW", "greatest of it; null means no limit")
    rent_usd: float = quantity("$", "what the limit is worth: shadow price times p_mw")


@dataclass(frozen=True, slots=True)
class Unmended:
    """An area whose limits a design leaves to others, and how far its dispatch exceeds them."""

    area: str = label("name of the area", key=True)
    ratings: int = quantity("1", "ratings that are exceeded, counted in every period")
    overload_mva: float = quantity("MVA", "largest excess of a flow over its rating")
    voltages: int = quantity("1", "voltages out of their band, counted in every period")
    beyond_pu: float = quantity("p.u.", "farthest that a voltage is out of its band")


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One payment; amounts are whole cents."""

    period: int = label("period, from 1", key=True)
    payer: str = label("account that pays", key=True)
    payee: str = label("account that is paid", key=True)
    product: str = label("what is paid for", key=True)
    area: str = label("area in which it is delivered", key=True)
    bus: str = label("bus at which it is delivered", key=True)
    energy_mwh: float = quantity("MWh", "energy delivered from payee to payer")
    price_usd_per_mwh: float = quantity("$/MWh", "price")
    amount_usd: float = quantity("$", "payment, rounded to cents")


@dataclass(frozen=True, slots=True)
class Surplus:
    """What one party gains in one period; the column adds up to social welfare."""

    period: int = label("period, from 1", key=True)
    party: str = label("account", key=True)
    kind: str = label("consumer, producer, storage, dso or tso", key=True)
    area: str = label("area of the party")
    asset: str | None = label("asset that it owns; null for operators and those not served")
    value_usd: float = quantity("$", "value consumed minus cost borne")
    received_usd: float = quantity("$", "payments received minus payments made")
    surplus_usd: float = quantity("$", "value_usd + received_usd")


# A market that is mended by a later one: its own dispatch, prices, boundaries and exchanges.
SCHEDULE_TABLES: dict[str, type] = {
    "schedule": Dispatch,
    "schedule_lmp": Lmp,
    "schedule_boundary": BoundaryFlow,
    "exchange": Exchange,
    "unmended": Unmended,
}
RESULTS: dict[str, type] = {
    "dispatch": Dispatch,
    "plant": PlantState,
    "reserve": ReservePrice,
    "reserve_held": ReserveHeld,
    "boundary_reserve": BoundaryReserve,
    "reserve_bus": ReserveBus,
    "reserve_flow": ReserveFlow,
    "lmp": Lmp,
    "flow": Flow,
    "voltage": Voltage,
    "boundary": BoundaryFlow,
    "message": Message,
    "round": Round,
    "relaxation": Relaxation,
    "other_price": OtherPrice,
    "outage_limit": OutageLimit,
    "lost_opportunity": LostOpportunity,
    "non_convexity": NonConvexity,
    "wholesale_offer": WholesaleOffer,
    "wholesale_share": WholesaleShare,
    **SCHEDULE_TABLES,
    "ledger": LedgerEntry,
    "surplus": Surplus,
}
