"""One operating point of a scenario: a single hour without anything that couples hours."""

from dataclasses import replace
from typing import Any

from scenarios.assets import all_assets
from scenarios.assets.contract import profile_of
from scenarios.commitment import COMMITMENT_TABLES
from scenarios.fees import FEE_TABLES
from scenarios.reserve import RESERVE_TABLES
from scenarios.scenario import Scenario


def one_period(scenario: Scenario, period: int | None = None) -> Scenario:
    """The scenario as one hour: with the profiles and offers of `period`, or without profiles.

    What couples hours does not bind, and assets that it is all about, such as stores, rest; plants
    that could be off are on, no reserve is held, and no fee is paid.
    Without a period, offers of a single period are those of the first.
    """
    chosen = 1 if period is None else period
    tables: dict[str, tuple[Any, ...]] = {
        "profiles": tuple(replace(p, period=1) for p in scenario.profiles if p.period == chosen),
        "offers": tuple(
            replace(o, period=None) for o in scenario.offers if o.period in (None, chosen)
        ),
        **dict.fromkeys((*COMMITMENT_TABLES, *RESERVE_TABLES, *FEE_TABLES), ()),
    }
    for kind in all_assets().values():
        alone = (kind.in_one_hour(record) for record in scenario.table(kind.table))
        tables[kind.table] = tuple(record for record in alone if record is not None)
    if period is None:
        tables = {name: tuple(map(_without_profile, rows)) for name, rows in tables.items()}
        tables["profiles"] = ()
    return replace(scenario.with_tables(tables), hours=(1.0,))


def _without_profile(record: Any) -> Any:
    return replace(record, profile=None) if profile_of(record) else record
