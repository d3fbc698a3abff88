"""All areas as one: the network that no operator sees, against which coordination is judged."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scenarios.assets import all_assets
from scenarios.commitment import COMMITMENT_TABLES
from scenarios.names import joined
from scenarios.outage import OUTAGE_TABLES
from scenarios.quantity import key_columns
from scenarios.records import Branch, Bus
from scenarios.reserve import RESERVE_TABLES
from scenarios.scenario import Scenario


def merged_name(scenario: Scenario, area: str, name: str) -> str:
    """Name in the merged area of what an area calls `name`.

    That of distribution stands behind the area's; that of transmission stays, in quotes where it
    has a slash itself.
    """
    return joined(name) if area == scenario.transmission else joined(area, name)


def merged_bus(scenario: Scenario, area: str, bus: str) -> str:
    """Name in the merged area of a bus; a feeder's root is the boundary bus it is fed from."""
    fed_from = {(b.area, b.root_bus): b.transmission_bus for b in scenario.boundaries}
    if (area, bus) in fed_from:
        return merged_name(scenario, scenario.transmission, fed_from[area, bus])
    return merged_name(scenario, area, bus)


def merge(scenario: Scenario) -> Scenario:
    """The scenario as a single transmission area on the transmission's power base.

    Feeder roots become the boundary buses that feed them, without impedance between. Everything
    else of a distribution area keeps its name behind the area's. Limits on the boundaries
    themselves have no element to stand on and are left out, as are fees of areas.
    """
    upper = scenario.transmission
    base = {a.area: a.base_mva for a in scenario.areas}
    owned = tuple(kind.table for kind in all_assets().values())
    merged = ("branches", "offers", *owned, *COMMITMENT_TABLES, *RESERVE_TABLES, *OUTAGE_TABLES)
    tables = {
        table: tuple(_moved(scenario, row, upper) for row in scenario.table(table))
        for table in merged
    }
    tables["branches"] = tuple(
        _rebased(merged, base[own.area], base[upper])
        for own, merged in zip(scenario.branches, tables["branches"], strict=True)
    )
    areas = tuple(a for a in scenario.areas if a.area == upper)
    tables |= {
        "areas": areas,
        "buses": tuple(_merged_buses(scenario)),
        "boundaries": (),
        "fees": (),
    }
    return scenario.with_tables(tables)


def _moved(scenario: Scenario, row: Any, upper: str) -> Any:
    """The row in the merged area, with its own name and its buses renamed."""
    own = key_columns(type(row))[1]
    change = {"area": upper, own: merged_name(scenario, row.area, getattr(row, own))}
    for end in ("bus", "from_bus", "to_bus"):
        if hasattr(row, end):
            change[end] = merged_bus(scenario, row.area, getattr(row, end))
    return replace(row, **change)


def _rebased(branch: Branch, own_mva: float, new_mva: float) -> Branch:
    scale = new_mva / own_mva
    return replace(
        branch,
        r_pu=branch.r_pu * scale,
        x_pu=branch.x_pu * scale,
        b_pu=branch.b_pu / scale,
        g_pu=branch.g_pu / scale,
    )


def _merged_buses(scenario: Scenario) -> Iterator[Bus]:
    """Every bus once; a boundary bus keeps its kind and gains what its roots bring."""
    upper = scenario.transmission
    roots: Mapping[str, list[Bus]] = {b.transmission_bus: [] for b in scenario.boundaries}
    root_names = {(b.area, b.root_bus): b.transmission_bus for b in scenario.boundaries}
    for bus in scenario.buses:
        if (bus.area, bus.bus) in root_names:
            roots[root_names[bus.area, bus.bus]].append(bus)
    for bus in scenario.buses:
        if (bus.area, bus.bus) not in root_names:
            brought = roots.get(bus.bus, []) if bus.area == upper else []
            name = merged_name(scenario, bus.area, bus.bus)
            yield replace(_with_roots(bus, brought), area=upper, bus=name)


def _with_roots(bus: Bus, roots: list[Bus]) -> Bus:
    """The bus with the shunts of the roots that it feeds; the voltage band stays its own."""
    return replace(
        bus,
        g_shunt_mw=sum(b.g_shunt_mw for b in (bus, *roots)),
        b_shunt_mvar=sum(b.b_shunt_mvar for b in (bus, *roots)),
    )
