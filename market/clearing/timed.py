"""What the market's clock says of a coordinated clearing."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from market.coordination import Agreement, Conversation
from market.coordination.gate import Gate
from market.coordination.protocol import Settled
from scenarios.clearing import Status

LEAST_MWH = 1e-3  # of a residual that is told


def by_the_clock(
    gate: Gate | None,
    agreement: Agreement[Any],
    conversation: Conversation,
    settled: Mapping[str, Settled],
) -> Iterator[str]:
    """Where the gate closed before operators agreed, what areas would rather take."""
    if gate is None or agreement.status is not Status.GATE_CLOSED:
        return
    rounds = len(agreement.history)
    yield f"the gate closed at {gate.closes} after {rounds} of {gate.round_minutes:g} minutes each"
    for area, part in settled.items():
        mwh = residual_mwh(part, conversation.transmission.hours)
        if mwh > LEAST_MWH:
            price = gate.residual_usd_per_mwh
            yield (
                f"area '{area}' would rather take {mwh:,.3f} MWh otherwise than scheduled: "
                f"{mwh * price:,.2f} $ at {price:g} $/MWh"
            )


def residual_mwh(part: Settled, hours: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Energy (MWh) by which an area's best reply to the final prices is not what is scheduled."""
    if part.reply is None:
        return 0.0
    return float((np.abs(part.reply.schedule - part.power) @ hours).sum())
