"""Prices of the relaxation, and those of the convex hull of what every plant can do.

W. W. Hogan, B. J. Ring, "On Minimum-Uplift Pricing for Electricity Markets", Harvard University,
2003; the pool that finds them: P. Andrianesis, D. Bertsimas, M. C. Caramanis, W. W. Hogan,
"Computation of Convex Hull Prices in Electricity Markets with Non-Convexities Using Dantzig-Wolfe
Decomposition", IEEE Trans. Power Syst. 37(4), 2022.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from market.carriers import here
from market.coordination import begin, coordinate
from market.coordination.gate import Gate
from market.coordination.methods.schedules import Schedules
from market.nonconvex.master import Master
from market.nonconvex.parties import Market
from market.nonconvex.plant import Plant
from market.operators.outages import Pair, pairs_of, secured
from market.operators.ties import by_rule_together
from scenarios.results import FIXED_RULE
from solvers.program import Solution, Vector
from solvers.ties import Tie

RELAXED, CONVEX_HULL = "relaxed", "convex_hull"
POOL = Schedules(gap_relative=1e-6, max_rounds=300, prices_a_round=1)


@dataclass(frozen=True)
class Company:
    """The network and its plants, as a pool knows transmission and distribution operators.

    Plants answer what a pool asks, and nothing else that operators can be asked.
    """

    transmission: Any
    distribution: Sequence[Any]
    answer_limit_s: float
    ask: Any = here.ask
    gate: Gate | None = None


@dataclass(frozen=True)
class Supported:
    """Duals of a pricing rule, and a point that is the best at them for all but the plants.

    Duals of `limits`, a branch and an outage each, stand behind those of the market's rows.
    """

    dual: Vector
    x: Vector
    limits: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Convex:
    """What the pricing rules make of a market.

    At no prices is the Lagrangian less than `hull_usd`, the welfare of a mix of what plants can do.
    """

    market: Market
    plants: Sequence[Plant]
    rules: Mapping[str, Supported]
    hull_usd: float


def convexified(market: Market, fixed: Vector, limits_s: tuple[float, float], tie: Tie) -> Convex:
    """All rules, of which `fixed` are the duals with integers held; raises SolveFailed.

    `limits_s` are the most time (s) for a program, and for the search of the hull.
    """
    limit_s, hull_limit_s = limits_s
    program, name = market.program, "relaxation of plants that start and stop"
    session = secured(program, name, limit_s, market.days[0], market.joined.columns[0])
    found = session.solve()
    plants = [
        Plant(market, component, found.x, limit_s)
        for component in market.components
        if np.isin(market.integers, component.columns).any()
    ]
    duals = by_rule_together(market.days, market.joined, session.program, found, tie)
    hull, least = _hull(market, plants, found, limit_s, hull_limit_s)
    rules = {
        FIXED_RULE: Supported(fixed, market.x),
        RELAXED: Supported(duals.chosen, found.x, pairs_of(session)),
        CONVEX_HULL: hull,
    }
    return Convex(market, plants, rules, least)


def _hull(
    market: Market, plants: list[Plant], relaxed: Solution, limit_s: float, hull_limit_s: float
) -> tuple[Supported, float]:
    """The best mix that was found of all that plants can do, and its welfare ($)."""
    master = Master(market, plants, relaxed, limit_s)
    state = coordinate(begin(Company(master, plants, limit_s)), POOL, hull_limit_s).state
    point = state.cleared.point
    return Supported(point.dual, point.x, point.limits), state.certificate.lower_usd
