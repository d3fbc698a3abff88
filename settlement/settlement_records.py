"""What a settlement holds beside the ledger and the surplus: one record type per table."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Rent:
    """Part of what an operator keeps in one period, and the same amount by a second way."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the operator", key=True)
    kind: str = label(
        "congestion, feeder, voltage, loss, interface, phase_shift, shunt, dc_line, spilled, "
        "scarcity, uplift (what is not collected beside energy), fees; "
        "residual is what the operator keeps in all",
        key=True,
    )
    amount_usd: float = quantity("$", "from flows and limits; the residual from payments")
    check_usd: float | None = quantity(
        "$", "from prices and withdrawals; the residual from the sum of its parts"
    )


@dataclass(frozen=True, slots=True)
class AreaSurplus:
    """What a distribution area gains in one period: consumers, resources and operator together."""

    period: int = label("period, from 1", key=True)
    area: str = label("distribution area", key=True)
    utility_usd: float = quantity("$", "value to flexible loads, and of what stores hold more")
    cost_usd: float = quantity("$", "cost of generation, storage, DC lines and spilled energy")
    shed_usd: float = quantity("$", "value of lost load of what is not served")
    boundary_usd: float = quantity("$", "payment to the TSO for boundary energy")
    compensation_usd: float = quantity("$", "paid by the TSO for energy it did not deliver")
    surplus_usd: float = quantity("$", "utility - cost - shed - boundary + compensation")
    dso_usd: float = quantity("$", "part of it on the account of the distribution operator")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one asset pays and is paid over the day; payments to it are positive.

    A consumer's bill is `received_usd` with the sign turned. With the same schedule and no grid
    fees it would gain `before_fees_usd`.
    """

    area: str = label("area of the asset", key=True)
    kind: str = label("kind of asset", key=True)
    asset: str = label("name of the asset", key=True)
    group: str = label("consumer, producer or storage")
    consumed_mwh: float = quantity("MWh", "energy drawn from the grid")
    produced_mwh: float = quantity("MWh", "energy fed into it")
    peak_mw: float = quantity("MW", "greatest power either way")
    own_usd: float = quantity("$", "value of what it consumes less the cost that it bears")
    energy_usd: float = quantity("$", "for energy at market prices, sold wholesale or at home")
    retail_usd: float = quantity("$", "retail margin: tariff less market price; 0 without one")
    energy_fee_usd: float = quantity("$", "grid fees by energy")
    peak_fee_usd: float = quantity("$", "grid fees by the peak of the day")
    fixed_fee_usd: float = quantity("$", "fixed grid fees of the day")
    beside_usd: float = quantity("$", "reserve, make-whole payments and uplift")
    received_usd: float = quantity("$", "all of these together")
    before_fees_usd: float = quantity("$", "surplus without grid fees")
    surplus_usd: float = quantity("$", "own_usd + received_usd")


@dataclass(frozen=True, slots=True)
class GridAccount:
    """What grid fees bring an operator over the day, against the cost of its grid."""

    area: str = label("area of the operator", key=True)
    cost_usd: float | None = quantity("$", "cost of the grid that it states; null where none is")
    energy_fee_usd: float = quantity("$", "revenue from fees by energy")
    peak_fee_usd: float = quantity("$", "revenue from fees by peak")
    fixed_fee_usd: float = quantity("$", "revenue from fixed fees")
    revenue_usd: float = quantity("$", "all fees together")
    upstream_usd: float = quantity("$", "fees that it pays to the TSO at its boundaries")
    balance_usd: float | None = quantity(
        "$", "revenue - upstream - cost: surplus, or shortfall where negative; null without a cost"
    )


@dataclass(frozen=True, slots=True)
class MoneyFlow:
    """Money of the day that goes from one group of accounts to another."""

    from_group: str = label("group that pays", key=True)
    to_group: str = label("group that is paid", key=True)
    amount_usd: float = quantity("$", "whole cents, not negative")


@dataclass(frozen=True, slots=True)
class WelfareShare:
    """What one group gains in one period; the column adds up to social welfare."""

    period: int = label("period, from 1", key=True)
    group: str = label("consumers, kinds of generators, storage, each DSO, TSO", key=True)
    surplus_usd: float = quantity("$", "surplus of all parties of the group")


@dataclass(frozen=True, slots=True)
class WhoPays:
    """What one group gains or loses over the day by wholesale sales of local assets."""

    group: str = label("consumers, kinds of generators, storage, each DSO, TSO", key=True)
    before_usd: float = quantity("$", "surplus without wholesale offers")
    after_usd: float = quantity("$", "surplus with them")
    change_usd: float = quantity("$", "after_usd - before_usd; adds up to the change of welfare")


@dataclass(frozen=True, slots=True)
class Redispatched:
    """What an asset was to do by the schedule of a first market, and what it does in the end.

    A generator that foresees redispatch schedules all that it can where its zone pays more than
    the bus is worth, and nothing where it pays less; where redispatch pays market prices that
    earns it `anticipation_usd` more than its true offer does.
    """

    period: int = label("period, from 1", key=True)
    area: str = label("area of the asset", key=True)
    kind: str = label("kind of asset", key=True)
    asset: str = label("name of the asset", key=True)
    bus: str = label("bus of the asset", key=True)
    scheduled_mw: float = quantity("MW", "what it was to do")
    moved_mw: float = quantity("MW", "what it does beyond that")
    cost_usd: float = quantity("$", "what that costs more, or is worth less")
    schedule_usd_per_mwh: float = quantity("$/MWh", "price of the schedule at its bus")
    lmp_usd_per_mwh: float = quantity("$/MWh", "price of redispatch at its bus")
    anticipation_usd: float | None = quantity("$", "gain by foreseeing it; null but for generators")


@dataclass(frozen=True, slots=True)
class Incentive:
    """What a generator or store with a wholesale offer earns in one period."""

    period: int = label("period, from 1", key=True)
    area: str = label("distribution area", key=True)
    kind: str = label("kind of asset: generator or storage", key=True)
    asset: str = label("generator or store of type 1 or wholesale", key=True)
    gamma: float = quantity("1", "share of its power that it offers wholesale")
    beta_usd_per_mwh: float | None = quantity("$/MWh", "its offer price; null for stores")
    offered_mwh: float = quantity("MWh", "energy offered wholesale")
    deliverable_mwh: float | None = quantity(
        "MWh", "part of it that the feeder can carry; null for stores"
    )
    cleared_mwh: float = quantity("MWh", "part of it that is sold")
    bought_mwh: float = quantity("MWh", "energy that a store buys wholesale")
    wholesale_usd_per_mwh: float = quantity("$/MWh", "price that a sale gets, before wheeling")
    local_usd_per_mwh: float = quantity("$/MWh", "price of the local market at its bus")
    revenue_wholesale_usd: float = quantity("$", "what cleared energy earns, net of wheeling")
    revenue_local_usd: float = quantity("$", "the rest of its output at the local price")
    cost_usd: float = quantity("$", "cost of its output")
    profit_usd: float = quantity("$", "both revenues less cost")
    i1_usd: float = quantity("$", "profit less what it would earn without wholesale offers")
    i2_usd: float | None = quantity(
        "$", "margin of the wholesale price over beta, on sales; null for stores"
    )
    i3_usd: float = quantity("$", "premium of the wholesale price over the local one, on sales")


@dataclass(frozen=True, slots=True)
class IncentiveOfDay:
    """What a generator or store with a wholesale offer earns over the day."""

    area: str = label("distribution area", key=True)
    kind: str = label("kind of asset: generator or storage", key=True)
    asset: str = label("generator or store of type 1 or wholesale", key=True)
    gamma: float = quantity("1", "share of its power that it offers wholesale")
    beta_usd_per_mwh: float | None = quantity("$/MWh", "its offer price; null for stores")
    offered_mwh: float = quantity("MWh", "energy offered wholesale")
    deliverable_mwh: float | None = quantity(
        "MWh", "part of it that the feeder can carry; null for stores"
    )
    cleared_mwh: float = quantity("MWh", "part of it that is sold")
    bought_mwh: float = quantity("MWh", "energy that a store buys wholesale")
    revenue_wholesale_usd: float = quantity("$", "what cleared energy earns, net of wheeling")
    revenue_local_usd: float = quantity("$", "the rest of its output at the local price")
    cost_usd: float = quantity("$", "cost of its output")
    profit_usd: float = quantity("$", "both revenues less cost")
    i1_usd: float = quantity("$", "profit less what it would earn without wholesale offers")
    i2_usd: float | None = quantity(
        "$", "margin of the wholesale price over beta, on sales; null for stores"
    )
    i3_usd: float = quantity("$", "premium of the wholesale price over the local one, on sales")
    profit_after_fees_usd: float = quantity("$", "profit less grid fees that it does not bid with")
    i1_after_fees_usd: float = quantity("$", "the same less what it would be without offers")
    home_usd: float | None = quantity(
        "$", "profit at the day's prices if it offered nothing wholesale; null without a choice"
    )
    individually_rational: bool = label("whether it earns no less than that")


@dataclass(frozen=True, slots=True)
class Identity:
    """A law of the settlement, and by how much it is missed ($) where it is missed most."""

    name: str
    worst_usd: float
    where: str
