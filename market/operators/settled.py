"""What the others see of an area's part of a clearing."""

from dataclasses import replace

from market.coordination.protocol import Reply, Settled
from market.nonconvex.otherwise import NOTHING
from market.operators.activated_tables import reserve_bus_parts, reserve_flow_parts
from market.operators.area_tables import (
    AreaResult,
    flow_part,
    lmp_part,
    relaxation_rows,
    voltage_part,
)
from market.operators.crossing import crossing_prices
from market.operators.dispatch import dispatch_parts
from market.operators.one_at_a_time import one_at_a_time
from market.operators.other_prices import other_price_parts, outage_parts
from market.operators.plant_tables import plant_part, reserve_held_parts, reserve_part
from market.operators.repair import repaired
from solvers.ties import Tie


def settled_exactly(
    result: AreaResult,
    time_limit_s: float,
    tie: Tie,
    *,
    agreed: bool,
    reply: Reply | None = None,
) -> Settled:
    """The same once devices do one thing at a time and a relaxation that is not exact is repaired.

    Prices that operators `agreed` on are kept; others follow the rule `tie`. Raises SolveFailed.
    """
    once = one_at_a_time(result, time_limit_s, tie, keep_prices=agreed)
    mended = repaired(once, time_limit_s)
    spent = 0.0 if mended is result else float((result.worth - mended.worth).sum())
    return replace(settled_of(mended), repair_usd=spent, reply=reply)


def settled_of(result: AreaResult) -> Settled:
    """What the others see of an area's part of a clearing."""
    day = result.day
    otherwise = result.otherwise or NOTHING
    return Settled(
        area=day.view.name,
        boundaries=tuple(day.view.ports),
        power=result.x[day.crossing],
        reactive=result.value("q_boundary") if "q_boundary" in day.columns else None,
        prices=crossing_prices(day, result.dual),
        ban=result.price("purchase") if "purchase" in day.rows else None,
        welfare_usd=result.welfare_usd,
        worth=result.worth,
        parts={
            "dispatch": tuple(dispatch_parts(result)),
            "lmp": (lmp_part(result),),
            "flow": (flow_part(result),),
            "voltage": (voltage_part(result),),
            "plant": (plant_part(result),),
            "reserve": (reserve_part(result),),
            "reserve_held": tuple(reserve_held_parts(result)),
            "reserve_bus": tuple(reserve_bus_parts(result)),
            "reserve_flow": tuple(reserve_flow_parts(result)),
            "other_price": tuple(other_price_parts(result)),
            "outage_limit": tuple(outage_parts(result)),
        },
        relaxation=relaxation_rows(result),
        unproved_usd=result.unproved_usd,
        lost=otherwise.lost,
        non_convexity=otherwise.gaps,
        lanes=day.view.reserves.crossing,
    )
