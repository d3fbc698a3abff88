"""Devices that would do two opposite things at once, such as a store that burns energy.

Where a price is negative or spilled energy cheap, the relaxed optimum charges and discharges
together. Then the area clears once more at its boundary power, with a choice for each store and
period that does so.
"""

from dataclasses import replace

from market.operators.area_tables import AreaResult
from market.operators.least_purchase import least_purchase
from market.operators.outages import pairs_of, secured, with_limits
from market.operators.ties import by_rule
from solvers.exclusive import solve_exclusively, used_both_ways
from solvers.ties import Tie


def one_at_a_time(
    result: AreaResult, time_limit_s: float, tie: Tie, *, keep_prices: bool
) -> AreaResult:
    """The result itself where nothing does two things at once; raises SolveFailed.

    Prices are those with the choices made, or, where operators agreed on others, kept.
    """
    day = result.day
    if not used_both_ways(result.x, day.exclusive).any():
        return result
    session = secured(day.program, f"directions in area '{day.view.name}'", time_limit_s, day)
    columns = day.crossing.ravel()
    session.set_bounds(columns, result.x[columns], result.x[columns])
    session.set_bounds(day.integers, result.x[day.integers], result.x[day.integers])
    found = solve_exclusively(session, day.exclusive, session.name, time_limit_s)
    once = replace(result, x=least_purchase(day, found.x))
    if keep_prices:
        return once
    duals = by_rule(day, session.program, found, tie)
    held = with_limits(day, pairs_of(session))
    return replace(once, day=held, dual=duals.chosen, ends=duals.ends)
