"""Outages that leave islands: no limit stands for them, which is said and never passed over."""

from collections.abc import Sequence
from dataclasses import replace

from scenarios.clearing import Clearing


def with_islanding(clearing: Clearing, branches: Sequence[str]) -> Clearing:
    """The clearing with a note on outages that cut buses off."""
    if not branches:
        return clearing
    named = ", ".join(repr(k) for k in branches)
    note = f"outages that cut buses off set no limit, and are not survived: {named}"
    return replace(clearing, notes=(*clearing.notes, note))
