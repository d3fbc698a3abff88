"""Buses and branches of one area from nodes and links, on the area's own base."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from scenarios.importers.pandapower.model import Link, Model, Node
from scenarios.matrices import TIE_X_PU
from scenarios.records import PQ, PV, SLACK, Area, Branch, Bus


def branches_of(
    area: Area, model: Model, links: Iterable[Link], *, angles: bool
) -> Iterator[Branch]:
    """Branches in p.u. of the area; where angles decide, no reactance is that of a tie."""
    scale = area.base_mva / model.base_mva
    for k in links:
        x = k.x_pu * scale
        yield Branch(
            area.area,
            k.name,
            model.nodes[k.start].name,
            model.nodes[k.end].name,
            k.r_pu * scale,
            TIE_X_PU if is_tie(k, angles=angles) else x,
            k.b_pu / scale,
            k.tap,
            k.shift_deg,
            k.rating_mva,
            g_pu=k.g_pu / scale,
        )


def is_tie(link: Link, *, angles: bool) -> bool:
    """Whether a branch has no impedance or, where angles decide, no reactance."""
    return link.x_pu == 0 and (angles or link.r_pu == 0)


def buses_of(
    area: Area,
    model: Model,
    nodes: Sequence[int],
    links: Iterable[Link],
    *,
    slack: Collection[int],
    held: Collection[str],
    bare: Collection[int] = (),
) -> Iterator[Bus]:
    """Buses with their shunts, and with what the to ends of links have beyond their from ends.

    `held` are names of buses whose voltage something holds; `bare` nodes leave their own shunts to
    another area.
    """
    extra: defaultdict[int, complex] = defaultdict(complex)
    for k in links:
        extra[k.end] += complex(k.g_to_pu, k.b_to_pu) / 2 * model.base_mva
    for n in nodes:
        node = model.nodes[n]
        own = 0j if n in bare else complex(node.g_mw, node.b_mvar)
        kind = SLACK if n in slack else PV if node.name in held else PQ
        yield _bus(area, node, own + extra[n], kind)


def _bus(area: Area, node: Node, shunt: complex, kind: str) -> Bus:
    return Bus(
        area.area,
        node.name,
        node.base_kv,
        node.v_min_pu,
        node.v_max_pu,
        shunt.real,
        shunt.imag,
        kind,
        node.zone,
    )
