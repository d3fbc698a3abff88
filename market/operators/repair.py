"""Schedules of a relaxation that is not exact, made feasible by the formulation that it relaxes.

The boundary power stays; devices of the area move, but what excludes each other stays as chosen.
The prices stay those of the relaxation, and what the repair costs is part of the certified gap.
"""

from dataclasses import replace

import numpy as np

from formulations.networks import networks
from market.operators.area_tables import AreaResult
from market.operators.day import build_day
from solvers.errors import SolveFailed
from solvers.ipopt import IpoptSession

HAIR_MW = 1e-6  # of exports by local markets: else a schedule that sells all it may has no room
CURE = "its losses are understood by no relaxation at this boundary power; use lindistflow"
EXACT_MW = 1e-4  # of loss that no flow causes: what an interior-point solver leaves of a cone


def repaired(result: AreaResult, time_limit_s: float) -> AreaResult:
    """The result itself where its relaxation is exact; raises SolveFailed."""
    exact, excess = result.day.formulation.traits.relaxes, result.state.excess_loss
    if exact is None or excess is None:
        return result
    excess = np.where(excess < EXACT_MW, 0.0, excess)
    if not excess.any():
        return result
    day = build_day(result.day.view, networks[exact](), result.day.local)
    session = IpoptSession(day.program, f"repair of area '{day.view.name}'", time_limit_s)
    columns = day.crossing.ravel()
    held = result.x[result.day.crossing].ravel()
    session.set_bounds(columns, held, held)
    if "gross_purchase" in day.columns:
        bought = day.columns["gross_purchase"].ravel()
        lower, upper = day.program.lower[bought], day.program.upper[bought]
        session.set_bounds(bought, lower - HAIR_MW, upper)
    pairs = day.exclusive
    idle = np.where(result.x[pairs[:, 0]] < result.x[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    session.set_bounds(idle, np.zeros(idle.size), np.zeros(idle.size))
    session.begin_at(result.x)
    try:
        return replace(result, x=session.solve().x, relaxed_excess=excess)
    except SolveFailed as failed:
        raise SolveFailed(failed.problem, failed.status, CURE) from failed
