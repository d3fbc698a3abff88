"""Rules on references: what a row names exists."""

from collections.abc import Iterator

from scenarios.assets import all_assets
from scenarios.assets.contract import profile_of
from scenarios.check.rows import Row, rows
from scenarios.commitment import COMMITMENT_TABLES
from scenarios.fees import FEE_TABLES
from scenarios.findings import Finding, near
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.reserve import RESERVE_TABLES
from scenarios.scenario import Scenario

AREA_TABLES = ("buses", "branches", "offers", *COMMITMENT_TABLES, *RESERVE_TABLES, *FEE_TABLES)
BUS_COLUMNS = {"branches": ("from_bus", "to_bus"), "boundaries": ("root_bus",)}


def _asset_tables() -> list[str]:
    return [asset.table for asset in all_assets().values()]


def buses_by_area(scenario: Scenario) -> dict[str, set[str]]:
    """Names of the buses of every area in the table of areas."""
    names: dict[str, set[str]] = {a.area: set() for a in scenario.areas}
    for bus in scenario.buses:
        names.get(bus.area, set()).add(bus.bus)
    return names


def areas_exist(scenario: Scenario) -> Iterator[Finding]:
    """Every row stands in an area of the table of areas."""
    known = {a.area for a in scenario.areas}
    for row in rows(scenario, *AREA_TABLES, *_asset_tables(), "boundaries"):
        if row.record.area not in known:
            yield unknown(row, "area", "table 'areas'", known)


def buses_exist(scenario: Scenario) -> Iterator[Finding]:
    """Every bus that a row names is a bus of the row's area, where that has buses at all."""
    known = buses_by_area(scenario)
    of_assets = {asset.table: asset.bus_columns for asset in all_assets().values()}
    for table, columns in {**BUS_COLUMNS, **of_assets}.items():
        for row in rows(scenario, table):
            for column in columns:
                buses = known.get(row.record.area)
                if buses and getattr(row.record, column) not in buses:
                    yield unknown(row, column, f"area {row.record.area!r}", buses)


def boundary_buses_exist(scenario: Scenario) -> Iterator[Finding]:
    """Every boundary bus is a bus of the transmission area."""
    areas = [a.area for a in scenario.areas if a.kind == TRANSMISSION]
    buses = buses_by_area(scenario)[areas[0]] if len(areas) == 1 else set()
    for row in rows(scenario, "boundaries"):
        if buses and row.record.transmission_bus not in buses:
            yield unknown(row, "transmission_bus", f"transmission area {areas[0]!r}", buses)


def boundaries_lead_into_distribution(scenario: Scenario) -> Iterator[Finding]:
    """The area of a boundary is a distribution area."""
    kinds = {a.area: a.kind for a in scenario.areas}
    known = {area for area, kind in kinds.items() if kind == DISTRIBUTION}
    for row in rows(scenario, "boundaries"):
        if kinds.get(row.record.area) == TRANSMISSION:
            finding = f"area {row.record.area!r} is transmission"
            cure = f"name the distribution area; {near(row.record.area, known)}"
            yield row.finding("area", finding, cure)


def profiles_exist(scenario: Scenario) -> Iterator[Finding]:
    """Every profile that a row names is in the table of profiles."""
    known = {p.profile for p in scenario.profiles}
    for row in rows(scenario, *_asset_tables()):
        if profile_of(row.record) not in (None, *known):
            yield unknown(row, "profile", "table 'profiles'", known)


def owners_exist(scenario: Scenario) -> Iterator[Finding]:
    """The owner of an offer is a generator or a bid of its area."""
    areas = {a.area for a in scenario.areas}
    owners: dict[str, set[str]] = {area: set() for area in areas}
    for row in rows(scenario, *(a.table for a in all_assets().values() if a.has_curve)):
        owners.get(row.record.area, set()).add(row.key[1])
    for row in rows(scenario, "offers"):
        area = row.record.area
        if area in areas and row.record.owner not in owners[area]:
            place = f"the generators and bids of area {area!r}"
            yield unknown(row, "owner", place, owners[area])


def unknown(row: Row, column: str, place: str, known: set[str]) -> Finding:
    """A name in a column that is not among those known in a place."""
    name = getattr(row.record, column)
    hint = near(name, known) if known else "there is none yet"
    return row.finding(column, f"{name!r} is not in {place}", f"use a known name; {hint}")
