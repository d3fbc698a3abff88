"""A day that operators clear together, by a coordination method."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pyomo.common.gc_manager import PauseGC

from market.clearing.confirmed import confirm
from market.clearing.final import final_prices
from market.clearing.lost import apart, unsettled
from market.clearing.outcome import Clock, clearing_of
from market.clearing.timed import by_the_clock
from market.coordination import Conversation, Method, Terms, begin, coordinate
from market.coordination.questions import Settle
from market.operators.operators import Operators
from market.operators.whole import refuse_plants
from scenarios.clearing import Clearing
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
    """Coordinate until the method has a verdict; raises SolveFailed."""
    refuse_plants(operators, name)
    with PauseGC():
        conversation, clock = begin(operators, terms), Clock()
        agreement = coordinate(conversation, method, operators.time_limit_s, progress)
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
