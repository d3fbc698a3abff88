"""Feeders with other loads, other impedances, or behind transformers."""

from collections.abc import Callable
from dataclasses import replace
from math import hypot
from typing import Literal

from scenarios.records import PQ, SLACK, Branch, Bus
from scenarios.scenario import Scenario

Held = Literal["x", "z"]
HIGH_SIDE, TRANSFORMER = "high side", "interconnecting transformer"


def with_exponents(scenario: Scenario, n_p: float, n_q: float) -> Scenario:
    """All loads of feeders follow voltage with these exponents of P and of Q."""
    lower = scenario.distribution
    loads = (replace(r, n_p=n_p, n_q=n_q) if r.area in lower else r for r in scenario.loads)
    return replace(scenario, loads=tuple(loads))


def with_resistance(scenario: Scenario, factor: float, held: Held) -> Scenario:
    """All branches of feeders with `factor` times their R/X; X is held, or |Z|."""
    return _changed(scenario, lambda k: _resistance(k, factor, held))


def with_impedance(scenario: Scenario, factor: float) -> Scenario:
    """All branches of feeders with `factor` times their R and X."""
    return _changed(scenario, lambda k: replace(k, r_pu=k.r_pu * factor, x_pu=k.x_pu * factor))


def with_transformers(
    scenario: Scenario, x_pu: float, tap: float = 1.0, load_mva: float | None = None
) -> Scenario:
    """A transformer between every boundary bus and its feeder's root.

    `x_pu` is its reactance on its own rating: `load_mva`, or the feeder's load. The feeder's new
    root is the high side; the ratio `tap` is at that end.
    """
    base = {a.area: a.base_mva for a in scenario.areas}
    roots = {b.area: b.root_bus for b in scenario.boundaries}
    own = {(b.area, b.bus): b for b in scenario.buses}
    rating = {
        area: load_mva or sum(hypot(r.p_mw, r.q_mvar) for r in scenario.loads if r.area == area)
        for area in roots
    }
    high = [_high_side(own[area, root]) for area, root in roots.items()]
    units = [
        Branch(area, TRANSFORMER, HIGH_SIDE, root, 0.0, x_pu * base[area] / rating[area], tap=tap)
        for area, root in roots.items()
    ]
    return replace(
        scenario,
        buses=(
            *(replace(b, kind=PQ) if roots.get(b.area) == b.bus else b for b in scenario.buses),
            *high,
        ),
        branches=(*scenario.branches, *units),
        boundaries=tuple(replace(b, root_bus=HIGH_SIDE) for b in scenario.boundaries),
    )


def _high_side(root: Bus) -> Bus:
    return replace(root, bus=HIGH_SIDE, kind=SLACK, g_shunt_mw=0.0, b_shunt_mvar=0.0)


def _changed(scenario: Scenario, change: Callable[[Branch], Branch]) -> Scenario:
    lower = scenario.distribution
    branches = (change(k) if k.area in lower else k for k in scenario.branches)
    return replace(scenario, branches=tuple(branches))


def _resistance(branch: Branch, factor: float, held: Held) -> Branch:
    r, x = branch.r_pu * factor, branch.x_pu
    scale = hypot(branch.r_pu, x) / hypot(r, x) if held == "z" and hypot(r, x) > 0 else 1.0
    return replace(branch, r_pu=r * scale, x_pu=x * scale)
