"""One operating point of a scenario: a single hour without anything that couples hours."""

from dataclasses import replace
from typing import Any

from scenarios.records import Offer
from scenarios.scenario import Scenario


def one_period(scenario: Scenario, period: int | None = None) -> Scenario:
    """The scenario as one hour: with the profiles and offers of `period`, or without profiles.

    Storage rests, shiftable loads are off and ramps do not bind, as they concern several hours.
    Without a period, offers of a single period are those of the first.
    """
    chosen = 1 if period is None else period
    tables: dict[str, Any] = {
        "profiles": tuple(replace(p, period=1) for p in scenario.profiles if p.period == chosen),
        "offers": tuple(_at(o) for o in scenario.offers if o.period in (None, chosen)),
        "generators": tuple(
            replace(g, ramp_mw_per_h=None, p_initial_mw=None) for g in scenario.generators
        ),
    }
    if period is None:
        tables["profiles"] = ()
        tables["generators"] = tuple(replace(g, profile=None) for g in tables["generators"])
        for name in ("loads", "bids"):
            tables[name] = tuple(replace(r, profile=None) for r in getattr(scenario, name))
    return replace(scenario, hours=(1.0,), storage=(), shiftable_loads=(), **tables)


def _at(offer: Offer) -> Offer:
    return replace(offer, period=None)
