"""A day that operators clear together, by a coordination method."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pyomo.common.gc_manager import PauseGC

from market.clearing.confirmed import Confirmed, confirm
from market.clearing.final import final_prices
from market.clearing.lost import apart, unsettled
from market.clearing.outcome import Clock, clearing_of
from market.clearing.timed import by_the_clock
from market.coordination import Conversation, Method, Terms, begin, coordinate
from market.coordination.certificate import above
from market.coordination.commitment import Committed, commit
from market.coordination.methods import methods
from market.coordination.questions import Settle
from market.operators.operators import Operators
from market.operators.whole import no_stages
from scenarios.clearing import Clearing, Status
from scenarios.findings import InvalidInput
from scenarios.results import TSO, Round


@dataclass(frozen=True)
class Coordinated:
    """A clearing and the conversation that led to it, in which more can be asked."""

    clearing: Clearing
    conversation: Conversation


def clear_coordinated(
    operators: Operators,
    method: Method[Any],
    name: str,
    progress: Callable[[Round], None] | None = None,
    terms: Terms | None = None,
) -> Coordinated:
    """Coordinate until the method has a verdict; raises SolveFailed, and InvalidInput.

    Where plants start and stop, until it has one with the best of them held on.
    """
    if operators.has_plants and not method.about.commits:
        raise InvalidInput(f"{name!r}", [no_stages("clearing", methods.name_of(method))])
    with PauseGC():
        conversation, clock = begin(operators, terms or Terms(reserves=True)), Clock()
        found = _agreed(operators, conversation, method, progress)
        agreement, conversation = found.agreement, found.conversation
        final, upper, log = (
            final_prices(conversation, agreement),
            operators.transmission,
            conversation.log,
        )
        last, prices, schedule = (
            len(agreement.history),
            final.asked.prices,
            final.cleared.schedule,
        )
        log.send(last, TSO, "final_price", upper.boundaries, prices)
        log.send(last, TSO, "final_schedule", upper.boundaries, schedule)
        rows = conversation.rows
        answers = conversation.hear(lambda area: Settle(schedule[rows[area]], prices[rows[area]]))
        settled, lost = apart(answers)
        confirmed = confirm(conversation, method, agreement, final, settled, lost)
        if stage := conversation.stage:
            log.send_day(
                last, TSO, "final_commitment", upper.boundaries, float(stage.commitment or 0)
            )
            log.send_day(last, TSO, "final_ceiling", upper.boundaries, found.upper_usd)
            confirmed = _of_all(confirmed, found, operators.search.gap_relative)
        unknown = {area: unsettled(conversation, area, schedule) for area in lost}
        clearing = clearing_of(
            name,
            confirmed.status,
            operators,
            clock,
            (upper.settle(final.cleared, agreed=True), [(settled | unknown)[a] for a in answers]),
            confirmed.certificate,
            log,
            agreement.history,
        )
    if lost:
        clearing = replace(clearing, welfare_usd=confirmed.certificate.lower_usd)
    told = (*confirmed.notes, *by_the_clock(operators.gate, agreement, conversation, settled))
    return Coordinated(replace(clearing, notes=(*told, *clearing.notes)), conversation)


def _agreed(
    operators: Operators,
    conversation: Conversation,
    method: Method[Any],
    progress: Callable[[Round], None] | None,
) -> Committed[Any]:
    """How they agree; where plants start and stop, also on which are on."""
    limit = operators.time_limit_s
    if operators.has_plants:
        return commit(conversation, method, operators.search.gap_relative, limit, progress)
    return Committed(coordinate(conversation, method, limit, progress), conversation)


def _of_all(confirmed: Confirmed, found: Committed[Any], gap_relative: float) -> Confirmed:
    """The certificate that holds whatever plants do: how they agreed says nothing of others."""
    own = confirmed.certificate
    certificate = replace(own, upper_usd=above(own.lower_usd, found.upper_usd))
    agreed = confirmed.status is Status.AGREED and not found.is_best(gap_relative)
    return replace(
        confirmed, status=Status.BOUNDED if agreed else confirmed.status, certificate=certificate
    )
