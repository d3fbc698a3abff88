"""Costs, values and welfare, worked out again from the offers."""

from collections.abc import Iterator

from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.devices import validators_of
from validation.local import LocalTrade
from validation.priced import Priced
from validation.slack import slack_costs, slack_costs_missed
from validation.tables import Numbers
from validation.tolerances import Tolerances

DAY = "day"


def costs_and_values(priced: Priced, within: Tolerances) -> Check:
    """Every row's cost and value ($) by offers, value of lost load, spill price and wear."""
    parts = [
        Missed(numbers.names, numbers[name] - expected)
        for numbers, cost, value in _money(priced.cleared)
        for name, expected in (("cost_usd", cost), ("value_usd", value))
    ]
    parts += [Missed(names, by) for names, by in priced.cleared.reserves.money()]
    return check("costs and values", within.usd, "$", *parts, *slack_costs_missed(priced.cleared))


def welfare_adds_up(priced: Priced, within: Tolerances) -> Check:
    """Welfare is all value less all cost."""
    total = sum(float((value - cost).sum()) for _, cost, value in _money(priced.cleared))
    total -= sum(float(cost.sum()) for _, _, cost in slack_costs(priced.cleared))
    total -= float(priced.cleared.reserves.shortage_cost.sum())
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


def _money(cleared: Cleared) -> Iterator[tuple[Numbers, Rows, Rows]]:
    """Numbers, cost ($) and value ($) of every kind of asset."""
    for kind, validator in validators_of(cleared).items():
        yield cleared.of(kind), *validator.cost_and_value(cleared)
