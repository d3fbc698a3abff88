"""Scenarios from OpenDSS circuits: the balanced equivalent of a feeder.

A package of DSS-Extensions is needed, which carries OpenDSS's engine: the extra `opendss`.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scenarios.assembly import assemble
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.holding import as_arguments
from scenarios.importers.circuit import branches_of, buses_of
from scenarios.importers.matpower.impedance import without_parallels
from scenarios.importers.opendss.engine import solved
from scenarios.importers.opendss.network import Feeder, feeder_of
from scenarios.importers.opendss.notes import notes
from scenarios.importers.opendss.shapes import Shapes
from scenarios.importers.opendss.standing import Site, Standing, standing_at
from scenarios.importers.technologies import GRID, GRID_EXPORT, Technologies, technologies
from scenarios.networks import NetworkTables
from scenarios.records import DISTRIBUTION, TRANSMISSION, Area, Bid, Generator, Offer
from scenarios.scenario import Scenario

TOP = "T"


def import_opendss(
    file: Path | str,
    *,
    name: str = "imported",
    costs: Path | None = None,
    periods: int = 24,
    voll_per_mwh: float = 3000.0,
    spill_per_mwh: float | None = None,
) -> Scenario:
    """Scenario of the circuit that an OpenDSS file defines, one hour or several.

    The source and its impedance are the transmission area T; all else is a distribution area,
    called D and the source's bus, of which every element is taken as its positive sequence. Loads,
    generators and PV that have a daily shape follow it hour by hour. Raises InvalidInput with
    everything that has no balanced equivalent.
    """
    path = Path(file)
    engine = solved(path)
    feeder = feeder_of(engine)
    held, shapes = technologies(costs), Shapes(engine, periods)
    area = f"D{feeder.root}"
    kv = {node.name: node.base_kv for node in feeder.nodes[1:]}
    standing = standing_at(Site(engine, area, kv, held, shapes))
    if shapes.findings:
        raise InvalidInput("the OpenDSS circuit", shapes.findings)
    scenario = assemble(
        name,
        [_source(feeder, standing, held), _below(feeder, standing, area)],
        {area: feeder.root},
        profiles=shapes.values,
        hours=(1.0,) * periods,
        voll_usd_per_mwh=voll_per_mwh,
        spill_usd_per_mwh=voll_per_mwh if spill_per_mwh is None else spill_per_mwh,
        sources=tuple(notes(path, engine, feeder, standing)),
    )
    if found := check_scenario(scenario):
        raise InvalidInput("the scenario from the OpenDSS circuit", found)
    return scenario


def _source(feeder: Feeder, standing: Standing, held: Technologies) -> NetworkTables:
    """What stands above the feeder: a grid that sells and buys behind the source's impedance."""
    area, bus, name = Area(TOP, TRANSMISSION, 100.0), feeder.nodes[0].name, "grid"
    most = sum(_sizes(standing)) + 1.0
    unlimited = (-math.inf, math.inf)
    sells, buys = held[GRID].price_per_mwh, held[GRID_EXPORT].price_per_mwh
    grid = Generator(TOP, name, bus, 0.0, most, *unlimited, v_set_pu=feeder.v_source_pu)
    bid = Bid(TOP, f"{name}-buys", bus, 0.0, most)
    return NetworkTables(
        area,
        tuple(buses_of(area, feeder, (0, 1), feeder.links[:1], slack={0}, held={bus}, bare={1})),
        tuple(branches_of(area, feeder, feeder.links[:1], angles=True)),
        generators=(grid,),
        bids=(bid,),
        offers=(
            Offer(TOP, name, None, 1, most, sells),
            Offer(TOP, bid.bid, None, 1, most, min(sells, buys)),
        ),
    )


def _sizes(standing: Standing) -> Iterator[float]:
    """Powers (MW) that could add up, at one end or the other."""
    yield from (abs(r.p_mw) for r in standing.rows.get("loads", ()))
    yield from (r.p_max_mw for r in standing.rows.get("generators", ()))
    for store in standing.rows.get("storage", ()):
        yield store.p_charge_max_mw + store.p_discharge_max_mw


def _below(feeder: Feeder, standing: Standing, name: str) -> NetworkTables:
    """The feeder; shunts at its root are its own."""
    active = bool(standing.rows.get("generators") or standing.rows.get("storage"))
    area = Area(name, DISTRIBUTION, 10.0, "B" if active else "A")
    links, nodes = feeder.links[1:], range(1, len(feeder.nodes))
    own: dict[str, Any] = {table: tuple(rows) for table, rows in standing.rows.items()}
    return NetworkTables(
        area,
        tuple(buses_of(area, feeder, nodes, links, slack={1}, held=())),
        without_parallels(tuple(branches_of(area, feeder, links, angles=False))),
        **as_arguments(NetworkTables, own),
    )
