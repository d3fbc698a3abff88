"""Areas of a net below a transmission case of one's own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scenarios.assembly import Numbered, assemble
from scenarios.assets import all_assets
from scenarios.check import check_scenario
from scenarios.findings import Finding, InvalidInput, near
from scenarios.holding import as_arguments
from scenarios.importers.matpower import import_matpower
from scenarios.networks import NetworkTables
from scenarios.scenario import Scenario


def hang_below(transmission: Path, net: Scenario, buses: Sequence[str]) -> Scenario:
    """The net's distribution areas, all of them at each of the buses of a MATPOWER case.

    They take the place of the loads there; the net's own transmission is left out. Raises
    InvalidInput where a bus is not in the case, or the net has no area below its cut.
    """
    upper = import_matpower(
        transmission,
        {},
        periods=1,
        voll_usd_per_mwh=net.voll_usd_per_mwh,
        spill_usd_per_mwh=net.spill_usd_per_mwh,
    )
    findings = list(_misfits(upper, net, buses))
    if findings:
        raise InvalidInput("the net below the transmission file", findings)
    numbered = Numbered("-")
    feeding, tables = {}, [_tables(upper, upper.transmission, upper.transmission, without=buses)]
    for bus in buses:
        for area in net.distribution:
            name = numbered(f"D{bus}")
            feeding[name] = bus
            tables.append(_tables(net, area, name))
    scenario = assemble(
        net.name,
        tables,
        feeding,
        profiles={name: values.tolist() for name, values in net.profile_arrays.items()},
        hours=net.hours,
        voll_usd_per_mwh=net.voll_usd_per_mwh,
        spill_usd_per_mwh=net.spill_usd_per_mwh,
        sources=(*upper.sources, *net.sources, "the net's own transmission is left out"),
    )
    scenario = replace(scenario, currency=net.currency)
    if found := check_scenario(scenario):
        raise InvalidInput("the net below the transmission file", found)
    return scenario


def _misfits(upper: Scenario, net: Scenario, buses: Sequence[str]) -> Iterator[Finding]:
    known = {b.bus for b in upper.buses}
    if not buses:
        yield Finding("--at", "no bus is named", "name the buses at which the net hangs")
    for bus in (b for b in buses if b not in known):
        yield Finding(
            "--at", f"bus {bus!r} is not in the case", f"name another; {near(bus, known)}"
        )
    if not net.distribution:
        yield Finding("the net", "no area hangs below its cut", "choose another --cut-kv")


def _tables(scenario: Scenario, area: str, name: str, without: Sequence[str] = ()) -> NetworkTables:
    """Tables of an area under another name, without the loads at some buses."""
    owned = [kind.table for kind in all_assets().values()]
    rows: dict[str, list[Any]] = {
        table: [replace(r, area=name) for r in scenario.table(table) if r.area == area]
        for table in ("buses", "branches", "offers", *owned)
    }
    rows["loads"] = [r for r in rows["loads"] if r.bus not in without]
    record = next(a for a in scenario.areas if a.area == area)
    return NetworkTables(area=replace(record, area=name), **as_arguments(NetworkTables, rows))
