"""What assets do: dispatch, plants that start and stop, reserve."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


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
