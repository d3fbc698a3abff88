"""Scenarios of a chosen size for timing: IEEE 118 with ten blocks a unit, and 33-bus feeders."""

from dataclasses import replace

import numpy as np

from scenarios.networks import load_network
from scenarios.records import Bid, Boundary, Generator, Load, Offer, ProfileValue, Storage
from scenarios.scenario import Scenario
from scenarios.systems.coupled import coupled

HOURS = 24
BLOCKS = 10
FEEDER_MW = 3.715


def profiles() -> tuple[ProfileValue, ...]:
    """A day of load, sun and wind."""
    hour = np.arange(HOURS)
    load = 0.72 + 0.18 * np.sin((hour - 9) / 24 * 2 * np.pi) + 0.1 * np.exp(-((hour - 19) ** 2) / 6)
    sun = np.clip(np.sin((hour - 6) / 13 * np.pi), 0, None) * ((hour >= 6) & (hour <= 19))
    shapes = {"load": load, "sun": sun}
    return tuple(
        ProfileValue(name, t + 1, float(v))
        for name, row in shapes.items()
        for t, v in enumerate(row)
    )


def ieee118_with_feeders(feeders: int, seed: int = 1) -> Scenario:
    """IEEE 118 with `feeders` 33-bus feeders spread over its load buses, each with batteries."""
    rng = np.random.default_rng(seed)
    upper = load_network("ieee118", "T")
    spots = [load.bus for load in sorted(upper.loads, key=lambda r: -r.p_mw)][:60]
    share = {bus: sum(1 for n in range(feeders) if spots[n % len(spots)] == bus) for bus in spots}
    loads = [
        replace(r, p_mw=max(1.0, r.p_mw - FEEDER_MW * share.get(r.bus, 0)), profile="load")
        for r in upper.loads
    ]
    ratings = {"8-5": 320.0, "25-27": 130.0, "38-37": 230.0, "77-82": 60.0, "100-103": 110.0}
    branches = [replace(k, rating_mva=ratings.get(k.branch)) for k in upper.branches]
    parts = [_feeder(f"D{n}", rng) for n in range(feeders)]
    generators = [replace(g, p_min_mw=0.0) for g in upper.generators]
    return Scenario(
        name=f"ieee118 with {feeders} feeders",
        hours=(1.0,) * HOURS,
        voll_usd_per_mwh=3000.0,
        spill_usd_per_mwh=3000.0,
        areas=(upper.area, *(p["area"] for p in parts)),
        buses=(*upper.buses, *(b for p in parts for b in p["buses"])),
        branches=(*branches, *(k for p in parts for k in p["branches"])),
        generators=(*generators, *(g for p in parts for g in p["generators"])),
        offers=(
            *(o for g in generators for o in _blocks(g, rng)),
            *(o for p in parts for o in p["offers"]),
        ),
        loads=(*loads, *(r for p in parts for r in p["loads"])),
        bids=tuple(k for p in parts for k in p["bids"]),
        storage=tuple(s for p in parts for s in p["storage"]),
        boundaries=tuple(
            Boundary(f"B{n}", spots[n % len(spots)], f"D{n}", "1") for n in range(feeders)
        ),
        profiles=profiles(),
    )


def _blocks(unit: Generator, rng: np.random.Generator) -> list[Offer]:
    start, rise = rng.uniform(12, 40), rng.uniform(0.5, 3)
    width = unit.p_max_mw / BLOCKS
    return [
        Offer("T", unit.generator, None, n + 1, width, round(start + rise * n, 3))
        for n in range(BLOCKS)
    ]


def _feeder(area: str, rng: np.random.Generator) -> dict:
    tables = load_network("feeder33", area)
    scale = rng.uniform(0.8, 1.2, len(tables.loads))
    loads = [
        replace(r, p_mw=0.8 * s * r.p_mw, q_mvar=0.8 * s * r.q_mvar, profile="load")
        for r, s in zip(tables.loads, scale, strict=True)
    ]
    flexible = [
        Bid(area, f"flex-{r.bus}", r.bus, 0.0, 0.2 * r.p_mw, 0.3, "load") for r in tables.loads[::3]
    ]
    offers = [
        Offer(area, k.bid, None, n + 1, k.p_max_mw / 3, round(float(v), 3))
        for k in flexible
        for n, v in enumerate(sorted(rng.uniform(20, 70, 3), reverse=True))
    ]
    plants = [
        Generator(area, "dg-18", "18", 0, 0.5, -0.2, 0.2, s_max_mva=0.55),
        Generator(area, "pv-25", "25", 0, 0.8, -0.3, 0.3, profile="sun", technology="pv"),
        Generator(area, "pv-33", "33", 0, 0.6, -0.2, 0.2, profile="sun", technology="pv"),
    ]
    offers += [Offer(area, "dg-18", None, n + 1, 0.25, round(float(p), 3))
               for n, p in enumerate(sorted(rng.uniform(25, 45, 2)))]  # fmt: skip
    offers += [Offer(area, "pv-25", None, 1, 0.8, 0.0), Offer(area, "pv-33", None, 1, 0.6, 0.0)]
    stores = [
        Storage(area, f"battery-{b}", b, 0.2, 0.2, 0.8, 0.0, 0.4, 0.4, 0.95, 0.95, 1.0)
        for b in ("14", "22", "31")
    ]
    return {
        "area": tables.area, "buses": tables.buses, "branches": tables.branches,
        "loads": loads, "bids": flexible, "generators": plants, "offers": offers,
        "storage": stores,
    }  # fmt: skip


def head_load(scenario: Scenario) -> list[Load]:
    """Inelastic loads in transmission."""
    return [r for r in scenario.loads if r.area == "T"]


def ieee118_with_mixed_feeders(feeders: int) -> Scenario:
    """IEEE 118 in its base case with feeders of 33, 69, 85 and 141 buses in turn, one a bus.

    A feeder takes the place of the load at its bus, scaled to it.
    """
    loads = sorted(load_network("ieee118", "T").loads, key=lambda r: -r.p_mw)[:feeders]
    names = ("feeder33", "feeder69", "feeder85", "feeder141")
    return coupled("ieee118", {r.bus: names[n % len(names)] for n, r in enumerate(loads)})


def ieee118_day(feeders: int) -> Scenario:
    """IEEE 118 with mixed feeders for 24 hours, with loads that follow a profile."""
    base = ieee118_with_mixed_feeders(feeders)
    loads = tuple(replace(r, profile="load") for r in base.loads)
    return replace(base, hours=(1.0,) * HOURS, loads=loads, profiles=profiles())
