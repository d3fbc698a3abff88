"""Strong duality by parts: what all parties could have earned, less what they do.

At any prices the sum bounds how far the dispatch is from the optimum; at the right ones it is
zero. In a coordinated clearing it may be as large as the certified gap.
"""

from collections.abc import Iterator

import numpy as np

from validation.activated import networks_apart
from validation.check import Check, Missed
from validation.judged import devices_unearned
from validation.local import purchases_unearned
from validation.priced import Priced
from validation.rents import (
    boundaries_unearned,
    branches_unearned,
    outages_unearned,
    voltages_unearned,
)
from validation.slack import slack_unearned
from validation.tolerances import Tolerances


def optimality(priced: Priced, within: Tolerances) -> Iterator[Check]:
    """The gap of the day; where operators clear together, what boundaries add to it."""
    parts = parts_unearned(priced)
    if priced.cleared.clearing.certificate is not None:
        yield _sum("boundary prices agree", within.gap_usd, *parts[-2:])
    yield _sum("duality gap", within.gap_usd, *parts)


def parts_unearned(priced: Priced) -> list[Missed]:
    """What each party leaves unearned ($); those of boundaries stand last, where they clear."""
    networks = networks_apart(priced)
    parts = [
        *devices_unearned(priced),
        *slack_unearned(priced),
        *(branches_unearned(network) for network in networks),
        *outages_unearned(priced),
        Missed(priced.cleared.reserves.priced.names, priced.cleared.reserves.unearned()),
    ]
    if priced.cleared.is_reactive:
        parts.extend(voltages_unearned(network) for network in networks)
    if priced.cleared.clearing.certificate is not None:
        parts.append(purchases_unearned(priced.cleared))
        held = priced.cleared.reserves
        parts.append(Missed(held.crossing.names, held.boundaries_unearned()))
        parts.append(boundaries_unearned(priced))
    return parts


def _sum(name: str, tolerance: float, *parts: Missed) -> Check:
    """The sum ($) of what is unearned; `where` names who leaves most."""
    total = sum(float(np.abs(part.by).sum()) for part in parts)
    most = [
        (float(np.abs(m).sum()), who) for p in parts for who, m in zip(p.members, p.by, strict=True)
    ]
    return Check(name, total, tolerance, "$", max(most)[1] if total else "")
