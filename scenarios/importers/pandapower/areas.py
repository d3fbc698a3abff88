"""The areas of a cut net as tables: buses, branches, and what stands at the buses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from scenarios.findings import Finding, InvalidInput
from scenarios.holding import as_arguments, by_area
from scenarios.importers.circuit import branches_of, buses_of
from scenarios.importers.matpower.impedance import without_parallels
from scenarios.importers.pandapower.assets import CONSUMING, assets_of
from scenarios.importers.pandapower.cells import number
from scenarios.importers.pandapower.costs import costs_of
from scenarios.importers.pandapower.cut import Cut, Part, cut_at
from scenarios.importers.pandapower.model import Model, Net, model_of
from scenarios.importers.pandapower.references import References, references_of
from scenarios.importers.pandapower.setting import Assets, Profiles, Setting, Site, standing
from scenarios.importers.technologies import Technologies
from scenarios.networks import NetworkTables
from scenarios.records import DISTRIBUTION, TRANSMISSION, Area

TOP = "T"
BASE_MVA = {TRANSMISSION: 100.0, DISTRIBUTION: 10.0}
NO_LIMIT = 1e8  # MW

Rows = Mapping[str, Mapping[str, list[Any]]]  # records by table and area


@dataclass(frozen=True)
class Areas:
    """Tables of all areas, the boundary bus of each below, and what the notes are made of."""

    tables: tuple[NetworkTables, ...]
    feeding: Mapping[str, str]
    model: Model
    cut: Cut
    references: References
    assets: Assets


def areas_of(net: Net, cut_kv: float, held: Technologies, follows: Profiles) -> Areas:
    """The areas of a net, which is changed; raises InvalidInput with all that cannot be taken."""
    findings: list[Finding] = []
    costs = costs_of(net, findings)
    if findings:
        raise InvalidInput("the net", findings)
    references = references_of(net)
    model = model_of(net)
    cut = cut_at(model, cut_kv, frozenset(_loaded(model)))
    area_of = {n: part.area for part in cut.parts for n in part.nodes}

    def site(node: int | None) -> Site | None:
        return None if node is None else (area_of.get(node, TOP), model.nodes[node].name)

    setting = Setting(
        net,
        lambda bus: site(model.node_of.get(bus)),
        lambda xward: site(model.star_of.get(xward)),
        costs,
        held,
        references.base_mw,
        follows,
        _everything(net),
    )
    assets = assets_of(setting)
    rows = {name: by_area(records) for name, records in assets.rows.items()}
    tables = [_transmission(model, cut, rows), *(_part(model, p, rows) for p in cut.parts)]
    feeding = {part.area: model.nodes[part.root].name for part in cut.parts}
    return Areas(tuple(tables), feeding, model, cut, references, assets)


def _loaded(model: Model) -> Iterator[int]:
    """Nodes at which more than power plants stands."""
    for kind in CONSUMING:
        for _, row in standing(model.net, kind):
            if int(row["bus"]) in model.node_of:
                yield model.node_of[int(row["bus"])]


def _everything(net: Net) -> float:
    """What stands for no limit of P: all that could be consumed and produced together (MW)."""
    columns = ("p_mw", "max_p_mw", "pn_mech_mw")
    total = 0.0
    for kind in ("load", "sgen", "gen", "storage", "motor", "ward", "asymmetric_load"):
        for _, row in standing(net, kind):
            sizes = (abs(number(row, c)) * number(row, "scaling", 1.0) for c in columns)
            total += max(size if size < NO_LIMIT else 0.0 for size in sizes)
    return total + 1.0


def _transmission(model: Model, cut: Cut, rows: Rows) -> NetworkTables:
    area = Area(TOP, TRANSMISSION, BASE_MVA[TRANSMISSION])
    buses = buses_of(
        area,
        model,
        cut.nodes,
        cut.links,
        slack=set(_slack(model, cut)),
        held=_held(rows, TOP),
    )
    branches = branches_of(area, model, cut.links, angles=True)
    return NetworkTables(area, tuple(buses), tuple(branches), **_own(rows, TOP))


def _part(model: Model, part: Part, rows: Rows) -> NetworkTables:
    """A distribution area; shunts at its root belong to transmission."""
    own = _own(rows, part.area)
    active = bool(own.get("generators") or own.get("storage"))
    area = Area(part.area, DISTRIBUTION, BASE_MVA[DISTRIBUTION], "B" if active else "A")
    buses = buses_of(
        area,
        model,
        (part.root, *part.nodes),
        part.links,
        slack={part.root},
        held=_held(rows, part.area),
        bare={part.root},
    )
    branches = tuple(branches_of(area, model, part.links, angles=False))
    return NetworkTables(area, tuple(buses), without_parallels(branches), **own)


def _own(rows: Rows, area: str) -> dict[str, Any]:
    mine: dict[str, Iterable[Any]] = {table: held[area] for table, held in rows.items()}
    return as_arguments(NetworkTables, mine)


def _held(rows: Rows, area: str) -> set[str]:
    """Buses at which something holds the voltage."""
    none: Mapping[str, list[Any]] = {}
    units = rows.get("generators", none).get(area, [])
    held = {g.bus for g in units if g.v_set_pu is not None}
    for line in rows.get("dc_lines", none).get(area, []):
        held |= {line.from_bus, line.to_bus}
    return held


def _slack(model: Model, cut: Cut) -> Iterator[int]:
    """The first reference of every island of transmission."""
    graph = nx.Graph()
    graph.add_nodes_from(cut.nodes)
    graph.add_edges_from((k.start, k.end) for k in cut.links)
    for island in nx.connected_components(graph):
        yield next(n for n in sorted(island) if model.nodes[n].is_reference)
