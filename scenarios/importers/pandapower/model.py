"""A pandapower net as nodes and pi-model branches in per unit, as pandapower works them out.

Its conversion to the power flow case joins buses over closed switches, opens the ends of lines and
gives transformers their equivalent circuit, so that both programs solve the same equations.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.assembly import Numbered
from scenarios.findings import Finding, InvalidInput
from scenarios.importers.circuit import Link, Node
from scenarios.importers.optional import quietly
from scenarios.importers.pandapower.cells import in_service, number

Net = Any  # pandapowerNet: a dictionary of DataFrames

# Columns of pandapower's power flow case (pandapower.pypower.idx_bus, idx_brch).
BUS_TYPE, GS, BS, BASE_KV = 1, 4, 5, 9
FROM, TO, R, X, B, TAP, SHIFT = 0, 1, 2, 3, 4, 8, 9
R_ASYM, X_ASYM, G, G_ASYM, B_ASYM = 21, 22, 23, 24, 25
REFERENCE, ISOLATED = 3, 4
NO_LIMIT = 99_999.0  # kA or MVA; converters write it where there is no rating
SIDES = ("hv", "mv", "lv")


@dataclass(frozen=True)
class Model:
    """Nodes and links of what is energised, and the node of every bus that is."""

    net: Net
    base_mva: float
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    node_of: Mapping[int, int]
    star_of: Mapping[int, int]
    """Node of the inner voltage of every xward."""


def model_of(net: Net) -> Model:
    """The model of a net, which is changed by it; raises InvalidInput where there is none."""
    from pandapower.auxiliary import _add_ppc_options
    from pandapower.pd2ppc import _pd2ppc

    net["_options"] = {}
    _add_ppc_options(
        net,
        calculate_voltage_angles=True,
        trafo_model="t",
        check_connectivity=True,
        mode="pf",
        switch_rx_ratio=2,
        init_vm_pu="flat",
        init_va_degree="flat",
        enforce_q_lims=False,
        enforce_p_lims=False,
        recycle=None,
        voltage_depend_loads=False,
    )
    try:
        with quietly():
            case, inner = _pd2ppc(net)
    except (UserWarning, ValueError, KeyError, IndexError, AttributeError) as error:
        finding = f"pandapower cannot make a power flow case of it: {error}"
        cure = "mend it until pandapower's runpp takes it; pandapower.diagnostic says where"
        raise InvalidInput("the net", [Finding("power flow case", finding, cure)]) from error
    lookups = net["_pd2ppc_lookups"]
    energised = case["bus"][:, BUS_TYPE] != ISOLATED
    row_of = lookups["bus"]
    known = {int(b): int(row_of[b]) for b in net.bus.index if row_of[b] >= 0}
    node_of = {b: row for b, row in known.items() if energised[row]}
    inner_buses = lookups["aux"].get("xward", ())
    star_of = {
        int(element): int(row_of[aux])
        for element, aux in zip(net.xward.index, inner_buses, strict=True)
        if energised[row_of[aux]]
    }
    links = tuple(_links(net, case["branch"].real, lookups["branch"], inner["internal"]))
    nodes = tuple(_nodes(net, case["bus"][energised], node_of, links))
    return Model(net, float(case["baseMVA"]), nodes, links, node_of, star_of)


def _nodes(
    net: Net, rows: Any, node_of: Mapping[int, int], links: Sequence[Link]
) -> Iterator[Node]:
    held: dict[int, list[int]] = {}
    for bus, row in node_of.items():
        held.setdefault(row, []).append(bus)
    inner: dict[int, str] = {}
    for link in links:
        for end in (link.start, link.end):
            inner.setdefault(end, f"inner-{link.name}")
    bands = net.bus.to_dict("index")
    for n, row in enumerate(rows.tolist()):
        mine = [bands[bus] for bus in held.get(n, ())]
        yield Node(
            name=str(held[n][0]) if n in held else inner.get(n, f"inner-{n}"),
            base_kv=row[BASE_KV],
            v_min_pu=max((number(b, "min_vm_pu", 0.9) for b in mine), default=0.9),
            v_max_pu=min((number(b, "max_vm_pu", 1.1) for b in mine), default=1.1),
            g_mw=row[GS],
            b_mvar=row[BS],
            is_reference=row[BUS_TYPE] == REFERENCE,
            zone=_zone(mine),
        )


def _zone(buses: Sequence[Mapping[str, Any]]) -> str | None:
    zones = [b.get("zone") for b in buses]
    return next((str(z) for z in zones if z is not None and z == z and str(z).isprintable()), None)


def _links(
    net: Net, branches: Any, place: Mapping[str, tuple[int, int]], inner: Mapping[str, Any]
) -> Iterator[Link]:
    live = inner["branch_is"]
    numbered = Numbered("#")
    for kind, (first, last) in place.items():
        names = [numbered(name) for name in _names(net, kind, last - first)]
        ratings = _ratings(net, kind, last - first)
        for k in range(first, last):
            if live[k]:
                yield _link(names[k - first], branches[k].tolist(), ratings[k - first])


def _link(name: str, row: Sequence[float], rating_mva: float) -> Link:
    return Link(
        name,
        int(row[FROM]),
        int(row[TO]),
        row[R],
        row[X],
        row[B],
        row[G],
        row[G_ASYM],
        row[B_ASYM],
        row[TAP] or 1.0,
        row[SHIFT],
        rating_mva if 0 < rating_mva < math.inf else None,
        is_lopsided=bool(row[R_ASYM] or row[X_ASYM]),
    )


def _names(net: Net, kind: str, count: int) -> list[str]:
    """Names of the branches of one kind, in the order of the power flow case."""
    if kind == "trafo3w":
        return [f"trafo3w-{i}-{side}" for side in SIDES for i in net.trafo3w.index]
    if kind == "switch":
        return [f"switch-{i}" for i in _branch_switches(net)][:count]
    return [f"{kind}-{i}" for i in net[kind].index]


def _ratings(net: Net, kind: str, count: int) -> list[float]:
    """Ratings (MVA) of the branches of one kind; infinite where there is none."""
    rows = list(net[kind].to_dict("records")) if kind != "switch" else []
    if kind == "line":
        kv = net.bus.vn_kv
        return [_line_mva(row, float(kv.at[row["from_bus"]])) for row in rows]
    if kind == "trafo":
        return [_share(row, number(row, "sn_mva", math.inf), "parallel", "df") for row in rows]
    if kind == "trafo3w":
        return [
            _share(row, number(row, f"sn_{side}_mva", math.inf)) for side in SIDES for row in rows
        ]
    if kind == "impedance":
        return [_share(row, number(row, "sn_mva", math.inf)) for row in rows]
    return [math.inf] * count


def _line_mva(row: Mapping[str, Any], kv: float) -> float:
    current = _share(row, number(row, "max_i_ka", math.inf), "parallel", "df")
    return current * kv * math.sqrt(3.0)


def _share(row: Mapping[str, Any], nominal: float, *factors: str) -> float:
    """What of a nominal rating may be used."""
    if nominal >= NO_LIMIT:
        return math.inf
    used = nominal * number(row, "max_loading_percent", 100.0) / 100.0
    return used * math.prod(number(row, factor, 1.0) for factor in factors)


def _branch_switches(net: Net) -> list[int]:
    """Closed switches between buses that have an impedance and are branches therefore."""
    s = net.switch
    return [int(i) for i in s.index[(s.et == "b") & s.closed & (s.z_ohm > 0)]]


def unused(net: Net) -> list[str]:
    """Kinds of elements in service that have no counterpart, with how many there are."""
    tables = {kind: net[kind].to_dict("records") for kind in FOREIGN if kind in net}
    counts = {kind: sum(map(in_service, rows)) for kind, rows in tables.items()}
    return [f"{kind} ({count})" for kind, count in counts.items() if count]


FOREIGN = (
    "tcsc", "svc", "ssc", "vsc", "vsc_stacked", "vsc_bipolar", "b2b_vsc", "bi_vsc", "line_dc",
    "load_dc", "source_dc", "controller",
)  # fmt: skip
