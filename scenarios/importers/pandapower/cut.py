"""Where a net is cut into transmission and distribution: at the transformers across a voltage."""

from dataclasses import dataclass

import networkx as nx

from scenarios.assembly import Numbered
from scenarios.findings import listed
from scenarios.importers.circuit import Link
from scenarios.importers.pandapower.model import Model

OPEN = "open a switch to make it an area"


@dataclass(frozen=True)
class Part:
    """A distribution area: `root` is the boundary node above its first branches."""

    area: str
    root: int
    nodes: tuple[int, ...]  # without the root
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Cut:
    """Transmission and the areas below; `said` are parts below that stay in transmission, why."""

    cut_kv: float
    nodes: tuple[int, ...]
    links: tuple[Link, ...]
    parts: tuple[Part, ...]
    said: tuple[str, ...]


def cut_at(model: Model, kv: float, loaded: frozenset[int]) -> Cut:
    """The model cut at a voltage (kV); `loaded` are the nodes at which more than plants stand."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(len(model.nodes)))
    graph.add_edges_from((k.start, k.end, k.name, {"link": k}) for k in model.links)
    low = [n for n, node in enumerate(model.nodes) if node.base_kv < kv]
    parts: list[Part] = []
    staying: dict[str, list[str]] = {}
    numbered = Numbered("-")
    for nodes in nx.connected_components(graph.subgraph(low)):
        found = _part(model, graph, nodes, loaded)
        if isinstance(found, str):
            staying.setdefault(found, []).append(model.nodes[min(nodes)].name)
        else:
            area = numbered(f"D{model.nodes[found[0]].name}")
            parts.append(Part(area, *found))
    below = {n for part in parts for n in part.nodes}
    taken = {k.name for part in parts for k in part.links}
    return Cut(
        kv,
        tuple(n for n in range(len(model.nodes)) if n not in below),
        tuple(k for k in model.links if k.name not in taken),
        tuple(parts),
        tuple(f"{reason}: those of buses {listed(names)}" for reason, names in staying.items()),
    )


Found = tuple[int, tuple[int, ...], tuple[Link, ...]]


def _part(
    model: Model, graph: nx.MultiGraph, nodes: set[int], loaded: frozenset[int]
) -> Found | str:
    """Root, nodes and links of a part below the cut, or why it is no area."""
    links = [d["link"] for _, _, d in graph.subgraph(nodes).edges(data=True)]
    touching = (d["link"] for *_, d in graph.edges(nodes, data=True))
    feeding = [k for k in touching if not {k.start, k.end} <= nodes]
    roots = {k.end if k.start in nodes else k.start for k in feeding}
    if not roots:
        return "parts without a transformer to above stay in transmission"
    if any(model.nodes[n].is_reference for n in nodes):
        return "parts with an external grid of their own stay in transmission"
    if len(roots) > 1:
        return f"parts fed from several substations stay in transmission ({OPEN})"
    if not nodes & loaded:
        return "parts with plants alone stay in transmission"
    root = roots.pop()
    if any(k.r_pu < 0 for k in feeding):
        if len(feeding) > 1:
            return "parts below windings of negative resistance stay in transmission"
        root = next(n for n in (feeding[0].start, feeding[0].end) if n in nodes)
        nodes, feeding = nodes - {root}, []
    if not nodes or any(k.r_pu < 0 for k in links):
        return "parts below windings of negative resistance stay in transmission"
    return root, tuple(sorted(nodes)), (*feeding, *links)
