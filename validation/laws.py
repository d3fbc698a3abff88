"""All laws that a clearing must obey."""

from collections.abc import Iterator

from scenarios.clearing import Clearing
from scenarios.scenario import Scenario
from validation.activated import reserve_is_deliverable, used_prices_add_up
from validation.announced import limits_are_kept, messages_are_known
from validation.as_bid import as_bid
from validation.balance import (
    boundary_limits_hold,
    operators_agree,
    power_balances,
    reactive_power_balances,
)
from validation.check import Check
from validation.cleared import Cleared
from validation.completeness import tables_are_complete
from validation.ends import ties_hold
from validation.gap import optimality
from validation.judged import devices_keep_their_laws, reactive_limits_hold
from validation.local_laws import local_markets_hold, markups_are_as_offered
from validation.log_laws import log_holds
from validation.money import costs_and_values, welfare_adds_up, welfare_is_certified
from validation.multipliers import reactive_prices_add_up
from validation.network import physics
from validation.other_prices import other_prices_hold
from validation.priced import Priced
from validation.prices import (
    boundary_prices_are_bus_prices,
    congestion_follows_shadow_prices,
    losses_follow_angles,
    prices_add_up,
)
from validation.repeated import repeated_numbers
from validation.scheduled import schedule_holds
from validation.scope import refuse_lawless
from validation.slack import slack_is_not_negative
from validation.told import plans_are_kept
from validation.tolerances import Tolerances
from validation.unmended import excesses_are_as_told, promised


def validate(scenario: Scenario, clearing: Clearing, paid_usd: float = 0.0) -> tuple[Check, ...]:
    """Every law with its worst miss, from the scenario and the tables of the clearing alone.

    Which laws its networks obey, the traits say of the formulations that the clearing names as
    its physics; raises InvalidInput where no law is known for them. Of tables that are not
    complete, that is the only verdict. Prices of ratings and voltages are not in the tables and
    are worked out from those of power, see `validation.multipliers`. `paid_usd` is what is paid at
    boundaries where the clearing is a part of a market that holds no other costs.
    """
    refuse_lawless(clearing.physics)
    cleared = Cleared(*as_bid(promised(scenario, clearing), clearing))
    complete = tables_are_complete(cleared)
    if not complete.passed:
        return (complete,)
    within = Tolerances.of(cleared, paid_usd)
    told = excesses_are_as_told(scenario, clearing)
    return (complete, *told, *_feasible(cleared, within), *_priced(Priced(cleared), within))


def validate_log(scenario: Scenario, clearing: Clearing) -> tuple[Check, ...]:
    """Whether what was said at boundaries bears out the certificate, without any area's tables."""
    cleared = Cleared(*as_bid(scenario, clearing))
    if clearing.certificate is None:
        return ()
    return (messages_are_known(cleared), *log_holds(cleared, Tolerances.of(cleared)))


def _feasible(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """Whether the dispatch can be run."""
    yield power_balances(cleared, within)
    yield operators_agree(cleared, within)
    yield boundary_limits_hold(cleared, within)
    yield from devices_keep_their_laws(cleared, within)
    yield slack_is_not_negative(cleared, within)
    yield repeated_numbers(cleared, within)
    yield local_markets_hold(cleared, within)
    yield from schedule_holds(cleared)
    if cleared.is_reactive:
        yield reactive_power_balances(cleared, within)
        yield reactive_limits_hold(cleared, within)
    yield from physics(cleared, within)
    yield from reserve_is_deliverable(cleared, within)


def _priced(priced: Priced, within: Tolerances) -> Iterator[Check]:
    """Whether the prices support it, and the money adds up."""
    yield prices_add_up(priced.cleared, within)
    yield from ties_hold(priced.cleared, within)
    yield congestion_follows_shadow_prices(priced.cleared, within)
    yield boundary_prices_are_bus_prices(priced.cleared, within)
    if priced.cleared.is_reactive and not priced.cleared.has_currents:
        yield reactive_prices_add_up(priced.cleared, within)
    if priced.cleared.squared_loss.any():
        yield from losses_follow_angles(priced.cleared, within)
    yield from used_prices_add_up(priced.cleared, within)
    yield markups_are_as_offered(priced.cleared, within)
    yield from optimality(priced, within)
    yield from other_prices_hold(priced.cleared, within)
    yield costs_and_values(priced, within)
    yield welfare_adds_up(priced, within)
    yield from welfare_is_certified(priced, within)
    if priced.cleared.clearing.certificate is not None:
        yield messages_are_known(priced.cleared)
        yield limits_are_kept(priced.cleared, within)
    else:
        yield plans_are_kept(priced.cleared, within)
    yield from log_holds(priced.cleared, within)
