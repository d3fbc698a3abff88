"""Small scenarios drawn at random: a meshed transmission network and a few radial feeders."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from market.operators.operators import Operators
from scenarios.check import check_scenario
from scenarios.records import (
    Area,
    Bid,
    Boundary,
    Branch,
    Bus,
    DcLine,
    Generator,
    Load,
    Offer,
    ProfileValue,
    ShiftableLoad,
    Storage,
)
from scenarios.scenario import Scenario
from validation import validate

VOLL, SPILL = 500.0, 100.0  # $/MWh


@dataclasses.dataclass(frozen=True)
class Draw:
    """What is drawn: costs in blocks or quadratic, and what couples or limits the day."""

    hours: tuple[float, ...] = (1.0, 1.0, 1.0)
    feeders: int = 2
    quadratic: bool = False
    storage: bool = False
    ramps: bool = False
    shiftable: bool = False
    congested: bool = False
    dc_lines: bool = False


def segments(rng, draw, area, owner, most, *, price, rising):
    """Convex cost from `price` up, or concave value from `price` down, over `most` MW."""
    if draw.quadratic:
        return [Offer(area, owner, None, 1, most, price, rng.uniform(0.5, 2.0) * 20.0 / most)]
    steps = price + rising * np.cumsum([0.0, *rng.uniform(2.0, 10.0, 2)])
    widths = rng.dirichlet(np.full(3, 3.0)) * most
    return [
        Offer(area, owner, None, n, float(w), float(p))
        for n, (w, p) in enumerate(zip(widths, steps, strict=True), start=1)
    ]


def mesh(rng, draw, size, load):
    """A ring of buses with one chord; some ratings are a part of the load."""
    ends = [(n, (n + 1) % size) for n in range(size)] + [(0, size // 2)] * (size > 3)
    rating = [float(rng.uniform(0.15, 0.4) * load) if draw.congested else None for _ in ends]
    return [
        Branch("T", f"{a}-{b}", f"t{a}", f"t{b}", 0.01, rng.uniform(0.05, 0.3), rating_mva=limit)
        for (a, b), limit in zip(ends, rating, strict=True)
    ]


def tree(rng, draw, area, size):
    """A radial feeder from bus 0; the first branch may be short of capacity."""
    for n in range(1, size):
        above = int(rng.integers(max(0, n - 2), n))
        rating = float(rng.uniform(3.0, 5.0)) if draw.congested and above == 0 else None
        r, x = rng.uniform(0.002, 0.02, 2)
        yield Branch(area, f"{above}-{n}", f"d{above}", f"d{n}", r, x, rating_mva=rating)


def transmission(rng, draw):
    size = int(rng.integers(3, 7))
    buses = [Bus("T", f"t{n}", 110.0, 0.9, 1.1, kind="pq" if n else "slack") for n in range(size)]
    loads = [
        Load("T", f"l{n}", f"t{n}", float(rng.uniform(5.0, 15.0)), profile="day")
        for n in range(1, size)
    ]
    generators, offers = [], []
    for n in range(3):
        most = float(rng.uniform(20.0, 40.0))
        generators.append(
            Generator(
                "T", f"g{n}", f"t{rng.integers(size)}", 0.0, most,
                ramp_mw_per_h=float(rng.uniform(0.2, 0.5)) * most if draw.ramps else None,
                p_initial_mw=most / 3 if draw.ramps and n == 0 else None,
            )
        )  # fmt: skip
        price = float(rng.uniform(10.0, 50.0))
        offers += segments(rng, draw, "T", f"g{n}", most, price=price, rising=1)
    branches = mesh(rng, draw, size, sum(r.p_mw for r in loads))
    return {
        "areas": [Area("T", "transmission", 100.0)], "buses": buses, "branches": branches,
        "loads": loads, "generators": generators, "offers": offers,
        "dc_lines": [dc_line("T", "t0", f"t{size - 1}", 8.0)] * draw.dc_lines,
    }  # fmt: skip


def dc_line(area, start, end, most):
    """Loses 0.5 % of its capacity always, and 4 % of what enters."""
    limits = (-0.3 * most, 0.3 * most) * 2
    return DcLine(area, "link", start, end, -most, most, 0.005 * most, 0.04, 0.1, *limits)


def feeder(rng, draw, area):
    size = int(rng.integers(3, 9))
    place = [f"d{n}" for n in rng.integers(1, size, 5)]
    buses = [Bus(area, f"d{n}", 10.0, 0.95, 1.05, kind="pq" if n else "slack") for n in range(size)]
    loads = [
        Load(area, f"l{n}", f"d{n}", *map(float, rng.uniform((0.2, 0.0), (1.2, 0.4))),
             profile="day")
        for n in range(1, size)
    ]  # fmt: skip
    generators = [
        Generator(area, "unit", place[0], 0.0, 2.0, -0.5, 0.5),
        Generator(area, "sun", place[1], 0.0, 2.0, profile="sun", technology="pv"),
    ]
    bids = [Bid(area, "flex", place[2], 0.0, 3.0, tan_phi=0.2)]
    cost, value = float(rng.uniform(25.0, 60.0)), float(rng.uniform(30.0, 80.0))
    offers = [
        *segments(rng, draw, area, "unit", 2.0, price=cost, rising=1),
        Offer(area, "sun", None, 1, 2.0, 0.0),
        *segments(rng, draw, area, "flex", 3.0, price=value, rising=-1),
    ]
    energy, last = float(rng.uniform(0.5, 1.5)), len(draw.hours)
    return {
        "areas": [Area(area, "distribution", 10.0, "B")], "buses": buses,
        "branches": list(tree(rng, draw, area, size)), "loads": loads,
        "generators": generators, "bids": bids, "offers": offers,
        "storage": [
            Storage(area, "battery", place[3], 1.0, 1.0, 2.0, 0.2, 1.0, 1.0, 0.95, 0.9, 1.0,
                    energy_value_usd_per_mwh=30.0)
        ] * draw.storage,
        "shiftable_loads": [
            ShiftableLoad(area, "pump", place[4], energy, 2.0, min(2, last), last)
        ] * draw.shiftable,
        "dc_lines": [dc_line(area, "d1", f"d{size - 1}", 0.5)] * draw.dc_lines,
    }  # fmt: skip


def profiles(rng, hours):
    for name, low, high in (("day", 0.6, 1.2), ("sun", 0.0, 1.0)):
        for period in range(1, len(hours) + 1):
            yield ProfileValue(name, period, float(rng.uniform(low, high)))


def draw_scenario(seed, **options):
    """Scenario of `seed`; `options` are the fields of Draw."""
    rng, draw = np.random.default_rng(seed), Draw(**options)
    parts = [transmission(rng, draw)]
    for n in range(draw.feeders):
        root = f"t{rng.integers(1, len(parts[0]['buses']))}"
        parts.append(feeder(rng, draw, f"D{n}"))
        parts.append({"boundaries": [Boundary(f"B{n}", root, f"D{n}", "d0")]})
    tables = {name: () for part in parts for name in part}
    for part in parts:
        for name, rows in part.items():
            tables[name] = (*tables[name], *rows)
    day = tuple(profiles(rng, draw.hours))
    scenario = Scenario("random", draw.hours, VOLL, SPILL, **tables, profiles=day)
    assert check_scenario(scenario) == ()
    return scenario


@pytest.fixture(scope="session")
def random_scenario():
    """Builder of scenarios: random_scenario(seed, **options)."""
    return draw_scenario


def clear_and_validate(scenario, design, market=None, *, distribution="lindistflow"):
    operators = market or Operators(scenario, distribution=distribution)
    clearing = design.clear(operators)
    checks = validate(scenario, clearing)
    assert [c for c in checks if not c.passed] == []
    return clearing


@pytest.fixture(scope="session")
def clear():
    """Clearing of a scenario by a design, once the validator has found nothing wrong with it."""
    return clear_and_validate


@pytest.fixture(scope="session")
def with_messages():
    """A clearing with other messages in its log: with_messages(clearing, frame)."""

    def changed(clearing, sent):
        schema = clearing.tables["message"].schema
        table = pa.Table.from_pandas(sent, schema, preserve_index=False)
        return dataclasses.replace(clearing, tables=dict(clearing.tables) | {"message": table})

    return changed
