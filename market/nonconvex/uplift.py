"""What every party could have earned at the prices, beside what it does earn.

The sum over all parties, networks included, is what the Lagrangian at the prices lies above
the welfare: no prices leave less of it than those of the convex hull (Hogan and Ring 2003).
"""

from collections.abc import Sequence
from dataclasses import replace

from market.nonconvex.parties import Owner
from market.nonconvex.prices import CONVEX_HULL, RELAXED, Convex, Supported
from scenarios.results import LostOpportunity, NonConvexity
from solvers.program import Vector


def priced_otherwise(
    convex: Convex,
) -> tuple[Sequence[LostOpportunity], Sequence[NonConvexity]]:
    """What every party loses by each rule, and what each rule leaves to be gained in all."""
    welfare = -convex.market.program.objective(convex.market.x)
    area, lost, gaps = convex.market.operator(0).area, [], []
    for rule, at in convex.rules.items():
        by_owner, lagrangian = _lost(convex, at)
        unproved = max(0.0, lagrangian - convex.hull_usd) if rule == CONVEX_HULL else 0.0
        gaps.append(NonConvexity(rule, area, welfare, lagrangian, unproved))
        lost += [
            LostOpportunity(rule, owner.area, owner.kind, owner.asset, usd)
            for owner, usd in by_owner.items()
        ]
    return lost, gaps


def least(convex: Convex) -> Convex:
    """The same, where prices of the relaxation stand for those of the hull if they leave less.

    They may where the search for the hull was stopped.
    """
    by_rule = {rule: _lost(convex, convex.rules[rule])[1] for rule in (RELAXED, CONVEX_HULL)}
    if by_rule[CONVEX_HULL] <= by_rule[RELAXED]:
        return convex
    return replace(convex, rules={**convex.rules, CONVEX_HULL: convex.rules[RELAXED]})


def _lost(convex: Convex, at: Supported) -> tuple[dict[Owner, float], float]:
    """What each party loses at the prices, and the Lagrangian ($, as a welfare).

    An operator buys all reserve that is held, also beyond its need.
    """
    market, program = convex.market, convex.market.program
    priced = market.priced.ravel()
    dual, limit = at.dual[priced], program.row_lower[priced]
    reduced = program.cost - program.matrix[priced].T @ dual
    best = _best(convex, at)
    short = reduced * (market.x - best)
    beyond = float(dual @ (program.matrix[priced] @ market.x - limit))
    lost = {market.operator(0): beyond}
    for component in market.components:
        by = float(short[component.columns].sum())
        lost[component.owner] = lost.get(component.owner, 0.0) + by
    lagrangian = -(program.offset + float(reduced @ best) + float(dual @ limit))
    return {owner: max(0.0, usd) for owner, usd in lost.items()}, lagrangian


def _best(convex: Convex, at: Supported) -> Vector:
    """The best point of every party at the prices."""
    market, x = convex.market, at.x.copy()
    for plant in convex.plants:
        prices = at.dual[market.priced[plant.members]] / market.hours
        x[plant.component.columns] = plant.best(prices)[0]
    return x
