"""The input tables of a scenario: one frozen record type per table, one field per column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenarios.assets import all_assets
from scenarios.assets.bid import Bid
from scenarios.assets.dc_line import DcLine
from scenarios.assets.generator import Generator
from scenarios.assets.load import Load
from scenarios.assets.shiftable_load import ShiftableLoad
from scenarios.assets.storage import Storage
from scenarios.commitment import Commitment, Startup
from scenarios.emissions import EmissionFactor
from scenarios.fees import Fee
from scenarios.outage import Outage
from scenarios.quantity import label, quantity
from scenarios.reserve import Reserve, ReserveOffer, ReserveProduct, ReserveShortage
from scenarios.zones import TransferCapacity

__all__ = [
    "DISTRIBUTION", "MANDATORY", "PQ", "PV", "SLACK", "TABLES", "TRANSMISSION", "Area", "Bid",
    "Boundary", "Branch", "Bus", "Commitment", "DcLine", "EmissionFactor", "Fee", "Generator",
    "Load", "Offer", "Outage", "ProfileValue", "Reserve", "ReserveOffer", "ReserveProduct",
    "ReserveShortage", "ShiftableLoad", "Startup", "Storage", "TransferCapacity",
]  # fmt: skip

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
    grid_cost_usd: float | None = quantity(
        "$", "cost of the grid in the day, for fees to recover; null where none is stated",
        default=None,
    )  # fmt: skip
    tariff_usd_per_mwh: float | None = quantity(
        "$/MWh", "what the pricing rule `retail` has its customers pay; null: that of the rule",
        default=None,
    )  # fmt: skip


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
    zone: str | None = label("bidding zone; buses without one are a zone together", default=None)


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
    angle_min_deg: float | None = quantity(
        "deg", "least angle of the from bus over the to bus; null means none", default=None
    )
    angle_max_deg: float | None = quantity(
        "deg", "greatest angle of the from bus over the to bus; null means none", default=None
    )
    g_pu: float = quantity(
        "p.u.", "total charging conductance, such as that of iron losses", default=0.0
    )
    emergency_mva: float | None = quantity(
        "MVA", "limit after an outage; null means that of every day", default=None
    )


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


class _Tables(Mapping[str, type]):
    """Record type of every table, those of all kinds of assets included."""

    def _all(self) -> dict[str, type]:
        owned = {asset.table: asset.record for asset in all_assets().values()}
        return {**_NETWORK, **owned, **_OTHERS}

    def __getitem__(self, table: str) -> type:
        return self._all()[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


_NETWORK = {"areas": Area, "buses": Bus, "branches": Branch}
_OTHERS = {
    "offers": Offer,
    "commitments": Commitment,
    "startups": Startup,
    "reserves": Reserve,
    "reserve_offers": ReserveOffer,
    "reserve_products": ReserveProduct,
    "reserve_shortages": ReserveShortage,
    "outages": Outage,
    "boundaries": Boundary,
    "transfer_capacities": TransferCapacity,
    "fees": Fee,
    "emission_factors": EmissionFactor,
    "profiles": ProfileValue,
}
TABLES: Mapping[str, type] = _Tables()
MANDATORY = tuple(_NETWORK)
