"""What generators, loads and devices of an area inject: in the base case, or as cleared.

In the base case generators stand at their base output (PV, wind and what has a profile at all that
is available), stores at their base power, loads at their full demand, flexible loads at their base
power or else at their full demand; shiftable loads rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from scenarios.assets import all_assets
from scenarios.assets.contract import Asset, profile_of
from scenarios.records import PQ, DcLine, Generator
from scenarios.scenario import AreaView
from security.ac.demand import Demand
from security.ac.grid import Complex, Grid, Real
from security.ac.line_ends import Given, demand_of, line_ends
from security.ac.newton import Operation

ROOT_V = 1.0  # p.u.


def base_operation(view: AreaView, grid: Grid, period: int | None = None) -> Operation:
    """Operation of the base case, with the profiles of `period` or without any."""
    taken = [entry[1:] for entry in _taken(view, period, all_assets().values())]
    demand = Demand.of(grid, taken), demand_of(grid, base_lines(view, grid))
    return operation(view, grid, base_power(view, period), *demand)


def base_lines(view: AreaView, grid: Grid) -> Given:
    """What DC lines give at both ends in the base case; what holds its voltage finds its own Q."""
    return {
        name: tuple(
            (end.bus, complex(p_mw, 0.0 if end.holds(grid) else end.q_base_mvar))
            for end, p_mw in zip(line_ends(line), line.given_mw(line.p_base_mw), strict=True)
        )
        for name, line in view.of(DcLine).items()
    }


Entry = tuple[str, str, complex, float, float]


def base_demand(view: AreaView, period: int | None = None) -> list[Entry]:
    """Demand of the base case: name, bus, MVA at 1 p.u., exponents of P and of Q."""
    consumers = (kind for kind in all_assets().values() if kind.group == "consumer")
    return list(_taken(view, period, consumers))


def _taken(view: AreaView, period: int | None, kinds: Iterable[Asset[Any]]) -> Iterator[Entry]:
    """What assets with a base case of their own take in it."""
    for kind in kinds:
        if kind.base_mva is not None:
            for name, r in view.of(kind.record).items():
                power = kind.base_mva(r, _factor(view, profile_of(r), period))
                yield name, r.bus, power, *kind.per_mw(r)[1:]


def base_power(view: AreaView, period: int | None = None) -> dict[str, complex]:
    """Output (MVA) of every generator in the base case; that at the slack bus is a start only."""
    return {
        name: complex(_base_mw(view, unit, period), unit.q_base_mvar or 0.0)
        for name, unit in view.generators.items()
    }


def operation(
    view: AreaView, grid: Grid, power: Mapping[str, complex], *demand: Demand
) -> Operation:
    """Operation with the given output of generators (MVA); those at slack and PV buses hold V.

    So do ends of DC lines; what these take else is part of the demand. Limits of Q that depend on
    P are those at the given output, also at a slack bus, whose own output is a start only.
    """
    count = len(grid.buses)
    generation: Complex = np.zeros(count, dtype=complex)
    v_set: Real = np.full(count, np.nan)
    q_min, q_max = np.zeros(count), np.zeros(count)
    for name, unit in view.generators.items():
        n = grid.position[unit.bus]
        holds = grid.kind[n] != PQ and unit.v_set_pu is not None
        generation[n] += power[name].real if holds else power[name]
        if holds:
            v_set[n] = unit.v_set_pu
            low, high = unit.reactive_limits(power[name].real)
            q_min[n] += low
            q_max[n] += high
        else:
            q_min[n] += power[name].imag
            q_max[n] += power[name].imag
    for end in (end for line in view.of(DcLine).values() for end in line_ends(line)):
        if end.holds(grid):
            n = grid.position[end.bus]
            v_set[n] = end.v_set_pu
            q_min[n] += end.q_min_mvar
            q_max[n] += end.q_max_mvar
    v_set[grid.slacks & np.isnan(v_set)] = ROOT_V
    return Operation(grid, generation, demand, v_set, q_min, q_max)


def _base_mw(view: AreaView, unit: Generator, period: int | None) -> float:
    if unit.p_base_mw is not None:
        return unit.p_base_mw
    free = unit.technology in ("pv", "wind") or unit.profile is not None
    return unit.p_max_mw * _factor(view, unit.profile, period) if free else 0.0


def _factor(view: AreaView, profile: str | None, period: int | None) -> float:
    return 1.0 if period is None else float(view.factor(profile)[period - 1])
