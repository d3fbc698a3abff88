"""Costs, values and welfare, worked out again from the offers."""

import numpy as np

from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.energy import discharged
from validation.grid import column
from validation.local import LocalTrade
from validation.parties import Priced
from validation.tables import Numbers
from validation.tolerances import Tolerances

DAY = "day"


def costs_and_values(priced: Priced, within: Tolerances) -> Check:
    """Every row's cost and value ($) by offers, value of lost load, spill price and wear."""
    parts = [
        Missed(numbers.names, numbers[name] - expected)
        for numbers, cost, value in _money(priced)
        for name, expected in (("cost_usd", cost), ("value_usd", value))
    ]
    return check("costs and values", within.usd, "$", *parts, *_slack_costs(priced.cleared))


def welfare_adds_up(priced: Priced, within: Tolerances) -> Check:
    """Welfare is all value less all cost."""
    total = sum(float((value - cost).sum()) for _, cost, value in _money(priced))
    total -= sum(float(cost.sum()) for _, _, cost in _slack(priced.cleared))
    missed = abs(priced.cleared.clearing.welfare_usd - total)
    return Check("welfare", missed, within.usd, "$", DAY)


def welfare_is_certified(priced: Priced, within: Tolerances) -> tuple[Check, ...]:
    """Welfare lies between the bounds of the certificate, if there is one."""
    certificate = priced.cleared.clearing.certificate
    if certificate is None:
        return ()
    trade = LocalTrade(priced.cleared)
    asked = float((trade.markup * trade.sold * priced.cleared.hours).sum())
    welfare = priced.cleared.clearing.welfare_usd - asked
    low, high = certificate.lower_usd, certificate.upper_usd
    missed = max(low - welfare, welfare - high, low - high, 0.0)
    return (Check("welfare within its certificate", missed, within.usd, "$", DAY),)


def _money(priced: Priced) -> list[tuple[Numbers, Rows, Rows]]:
    """Numbers, cost ($) and value ($) of every kind of asset."""
    cleared, s, hours = priced.cleared, priced.cleared.scenario, priced.cleared.hours
    voll, none = s.voll_usd_per_mwh, np.zeros(1)
    run = cleared.offers.cost(cleared.generators["p_mw"])
    run = run + column(s.generators, "no_load_usd_per_h")
    wear = column(s.storage, "cost_usd_per_mwh") * discharged(cleared)
    return [
        (cleared.generators, run * hours, none),
        (cleared.loads, voll * cleared.loads["unserved_mw"] * hours, none),
        (cleared.bids, none, cleared.values.value(cleared.bids["p_mw"]) * hours),
        (cleared.storage, wear * hours, none),
        (cleared.shiftable, voll * cleared.shiftable["unserved_mw"] * hours, none),
    ]


def _slack(cleared: Cleared) -> list[tuple[str, Numbers, Rows]]:
    """Numbers and cost ($) of unserved and spilled energy at every bus."""
    s, hours = cleared.scenario, cleared.hours
    return [
        ("unserved", cleared.unserved, s.voll_usd_per_mwh * cleared.unserved_mw * hours),
        ("spilled", cleared.spilled, s.spill_usd_per_mwh * cleared.spilled_mw * hours),
    ]


def _slack_costs(cleared: Cleared) -> list[Missed]:
    return [
        Missed(
            [f"{name} {kind}" for name in cleared.grid.bus_names],
            np.where(numbers.count > 0, numbers["cost_usd"], 0.0) - cost,
        )
        for kind, numbers, cost in _slack(cleared)
    ]
