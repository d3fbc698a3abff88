"""A scenario cut into what each operator may hold: its own area, and where others begin.

Of another area there is one bus for each boundary, called as the boundary is, and nothing else.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from scenarios.assets import all_assets
from scenarios.assets.contract import profile_of
from scenarios.check.rows import quoted
from scenarios.commitment import COMMITMENT_TABLES
from scenarios.fees import BOUNDARIES, Fee
from scenarios.findings import Finding
from scenarios.outage import OUTAGE_TABLES
from scenarios.records import SLACK, TRANSMISSION, Area, Boundary, Bus
from scenarios.reserve import RESERVE_TABLES
from scenarios.scenario import Scenario

BASE_MVA, BASE_KV = 100.0, 1.0  # of a bus that stands for another area


def market_part(scenario: Scenario) -> Scenario:
    """What the market operator holds: transmission and the boundaries."""
    return _part(scenario, scenario.transmission, tuple(map(_outside, scenario.boundaries)))


def area_part(scenario: Scenario, area: str) -> Scenario:
    """What the operator of a distribution area holds."""
    own = (b for b in scenario.boundaries if b.area == area)
    return _part(scenario, area, tuple(replace(b, transmission_bus=b.boundary) for b in own))


def reserve_over_boundaries(scenario: Scenario) -> Iterator[Finding]:
    """Areas whose assets may hold reserve of transmission, which does not travel."""
    for area in scenario.distribution:
        if crosses := scenario.area(area).reserves.crosses:
            finding = f"its assets may hold {quoted(sorted(crosses))} of transmission"
            cure = "clear it where all data is, or drop these rows of 'reserve_offers'"
            yield Finding(f"area {area!r}", finding, cure)


def _part(scenario: Scenario, name: str, boundaries: tuple[Boundary, ...]) -> Scenario:
    met = {scenario.transmission, *(b.area for b in boundaries)}
    areas = [a if a.area == name else _stub(a) for a in scenario.areas if a.area in met]
    is_market = name == scenario.transmission
    ends = [(b.area if is_market else scenario.transmission, b.boundary) for b in boundaries]
    stubs = [Bus(area, bus, BASE_KV, 0.9, 1.1, kind=SLACK) for area, bus in ends]
    of_assets = [asset.table for asset in all_assets().values()]
    tables = ["branches", "offers", *of_assets, *COMMITMENT_TABLES, *RESERVE_TABLES, *OUTAGE_TABLES]
    held = {table: _own(scenario.table(table), name) for table in tables}
    profiles = {profile_of(r) for table in of_assets for r in held[table]}
    return scenario.with_tables(
        {
            **held,
            "areas": areas,
            "buses": [*_own(scenario.buses, name), *stubs],
            "boundaries": boundaries,
            "fees": _fees(scenario, name, {b.boundary for b in boundaries}),
            "profiles": [p for p in scenario.profiles if p.profile in profiles],
        }
    )


def _outside(boundary: Boundary) -> Boundary:
    """A boundary without what is behind it.

    That an area must take or give something is its own affair: nothing is known of how it could.
    """
    least, most = boundary.p_min_mw, boundary.p_max_mw
    return replace(
        boundary,
        root_bus=boundary.boundary,
        chi=None,
        p_min_mw=None if least is not None and least > 0 else least,
        p_max_mw=None if most is not None and most < 0 else most,
    )


def _fees(scenario: Scenario, name: str, met: Collection[str]) -> list[Fee]:
    """Fees of the area's own operator, and those that it pays at its boundaries."""
    upper = scenario.transmission
    paid = (f for f in scenario.fees if f.area == upper and f.payer == BOUNDARIES)
    return [
        *(f for f in scenario.fees if f.area == name),
        *(f for f in paid if name != upper and (f.asset is None or f.asset in met)),
    ]


def _stub(area: Area) -> Area:
    return Area(area.area, area.kind, BASE_MVA, None if area.kind == TRANSMISSION else "A")


def _own(records: Iterable[object], area: str) -> list[object]:
    return [r for r in records if getattr(r, "area", None) == area]
