"""A net as nodes and pi-model branches in per unit, and those of one area on its own base."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from scenarios.matrices import TIE_X_PU
from scenarios.records import PQ, PV, SLACK, Area, Branch, Bus


@dataclass(frozen=True)
class Node:
    """Buses that closed switches make one; shunts in MW and Mvar at 1 p.u."""

    name: str
    base_kv: float
    v_min_pu: float
    v_max_pu: float
    g_mw: float
    b_mvar: float
    is_reference: bool
    zone: str | None


@dataclass(frozen=True)
class Link:
    """Branch between two nodes, p.u. on the model's base.

    `g_to_pu`, `b_to_pu` are what its to end has beyond its from end.
    """

    name: str
    start: int
    end: int
    r_pu: float
    x_pu: float
    b_pu: float
    g_pu: float
    g_to_pu: float
    b_to_pu: float
    tap: float
    shift_deg: float
    rating_mva: float | None
    is_lopsided: bool


class Circuit(Protocol):
    """Nodes and links in p.u. on one base."""

    @property
    def base_mva(self) -> float:
        """Power base of the links."""

    @property
    def nodes(self) -> Sequence[Node]:
        """Nodes, by the numbers that links have for their ends."""


def branches_of(
    area: Area, circuit: Circuit, links: Iterable[Link], *, angles: bool
) -> Iterator[Branch]:
    """Branches in p.u. of the area; where angles decide, no reactance is that of a tie."""
    scale = area.base_mva / circuit.base_mva
    for k in links:
        x = k.x_pu * scale
        yield Branch(
            area.area,
            k.name,
            circuit.nodes[k.start].name,
            circuit.nodes[k.end].name,
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
    circuit: Circuit,
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
        extra[k.end] += complex(k.g_to_pu, k.b_to_pu) / 2 * circuit.base_mva
    for n in nodes:
        node = circuit.nodes[n]
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
