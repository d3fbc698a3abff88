"""Couplings of shipped networks by seed: where feeders stand, what they produce, what is tight."""

from dataclasses import replace

import numpy as np

from scenarios.assembly import assemble
from scenarios.networks import load_network, scale_feeder
from scenarios.records import Generator, Offer
from scenarios.scenario import Scenario

UPPER = ("ieee14", "ieee30", "ieee14", "ieee30", "ieee118")
LOWER = ("feeder16", "feeder17", "feeder33", "feeder69", "feeder85")
VOLL = SPILL = 1000.0  # $/MWh


def random_coupling(seed: int) -> Scenario:
    """One to four feeders with generators at load buses; ratings and bands that may bind."""
    rng = np.random.default_rng(seed)
    name = str(rng.choice(UPPER))
    upper = load_network(name, "T")
    load = {r.bus: r.p_mw for r in upper.loads if r.p_mw > 1}
    buses = [str(b) for b in rng.choice(sorted(load), rng.integers(1, 5), replace=False)]
    feeders = [_feeder(rng, f"D{bus}", 1.2 * load[bus] * rng.uniform(0.5, 1.0)) for bus in buses]
    upper = replace(
        upper,
        loads=tuple(r for r in upper.loads if r.bus not in buses),
        buses=tuple(replace(b, v_min_pu=0.94, v_max_pu=1.06) for b in upper.buses),
        branches=_rated(rng, upper.branches, sum(load.values())),
    )
    return assemble(
        f"{name} by seed {seed}", [upper, *feeders], {f"D{b}": b for b in buses},
        profiles={}, hours=(1.0,), voll_usd_per_mwh=VOLL, spill_usd_per_mwh=SPILL,
    )  # fmt: skip


def _rated(rng, branches, load_mw):
    """Every fifth branch gets a rating of 5 to 30 % of all load."""
    limits = rng.uniform(0.05, 0.3, len(branches)) * load_mw
    chosen = rng.random(len(branches)) < 0.2
    return tuple(
        replace(k, rating_mva=float(limit) if tight else None)
        for k, limit, tight in zip(branches, limits, chosen, strict=True)
    )


def _feeder(rng, area, load_mw):
    feeder = scale_feeder(load_network(str(rng.choice(LOWER)), area), load_mw)
    low, high = rng.choice([(0.9, 1.1), (0.95, 1.05), (0.97, 1.06)])
    spots = rng.choice([r.bus for r in feeder.loads], rng.integers(0, 5), replace=False)
    sizes = {str(bus): float(rng.uniform(0.05, 0.4) * load_mw) for bus in spots}
    units = [Generator(area, f"g{b}", b, 0.0, p, -0.4 * p, 0.4 * p) for b, p in sizes.items()]
    return replace(
        feeder,
        buses=tuple(replace(b, v_min_pu=low, v_max_pu=high) for b in feeder.buses),
        generators=tuple(units),
        offers=tuple(_offer(rng, unit) for unit in units),
    )


def _offer(rng, unit):
    """A flat or a rising offer between 5 and 70 $/MWh."""
    slope = float(rng.choice([0.0, rng.uniform(1, 10) / unit.p_max_mw]))
    price = float(rng.uniform(5, 70))
    return Offer(unit.area, unit.generator, None, 1, unit.p_max_mw, price, slope)
