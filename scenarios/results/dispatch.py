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
    """Reserve that a generator holds in one period, paid what its product is worth."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the generator", key=True)
    reserve: str = label("product", key=True)
    generator: str = label("generator that holds it", key=True)
    p_mw: float = quantity("MW", "reserve held")
    cost_usd: float = quantity("$", "cost of holding it, part of the generator's of the period")


@dataclass(frozen=True, slots=True)
class ReservePrice:
    """What a reserve is worth in one period, and what of it is not held."""

    period: int = label("period, from 1", key=True)
    area: str = label("area that must hold it", key=True)
    reserve: str = label("product", key=True)
    required_mw: float = quantity("MW", "reserve to be held")
    shortage_mw: float = quantity("MW", "part that is not held")
    price_usd_per_mwh: float = quantity("$/MWh", "cost of one more MW of the requirement")
    cost_usd: float = quantity("$", "cost of the shortage")
