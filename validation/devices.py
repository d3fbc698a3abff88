"""Limits of generators and loads: power, ramps, reactive power."""

import numpy as np

from validation.check import Check, Missed, Rows, check, outside
from validation.cleared import Cleared
from validation.grid import column
from validation.tolerances import Tolerances


def demand_is_met(cleared: Cleared, within: Tolerances) -> Check:
    """What a load is served and what it is denied add up to its demand; neither is negative."""
    served, denied = cleared.loads["p_mw"], cleared.loads["unserved_mw"]
    names = cleared.loads.names
    return check(
        "demand is served or unserved",
        within.mw,
        "MW",
        Missed(names, served + denied - cleared.demand),
        Missed(names, outside(served, np.minimum(cleared.demand, 0.0), np.inf)),
        Missed(names, outside(denied, 0.0, np.inf)),
    )


def output_limits_hold(cleared: Cleared, within: Tolerances) -> Check:
    """Generators and flexible loads stay between their least and greatest power."""
    return check(
        "power limits",
        within.mw,
        "MW",
        Missed(
            cleared.generators.names,
            outside(cleared.generators["p_mw"], *cleared.output_limits),
        ),
        Missed(cleared.bids.names, outside(cleared.bids["p_mw"], *cleared.bid_limits)),
    )


def ramps_hold(cleared: Cleared, within: Tolerances) -> Check:
    """Output changes by no more than the ramp allows, the first step included."""
    owned, power = cleared.scenario.generators, cleared.generators["p_mw"]
    steepest = np.nan_to_num(column(owned, "ramp_mw_per_h"), nan=np.inf) * cleared.hours
    before = np.hstack([column(owned, "p_initial_mw"), power[:, :-1]])
    change = np.where(np.isnan(before), 0.0, power - before)  # no output given: a free first step
    missed = outside(change, -steepest, steepest)
    return check("ramp limits", within.mw, "MW", Missed(cleared.generators.names, missed))


def reactive_limits_hold(cleared: Cleared, within: Tolerances) -> Check:
    """In distribution generators keep to their capability, and other power follows P."""
    owned = cleared.scenario.generators
    q, p = _reactive(cleared, "generators"), cleared.generators["p_mw"]
    limited = outside(q, column(owned, "q_min_mvar"), column(owned, "q_max_mvar"))
    apparent = np.hypot(p, q) - np.nan_to_num(column(owned, "s_max_mva"), nan=np.inf)
    lower = ~np.array([g.area == cleared.scenario.transmission for g in owned], dtype=bool)
    missed = np.maximum(limited, apparent) * lower.reshape(-1, 1)
    parts = [Missed(cleared.generators.names, missed)]
    for kind, expected in _following(cleared).items():
        numbers = getattr(cleared, kind)
        off = np.nan_to_num(numbers["q_mvar"] - expected)  # no number: transmission
        parts.append(Missed(numbers.names, off))
    return check("reactive limits", within.mw, "Mvar", *parts)


def slack_is_not_negative(cleared: Cleared, within: Tolerances) -> Check:
    """Unserved and spilled energy at a bus is zero or positive."""
    parts = [
        Missed(cleared.grid.bus_names, outside(power, 0.0, np.inf))
        for power in (cleared.unserved_mw, cleared.spilled_mw)
    ]
    return check("unserved and spilled power", within.mw, "MW", *parts)


def _reactive(cleared: Cleared, kind: str) -> Rows:
    q: Rows = np.nan_to_num(getattr(cleared, kind)["q_mvar"])
    return q


def _following(cleared: Cleared) -> dict[str, Rows]:
    """Reactive power (Mvar) that goes with the active power of loads and stores."""
    s = cleared.scenario
    share = np.divide(
        cleared.loads["p_mw"],
        cleared.demand,
        out=np.ones_like(cleared.demand),
        where=cleared.demand != 0.0,
    )
    return {
        "loads": column(s.loads, "q_mvar") * cleared.grid.factors(s.loads) * share,
        "bids": column(s.bids, "tan_phi") * cleared.bids["p_mw"],
        "shiftable": column(s.shiftable_loads, "tan_phi") * cleared.shiftable["p_mw"],
        "storage": np.zeros_like(cleared.storage["p_mw"]),
    }
