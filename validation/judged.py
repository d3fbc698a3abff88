"""The laws of all assets, whatever their kinds."""

from collections.abc import Iterator

import numpy as np

from validation.check import Check, Missed, Rows, check
from validation.cleared import Cleared
from validation.devices import validators_of
from validation.priced import Priced
from validation.tolerances import Tolerances


def devices_keep_their_laws(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """Limits of power and energy, law by law over all kinds that share it."""
    units: dict[str, str] = {}
    parts: dict[str, list[Missed]] = {}
    for kind, validator in validators_of(cleared).items():
        for law in validator.laws(cleared):
            units[law.name] = law.unit
            parts.setdefault(law.name, []).append(_missed(cleared, kind, law.by))
    for name, unit, members, by in cleared.reserves.laws() if cleared.scenario.reserves else ():
        units[name] = unit
        parts.setdefault(name, []).append(Missed(members, by))
    for name, missed in parts.items():
        yield check(name, within.mw, units[name], *missed)


def reactive_limits_hold(cleared: Cleared, within: Tolerances) -> Check:
    """In distribution generators keep to their capability, and other power follows P."""
    parts = []
    for kind, validator in validators_of(cleared).items():
        upper = [r.area == cleared.scenario.transmission for r in cleared.at_buses(kind)]
        lower = ~np.array(upper, dtype=bool).reshape(-1, 1)
        missed = np.where(lower, validator.reactive(cleared), 0.0)
        parts.append(_missed(cleared, kind, missed))
    return check("reactive limits", within.mw, "Mvar", *parts)


def devices_unearned(priced: Priced) -> list[Missed]:
    """What assets leave unearned, kind by kind."""
    cleared = priced.cleared
    return [
        _missed(cleared, kind, validator.unearned(priced))
        for kind, validator in validators_of(cleared).items()
    ]


def _missed(cleared: Cleared, kind: str, by: Rows) -> Missed:
    return Missed(cleared.of(kind).names, by)
