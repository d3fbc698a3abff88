"""A scenario in memory, and the part of it that one operator sees."""

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.assets import all_assets
from scenarios.assets.contract import profile_of
from scenarios.commitment import COMMITMENT_TABLES
from scenarios.fees import FEE_TABLES, Rates, rates_in_bids
from scenarios.holding import by_area, rows_of, with_rows
from scenarios.network import Network
from scenarios.outage import OUTAGE_TABLES
from scenarios.quantity import columns
from scenarios.records import (
    DISTRIBUTION,
    TABLES,
    TRANSMISSION,
    Area,
    Bid,
    Boundary,
    Branch,
    Bus,
    Commitment,
    DcLine,
    EmissionFactor,
    Fee,
    Generator,
    Load,
    Offer,
    Outage,
    ProfileValue,
    ShiftableLoad,
    Startup,
    Storage,
    TransferCapacity,
)
from scenarios.reserve import (
    RESERVE_TABLES,
    Reserve,
    ReserveOffer,
    ReserveProduct,
    Reserves,
    ReserveShortage,
)
from scenarios.reserves_by_area import reserves_by_area

R = TypeVar("R")
Hourly = NDArray[np.float64]  # shape (periods,)


@dataclass(frozen=True)
class Port:
    """An area's own end of a boundary: the bus where it is met and the limits on the flow."""

    boundary: str
    bus: str
    p_min_mw: float | None = None
    p_max_mw: float | None = None


@dataclass(frozen=True)
class AreaView:
    """All that one operator knows: its own network, bids, devices and boundary ends.

    `assets` holds the records of each kind by name, see `of`.

    `side` is +1 where boundary power enters the area (distribution) and -1 where it leaves
    (transmission), so that both operators speak of the same `p_boundary`.
    """

    network: Network
    side: int
    hours: tuple[float, ...]
    voll_usd_per_mwh: float
    spill_usd_per_mwh: float
    assets: Mapping[type, Mapping[str, Any]]
    offers: Mapping[str, tuple[Offer, ...]]
    ports: Mapping[str, Port]
    profiles: Mapping[str, Hourly]
    chi: Mapping[str, float | None]
    type: str | None = None
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    startups: Mapping[str, tuple[Startup, ...]] = field(default_factory=dict)
    reserves: Reserves = field(default_factory=Reserves)
    transfer_capacities: tuple[TransferCapacity, ...] = ()
    outages: tuple[str, ...] = ()
    fees_in_bids: Mapping[tuple[str, str | None], Rates] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the area."""
        return self.network.area

    @property
    def periods(self) -> tuple[int, ...]:
        """Periods of the day, from 1."""
        return tuple(range(1, len(self.hours) + 1))

    def of(self, record: builtins.type[R]) -> Mapping[str, R]:
        """The area's assets of one kind, such as `Storage`, by name."""
        return self.assets.get(record, {})

    def with_assets(self, record: builtins.type[R], held: Mapping[str, R]) -> "AreaView":
        """The view with other assets of one kind."""
        return replace(self, assets={**self.assets, record: held})

    @property
    def generators(self) -> Mapping[str, Generator]:
        """Generators by name."""
        return self.of(Generator)

    @property
    def loads(self) -> Mapping[str, Load]:
        """Inelastic loads by name."""
        return self.of(Load)

    @property
    def bids(self) -> Mapping[str, Bid]:
        """Flexible loads by name."""
        return self.of(Bid)

    def fee_in_bid(self, kind: str, name: str) -> Rates:
        """Fees ($/MWh) of energy drawn and fed in that an asset bids with."""
        pairs = (self.fees_in_bids.get((kind, key), (0.0, 0.0)) for key in (None, name))
        drawn, fed = (sum(both) for both in zip(*pairs, strict=True))
        return drawn, fed

    def factor(self, profile: str | None) -> Hourly:
        """The profile's factor in every period; 1 where no profile is named."""
        return np.ones(len(self.hours)) if profile is None else self.profiles[profile]


@dataclass(frozen=True, repr=False)
class Scenario:
    """One transmission network, its distribution networks, and what is offered and bid for a day.

    `hours` holds the length (h) of each period; periods count from 1. `others` are the rows of
    assets of other kinds than those that have a field here, by table.
    """

    name: str
    hours: tuple[float, ...]
    voll_usd_per_mwh: float
    spill_usd_per_mwh: float
    areas: tuple[Area, ...]
    buses: tuple[Bus, ...]
    branches: tuple[Branch, ...]
    generators: tuple[Generator, ...] = ()
    offers: tuple[Offer, ...] = ()
    loads: tuple[Load, ...] = ()
    bids: tuple[Bid, ...] = ()
    storage: tuple[Storage, ...] = ()
    shiftable_loads: tuple[ShiftableLoad, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    profiles: tuple[ProfileValue, ...] = ()
    currency: str = "USD"
    sources: tuple[str, ...] = ()
    others: Mapping[str, tuple[Any, ...]] = field(default_factory=dict, hash=False)
    dc_lines: tuple[DcLine, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    startups: tuple[Startup, ...] = ()
    reserves: tuple[Reserve, ...] = ()
    reserve_offers: tuple[ReserveOffer, ...] = ()
    reserve_products: tuple[ReserveProduct, ...] = ()
    reserve_shortages: tuple[ReserveShortage, ...] = ()
    transfer_capacities: tuple[TransferCapacity, ...] = ()
    outages: tuple[Outage, ...] = ()
    emission_factors: tuple[EmissionFactor, ...] = ()
    fees: tuple[Fee, ...] = ()

    def table(self, name: str) -> tuple[Any, ...]:
        """Rows of a table, whatever kind of asset it holds."""
        return rows_of(self, name)

    def with_tables(self, tables: Mapping[str, Iterable[Any]]) -> "Scenario":
        """The scenario with other rows in some tables, by name."""
        return with_rows(self, tables)

    def __repr__(self) -> str:
        lower, buses = len(self.distribution), len(self.buses)
        areas = f"{lower} distribution area" + ("" if lower == 1 else "s")
        return f"<Scenario {self.name!r}: {buses} buses, {areas}, {sum(self.hours):g} h>"

    def _repr_html_(self) -> str:
        """How many rows of every kind each area has, as a table for a notebook."""
        kinds = [n for n, record in TABLES.items() if n != "areas" and "area" in columns(record)]
        rows = {
            a.area: [sum(r.area == a.area for r in self.table(kind)) for kind in kinds]
            for a in self.areas
        }
        table = pd.DataFrame.from_dict(rows, orient="index", columns=kinds)
        return f"<p>{escape(repr(self)[1:-1])}</p>{table.to_html()}"

    @property
    def transmission(self) -> str:
        """Name of the transmission area."""
        return next(a.area for a in self.areas if a.kind == TRANSMISSION)

    @property
    def distribution(self) -> tuple[str, ...]:
        """Names of the distribution areas, in table order."""
        return tuple(a.area for a in self.areas if a.kind == DISTRIBUTION)

    @property
    def periods(self) -> tuple[int, ...]:
        """Periods of the day, from 1."""
        return tuple(range(1, len(self.hours) + 1))

    @cached_property
    def profile_arrays(self) -> dict[str, Hourly]:
        """Every profile as an array of shape (periods,)."""
        arrays: dict[str, Hourly] = {}
        for row in self.profiles:
            values = arrays.setdefault(row.profile, np.full(len(self.hours), np.nan))
            values[row.period - 1] = row.value
        return arrays

    @cached_property
    def _views(self) -> dict[str, AreaView]:
        return split_by_area(self)

    def area(self, name: str) -> AreaView:
        """What the operator of `name` knows, and nothing of any other area."""
        return self._views[name]


def split_by_area(scenario: Scenario) -> dict[str, AreaView]:
    """The scenario cut into what each operator knows."""
    tables = ("buses", "branches", "offers", *COMMITMENT_TABLES, *OUTAGE_TABLES, *FEE_TABLES)
    of_reserves = {table: scenario.table(table) for table in RESERVE_TABLES}
    upper = next((a.area for a in scenario.areas if a.kind == TRANSMISSION), "")
    reserves = reserves_by_area(of_reserves, upper, scenario.boundaries)
    held = {name: by_area(scenario.table(name)) for name in tables}
    assets = {kind: by_area(scenario.table(kind.table)) for kind in all_assets().values()}
    crossed = by_area(scenario.boundaries)
    views = {}
    for area in scenario.areas:
        name = area.area
        transmission = area.kind == TRANSMISSION
        owned = {
            kind.record: {kind.name_of(r): r for r in rows[name]} for kind, rows in assets.items()
        }
        boundaries = scenario.boundaries if transmission else crossed[name]
        offers: dict[str, list[Offer]] = {}
        for offer in sorted(held["offers"][name], key=lambda o: o.step):
            offers.setdefault(offer.owner, []).append(offer)
        startups: dict[str, list[Startup]] = {}
        for startup in sorted(held["startups"][name], key=lambda s: s.category):
            startups.setdefault(startup.generator, []).append(startup)
        profiles = {profile_of(r) for held in owned.values() for r in held.values()}
        views[name] = AreaView(
            network=Network.of(area, held["buses"][name], held["branches"][name]),
            side=-1 if transmission else +1,
            hours=scenario.hours,
            voll_usd_per_mwh=scenario.voll_usd_per_mwh,
            spill_usd_per_mwh=scenario.spill_usd_per_mwh,
            assets=owned,
            offers={owner: tuple(segments) for owner, segments in offers.items()},
            ports={
                b.boundary: Port(
                    b.boundary,
                    b.transmission_bus if transmission else b.root_bus,
                    b.p_min_mw,
                    b.p_max_mw,
                )
                for b in boundaries
            },
            profiles={p: scenario.profile_arrays[p] for p in sorted(filter(None, profiles))},
            chi={} if transmission else {b.boundary: b.chi for b in boundaries},
            type=area.type,
            commitments={c.generator: c for c in held["commitments"][name]},
            reserves=reserves.get(name, Reserves()),
            outages=tuple(o.branch for o in held["outages"][name]),
            startups={name: tuple(held) for name, held in startups.items()},
            transfer_capacities=scenario.transfer_capacities if transmission else (),
            fees_in_bids=rates_in_bids(held["fees"][name]),
        )
    return views
