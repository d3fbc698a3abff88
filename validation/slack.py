"""Unserved and spilled energy at buses, which nobody owns."""

import numpy as np

from scenarios.results import SPILLED, UNSERVED
from validation.check import Check, Missed, Rows, check, outside
from validation.cleared import Cleared
from validation.devices import validators_of
from validation.priced import Priced
from validation.tables import Numbers
from validation.tolerances import Tolerances


def slack_is_not_negative(cleared: Cleared, within: Tolerances) -> Check:
    """Unserved and spilled energy at a bus is zero or positive."""
    parts = [
        Missed(cleared.grid.bus_names, outside(power, 0.0, np.inf))
        for power in (cleared.unserved_mw, cleared.spilled_mw)
    ]
    return check("unserved and spilled power", within.mw, "MW", *parts)


def slack_unearned(priced: Priced) -> list[Missed]:
    """Unserved energy costs the value of lost load, spilled energy the spill price.

    Where a price would pay for more, all power of the period bounds how much.
    """
    cleared, scenario = priced.cleared, priced.cleared.scenario
    voll, spill = scenario.voll_usd_per_mwh, scenario.spill_usd_per_mwh
    parts = []
    for kind, numbers, power, gain in (
        (UNSERVED, cleared.unserved, cleared.unserved_mw, cleared.prices - voll),
        (SPILLED, cleared.spilled, cleared.spilled_mw, -cleared.prices - spill),
    ):
        most = np.where(numbers.count > 0, _all_power(cleared), 0.0)
        unearned = np.maximum(gain, 0.0) * most - gain * power
        names = [f"{name} {kind}" for name in cleared.grid.bus_names]
        parts.append(Missed(names, unearned * cleared.hours))
    return parts


def _all_power(cleared: Cleared) -> Rows:
    """All that assets can do at once (MW), each produce or consume, shape (periods,)."""
    total: Rows = np.zeros_like(cleared.hours)
    for validator in validators_of(cleared).values():
        total = total + np.maximum(*validator.greatest_mw(cleared)).sum(axis=0)
    return total


def slack_costs(cleared: Cleared) -> list[tuple[str, Numbers, Rows]]:
    """Numbers and cost ($) of unserved and spilled energy at every bus."""
    s, hours = cleared.scenario, cleared.hours
    return [
        ("unserved", cleared.unserved, s.voll_usd_per_mwh * cleared.unserved_mw * hours),
        ("spilled", cleared.spilled, s.spill_usd_per_mwh * cleared.spilled_mw * hours),
    ]


def slack_costs_missed(cleared: Cleared) -> list[Missed]:
    """By how much the table's cost ($) of unserved and spilled energy is wrong."""
    return [
        Missed(
            [f"{name} {kind}" for name in cleared.grid.bus_names],
            np.where(numbers.count > 0, numbers["cost_usd"], 0.0) - cost,
        )
        for kind, numbers, cost in slack_costs(cleared)
    ]
