"""The input tables of a scenario: one frozen record type per table, one field per column."""

import math
from dataclasses import dataclass

from scenarios.quantity import label, quantity

TRANSMISSION, DISTRIBUTION = "transmission", "distribution"
SLACK, PV, PQ = "slack", "pv", "pq"


@dataclass(frozen=True, slots=True)
class Area:
    """One operator's area."""

    area: str = label("name of the area", key=True)
    kind: str = label("transmission or distribution")
    base_mva: float = quantity("MVA", "power base of the area's impedances")
    type: str | None = label(
        "A: loads only; B: with distributed generation; null in transmission", default=None
    )


@dataclass(frozen=True, slots=True)
class Bus:
    """Connection point, with the voltage band it may use."""

    area: str = label("area of the bus", key=True)
    bus: str = label("name of the bus, unique in its area", key=True)
    base_kv: float = quantity("kV", "nominal voltage")
    v_min_pu: float = quantity("p.u.", "lowest permitted voltage")
    v_max_pu: float = quantity("p.u.", "highest permitted voltage")
    g_shunt_mw: float = quantity("MW", "shunt consumption at 1 p.u.", default=0.0)
    b_shunt_mvar: float = quantity("Mvar", "shunt injection at 1 p.u.", default=0.0)
    kind: str = label("slack, pv or pq; a feeder's slack is its root", default=PQ)
    zone: str | None = label("zone or column of the source", default=None)


@dataclass(frozen=True, slots=True)
class Branch:
    """Line or transformer (pi model; the tap is at the from end)."""

    area: str = label("area of the branch", key=True)
    branch: str = label("name of the branch, unique in its area", key=True)
    from_bus: str = label("bus at the from end")
    to_bus: str = label("bus at the to end")
    r_pu: float = quantity("p.u.", "series resistance on the area's base")
    x_pu: float = quantity("p.u.", "series reactance on the area's base")
    b_pu: float = quantity("p.u.", "total charging susceptance", default=0.0)
    tap: float = quantity("1", "off-nominal turns ratio at the from end", default=1.0)
    shift_deg: float = quantity("deg", "phase shift at the from end", default=0.0)
    rating_mva: float | None = quantity("MVA", "limit; null means none", default=None)
    in_service: bool = label("an open branch or tie is false", default=True)


@dataclass(frozen=True, slots=True)
class Generator:
    """Generator, wind or PV plant; its cost is in `offers`."""

    area: str = label("area of the generator", key=True)
    generator: str = label("name, unique in its area among all that offer or bid", key=True)
    bus: str = label("bus of the generator")
    p_min_mw: float = quantity("MW", "least output")
    p_max_mw: float = quantity("MW", "greatest output, times the profile where there is one")
    q_min_mvar: float = quantity(
        "Mvar", "least reactive output; -inf means no limit", default=0.0, no_limit=-math.inf
    )
    q_max_mvar: float = quantity(
        "Mvar", "greatest reactive output; inf means no limit", default=0.0, no_limit=math.inf
    )
    v_set_pu: float | None = quantity("p.u.", "voltage set-point", default=None)
    ramp_mw_per_h: float | None = quantity("MW/h", "ramp limit; null means none", default=None)
    p_initial_mw: float | None = quantity(
        "MW", "output before the first period; null leaves the first step free", default=None
    )
    p_base_mw: float | None = quantity(
        "MW",
        "output in the base case of a load flow; null means 0, and all of pv and wind",
        default=None,
    )
    q_base_mvar: float | None = quantity(
        "Mvar",
        "reactive output in the base case where no voltage is held; null means 0",
        default=None,
    )
    s_max_mva: float | None = quantity("MVA", "apparent-power limit; null means none", default=None)
    no_load_usd_per_h: float = quantity("$/h", "cost at zero output, always paid", default=0.0)
    profile: str | None = label("profile that scales p_max_mw", default=None)
    technology: str = label("thermal, pv, wind or hydro", default="thermal")
    participation: str | None = label(
        "type1, type2 or wholesale; null means wholesale in transmission, type2 in distribution",
        default=None,
    )
    gamma: float | None = quantity("1", "share of power a type1 offers wholesale", default=None)
    beta: float | None = quantity("$/MWh", "wholesale offer price of a type1", default=None)


@dataclass(frozen=True, slots=True)
class Offer:
    """One segment of a cost (or value) curve; segments stack from 0 MW in the order of `step`.

    For a generator the price of the x-th MW of a segment is `price + slope x`; for a bid its
    value is `price - slope x`. A block has slope 0; the quadratic cost a P^2 + b P is one
    segment with price b and slope 2 a.
    """

    area: str = label("area of the owner", key=True)
    owner: str = label("generator or bid that this segment belongs to", key=True)
    period: int | None = label("period of the segment; null means every period", key=True)
    step: int = label("position of the segment, from 1", key=True)
    quantity_mw: float = quantity("MW", "width of the segment")
    price_usd_per_mwh: float = quantity("$/MWh", "price or value at the segment's start")
    slope_usd_per_mw2h: float = quantity("$/MW2h", "rise of price (fall of value)", default=0.0)


@dataclass(frozen=True, slots=True)
class Load:
    """Inelastic load; shedding it costs the value of lost load."""

    area: str = label("area of the load", key=True)
    load: str = label("name of the load, unique in its area", key=True)
    bus: str = label("bus of the load")
    p_mw: float = quantity("MW", "consumption, times the profile where there is one")
    q_mvar: float = quantity("Mvar", "reactive consumption, times the profile", default=0.0)
    n_p: float = quantity("1", "voltage exponent of P (0: constant power)", default=0.0)
    n_q: float = quantity("1", "voltage exponent of Q (0: constant power)", default=0.0)
    profile: str | None = label("profile that scales p_mw and q_mvar", default=None)


@dataclass(frozen=True, slots=True)
class Bid:
    """Flexible load; its value is in `offers`."""

    area: str = label("area of the bid", key=True)
    bid: str = label("name, unique in its area among all that offer or bid", key=True)
    bus: str = label("bus of the flexible load")
    p_min_mw: float = quantity("MW", "least consumption", default=0.0)
    p_max_mw: float = quantity("MW", "greatest consumption, times the profile", default=0.0)
    tan_phi: float = quantity("1", "reactive over active consumption", default=0.0)
    profile: str | None = label("profile that scales p_min_mw and p_max_mw", default=None)
    p_base_mw: float | None = quantity(
        "MW",
        "consumption in the base case of a load flow; null means all, times the profile",
        default=None,
    )
    q_base_mvar: float | None = quantity(
        "Mvar",
        "reactive consumption in the base case; null means tan_phi times the active one",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Storage:
    """Battery or other store of energy."""

    area: str = label("area of the store", key=True)
    storage: str = label("name of the store, unique in its area", key=True)
    bus: str = label("bus of the store")
    p_charge_max_mw: float = quantity("MW", "greatest charging power at the bus")
    p_discharge_max_mw: float = quantity("MW", "greatest discharging power at the bus")
    energy_max_mwh: float = quantity("MWh", "capacity")
    energy_min_mwh: float = quantity("MWh", "least energy kept", default=0.0)
    energy_initial_mwh: float = quantity("MWh", "energy before the first period", default=0.0)
    energy_final_mwh: float = quantity("MWh", "least energy after the last period", default=0.0)
    charge_efficiency: float = quantity("1", "stored over drawn", default=1.0)
    discharge_efficiency: float = quantity("1", "delivered over taken out", default=1.0)
    cost_usd_per_mwh: float = quantity("$/MWh", "wear per MWh discharged", default=0.0)
    participation: str | None = label("type1, type2 or wholesale", default=None)


@dataclass(frozen=True, slots=True)
class ShiftableLoad:
    """Load whose energy of the day is fixed and whose hours are free within a window."""

    area: str = label("area of the load", key=True)
    shiftable_load: str = label("name of the load, unique in its area", key=True)
    bus: str = label("bus of the load")
    energy_mwh: float = quantity("MWh", "energy of the day")
    p_max_mw: float = quantity("MW", "greatest consumption")
    first_period: int = label("first period of the window")
    last_period: int = label("last period of the window")
    tan_phi: float = quantity("1", "reactive over active consumption", default=0.0)


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where a distribution area meets transmission; p > 0 flows into distribution."""

    boundary: str = label("name of the boundary", key=True)
    transmission_bus: str = label("boundary bus in the transmission area")
    area: str = label("distribution area")
    root_bus: str = label("bus of the distribution area that meets the boundary bus")
    p_min_mw: float | None = quantity("MW", "least flow; null means no limit", default=None)
    p_max_mw: float | None = quantity("MW", "greatest flow; null means no limit", default=None)
    chi: float | None = quantity(
        "%", "share of net essential demand bid in conventional clearing", default=None
    )


@dataclass(frozen=True, slots=True)
class ProfileValue:
    """One value of an hourly profile, as a factor on what names it."""

    profile: str = label("name of the profile", key=True)
    period: int = label("period, from 1", key=True)
    value: float = quantity("1", "factor")


TABLES: dict[str, type] = {
    "areas": Area,
    "buses": Bus,
    "branches": Branch,
    "generators": Generator,
    "offers": Offer,
    "loads": Load,
    "bids": Bid,
    "storage": Storage,
    "shiftable_loads": ShiftableLoad,
    "boundaries": Boundary,
    "profiles": ProfileValue,
}
MANDATORY = ("areas", "buses", "branches")
