"""Whether the operators' last answers bear out what they agreed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from market.clearing.final import NOISE, Final
from market.coordination import Agreement, Conversation, Method
from market.coordination.certificate import above
from market.coordination.protocol import Asked, Crossing, Settled
from market.coordination.questions import Absent
from scenarios.clearing import Certificate, Status
from scenarios.results import TSO

SHARE = 0.1  # of the gap: areas that leave more are named


@dataclass(frozen=True)
class Confirmed:
    """How a coordination ended, by the certificate that is published."""

    status: Status
    certificate: Certificate
    notes: tuple[str, ...]


def confirm(
    conversation: Conversation,
    method: Method[Any],
    agreement: Agreement[Any],
    last: Final,
    settled: Mapping[str, Settled],
    lost: Mapping[str, Absent],
) -> Confirmed:
    """The certificate by what is dispatched in the end and by the last replies to the prices.

    It counts relaxed schedules before they are repaired. Where operators are lost, what was
    certified before is all that holds. Raises SolveFailed where an area's answers contradict each
    other.
    """
    found, asked = agreement.state.certificate, last.asked
    for area, part in settled.items():
        own = asked.prices[conversation.rows[area]]
        if part.reply is not None:
            conversation.hear_reply(area, own, part.reply)
            conversation.hear_worth(area, part.power, part.worth, part.reply.slack)
    _log(conversation, len(agreement.history), asked, settled)
    if lost:
        words = [f"settlement, {absent.problem}: {absent.status}" for absent in lost.values()]
        return Confirmed(Status.LOST, found, (*conversation.notes(), *words))
    replies = {area: part.reply for area, part in settled.items() if part.reply is not None}
    had = last.cleared.welfare + sum(float(p.worth.sum()) for p in settled.values())
    had += sum(part.repair_usd for part in settled.values())
    noise = NOISE * max(1.0, abs(found.lower_usd))
    lower = found.lower_usd if had >= found.lower_usd - noise else had
    upper = above(lower, conversation.upper_bound(asked, replies))
    final = replace(found, lower_usd=lower, upper_usd=upper)
    notes = conversation.notes()
    if _holds(method, agreement, final):
        return Confirmed(agreement.status, final, notes)
    named = tuple(_shortfalls(conversation, asked.prices, settled, upper - lower))
    return Confirmed(Status.UNCONFIRMED, final, (*notes, *named))


def _log(
    conversation: Conversation, last: int, asked: Asked, settled: Mapping[str, Settled]
) -> None:
    """Send what each side earns at best at the final prices ($): the upper bound adds it up."""
    log, upper = conversation.log, conversation.transmission
    log.send_day(last, TSO, "final_bound", upper.boundaries, asked.bound)
    for area, part in settled.items():
        if part.reply is not None:
            earned = float(conversation.earned(area, part.reply, asked.prices).sum())
            total = earned + part.reply.slack
            log.send_day(last, area, "final_earned", part.boundaries, total)


def _holds(method: Method[Any], agreement: Agreement[Any], final: Certificate) -> bool:
    """Whether the verdict is the same by the final certificate, but for what solvers leave."""
    if agreement.status is not Status.AGREED:
        return True
    found = agreement.state.certificate
    widened = (final.upper_usd - final.lower_usd) - (found.upper_usd - found.lower_usd)
    if widened <= NOISE * max(1.0, abs(final.upper_usd)):
        return True
    return method.verdict(replace(agreement.state, certificate=final)) is Status.AGREED


def _shortfalls(
    conversation: Conversation,
    prices: Crossing,
    settled: Mapping[str, Settled],
    gap: float,
) -> list[str]:
    """Areas that leave a good part of the gap ($): how far their part is from their best."""
    short = {}
    for area, part in settled.items():
        if part.reply is not None:
            paid = (prices[conversation.rows[area]] * part.power).sum(axis=0)
            earned = part.worth - paid * conversation.transmission.hours
            best = conversation.earned(area, part.reply, prices)
            short[area] = float((best - earned).sum()) - part.repair_usd
    return [
        f"area '{area}': its part is worth {missing:,.2f} $ less to it than its best reply"
        for area, missing in short.items()
        if missing > SHARE * gap
    ]
