"""A day written down by hand or at random: a scenario and the tables of its clearing."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from market.pricing.lmp import Nodal
from scenarios.quantity import to_table
from scenarios.records import (
    Area,
    Bid,
    Boundary,
    Branch,
    Bus,
    Generator,
    Load,
    ShiftableLoad,
    Storage,
)
from scenarios.results import (
    BID,
    GENERATOR,
    LOAD,
    SPILLED,
    UNSERVED,
    BoundaryFlow,
    Dispatch,
    Flow,
    Lmp,
    consuming,
)
from scenarios.scenario import Scenario
from settlement import settle

GRID = "grid"
VOLL = 1000.0


@dataclass
class Day:
    """Transmission area `grid` and distribution areas, filled row by row."""

    hours: tuple[float, ...] = (1.0,)
    areas: list = field(default_factory=lambda: [Area(GRID, "transmission", 100.0)])
    buses: list = field(default_factory=list)
    branches: list = field(default_factory=list)
    assets: dict = field(default_factory=dict)
    boundaries: list = field(default_factory=list)
    dispatch: list = field(default_factory=list)
    lmp: list = field(default_factory=list)
    flow: list = field(default_factory=list)
    boundary: list = field(default_factory=list)

    def area(self, name, boundary_bus):
        self.areas.append(Area(name, "distribution", 10.0, "B"))
        self.boundaries.append(Boundary(name, boundary_bus, name, "root"))

    def bus(self, area, bus, shunt=0.0):
        first = all(b.area != area for b in self.buses)
        self.buses.append(Bus(area, bus, 100.0, 0.9, 1.1, shunt, kind="slack" if first else "pq"))

    def price(self, area, bus, energy, congestion=0.0, voltage=None, loss=None, t=1):
        total = energy + congestion + (voltage or 0.0) + (loss or 0.0)
        self.lmp.append(Lmp(t, area, bus, total, energy, congestion, voltage, loss))

    def row(self, kind, area, asset, bus, p, cost=0.0, value=0.0, t=1):
        technology = "pv" if "pv" in asset else "thermal"
        known = {
            GENERATOR: lambda: Generator(area, asset, bus, 0.0, 99.0, technology=technology),
            LOAD: lambda: Load(area, asset, bus, p),
            BID: lambda: Bid(area, asset, bus),
            "storage": lambda: Storage(area, asset, bus, 99.0, 99.0, 99.0),
            "shiftable_load": lambda: ShiftableLoad(
                area, asset, bus, 99.0, 99.0, 1, len(self.hours)
            ),
        }
        if kind in known:
            self.assets[kind, area, asset] = known[kind]()
        self.dispatch.append(
            Dispatch(t, area, kind, asset, bus, p, None, None, 0.0, None, cost, value)
        )

    def line(self, area, branch, ends, p, shadow=0.0, shift=0.0, x=0.1, t=1):
        if t == 1:
            self.branches.append(Branch(area, branch, *ends, 0.0, x, shift_deg=shift))
        self.flow.append(Flow(t, area, branch, *ends, p, None, None, shadow))

    def cross(self, name, p, lmp, dlmp=None, t=1):
        self.boundary.append(
            BoundaryFlow(t, name, name, p, None, lmp, lmp if dlmp is None else dlmp)
        )

    def cleared(self):
        owned = {kind: [] for kind in (GENERATOR, LOAD, BID, "storage", "shiftable_load")}
        for (kind, *_), asset in self.assets.items():
            owned[kind].append(asset)
        scenario = Scenario(
            "day",
            self.hours,
            VOLL,
            0.0,
            tuple(self.areas),
            tuple(self.buses),
            tuple(self.branches),
            tuple(owned[GENERATOR]),
            loads=tuple(owned[LOAD]),
            bids=tuple(owned[BID]),
            storage=tuple(owned["storage"]),
            shiftable_loads=tuple(owned["shiftable_load"]),
            boundaries=tuple(self.boundaries),
        )
        tables = {
            "dispatch": to_table(self.dispatch, Dispatch),
            "lmp": to_table(self.lmp, Lmp),
            "flow": to_table(self.flow, Flow),
            "boundary": to_table(self.boundary, BoundaryFlow),
        }
        return scenario, tables


def random_day(seed):
    """Balanced in every area, at prices that have nothing to do with the dispatch."""
    rng = np.random.default_rng(seed)
    periods = int(rng.integers(1, 4))
    day = Day(hours=tuple(rng.choice([0.25, 0.5, 1.0, 1.7], periods).tolist()))
    buses = [f"b{i}" for i in range(rng.integers(1, 4))]
    for bus in buses:
        day.bus(GRID, bus, shunt=float(rng.choice([0.0, 0.3])))
    feeders = [f"f{n}" for n in range(rng.integers(0, 4))]
    for name in feeders:
        day.area(name, str(rng.choice(buses)))
        for bus in ("root", "n1", "n2"):
            day.bus(name, bus)
    for t in range(1, periods + 1):
        _random_prices(day, rng, t)
        withdrawn = sum(_random_feeder(day, rng, name, t) for name in feeders)
        _random_area(day, rng, GRID, buses, t, withdrawn)
    return day.cleared()


def _random_prices(day, rng, t):
    energy = {a.area: rng.normal(30, 40) for a in day.areas}
    for b in day.buses:
        voltage = None if b.area == GRID or b.bus == "root" else rng.normal(0, 3)
        congestion = 0.0 if b.kind == "slack" else rng.normal(0, 20)
        day.price(b.area, b.bus, energy[b.area], congestion, voltage, t=t)


def _random_feeder(day, rng, name, t):
    p = _random_area(day, rng, name, ["root", "n1", "n2"], t)
    price = {(r.area, r.bus): r.lmp_usd_per_mwh for r in day.lmp if r.period == t}
    at = next(b.transmission_bus for b in day.boundaries if b.boundary == name)
    day.cross(name, p, price[GRID, at], price[name, "root"], t=t)
    return p


def _random_area(day, rng, area, buses, t, withdrawn=None):
    """Random rows of every kind; a last unit balances them where `withdrawn` is given."""
    net = 0.0
    count = 0 if area != GRID and rng.random() < 0.15 else rng.integers(1, 9)
    for n in range(count):
        kind = str(rng.choice([GENERATOR, LOAD, BID, "storage", "shiftable_load"]))
        p = float(rng.normal(0, 9) if kind == "storage" else rng.exponential(9))
        cost, value = (0.0, float(rng.exponential(300))) if kind == BID else (7.0 * abs(p), 0.0)
        day.row(kind, area, f"{kind}{n}", str(rng.choice(buses)), p, cost, value, t)
        net += p if kind in consuming() else -p
    if rng.random() < 0.4:
        u = float(rng.exponential(1))
        day.row(UNSERVED, area, buses[0], buses[0], u, VOLL * u * day.hours[t - 1], t=t)
        net -= u
    if rng.random() < 0.4:
        day.row(SPILLED, area, buses[-1], buses[-1], 0.5, 10.0 * day.hours[t - 1], t=t)
        net += 0.5
    if withdrawn is None:
        return net
    shunts = sum(b.g_shunt_mw for b in day.buses if b.area == area)
    day.row(GENERATOR, area, "balance", buses[0], net + withdrawn + shunts, 3.0, t=t)
    return 0.0


@pytest.fixture
def day():
    return Day


@pytest.fixture(scope="session", params=range(20))
def any_day(request):
    """(scenario, tables) drawn at random."""
    return random_day(request.param)


@pytest.fixture(scope="session")
def settled(any_day):
    return settle(*any_day, Nodal())
