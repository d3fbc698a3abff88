"""Tables B.6 to B.9: feeders as published and as corrected."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from reproduction.appendix.load_flow import Flow, load_flow
from reproduction.item import Item, Reproduced, item
from reproduction.solved import Solved
from scenarios.networks import NetworkTables, load_network, network_source
from scenarios.records import Branch

POWER_FACTOR = 0.85  # of the loads that are published in kVA


@dataclass(frozen=True)
class Published:
    """What a feeder's publication says otherwise: ends, resistances (p.u.), loads (kVA).

    `ohms_at_kv` is the voltage at which some files take the p.u. figures for ohms.
    """

    ends: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    r_pu: Mapping[str, float] = field(default_factory=dict)
    load_kva: Mapping[str, float] = field(default_factory=dict)
    ohms_at_kv: float | None = None


FEEDER16 = Published(ends={"1-8": ("2", "8"), "1-13": ("3", "13")}, ohms_at_kv=12.66)
FEEDER17 = Published(r_pu={"7-8": 0.8})
FEEDER33 = Published()
FEEDER141 = Published(
    ends={
        "17-18": ("17", "10"),
        "18-19": ("16", "19"),
        "27-28": ("27", "23"),
        "25-26": ("27", "26"),
        "67-68": ("67", "63"),
        "55-70": ("66", "70"),
        "18-137": ("16", "137"),
    },
    load_kva={"53": 50.0},
)


def _table(name: str, network: str, published: Published, more: str) -> Item:
    """The item of one feeder; `more` is the rest of its title."""
    source = network_source(network)

    @item(
        name,
        f"Data of the {more}",
        f"Each branch with the load at its end, corrected and as published where that differs; "
        f"{source['source'][0]}.",
    )
    def data(_: Solved) -> Reproduced:
        tables = load_network(network, "D")
        table = feeder_table(tables, published)
        return Reproduced(table, finding=_told(tables, published))

    return data


def feeder_table(tables: NetworkTables, published: Published) -> pd.DataFrame:
    """Branches (p.u.) and loads at their ends (kW, kvar), with what was published beside."""
    loads = {r.bus: r for r in tables.loads}
    rows = []
    for k in tables.branches:
        load = loads.get(k.to_bus) if k.in_service else None
        ends = published.ends.get(k.branch, (k.from_bus, k.to_bus))
        p_kw = 1e3 * load.p_mw if load else 0.0
        kva = published.load_kva.get(k.to_bus) if load else None
        rows.append(
            {
                "from_bus": k.from_bus,
                "to_bus": k.to_bus,
                "r_pu": k.r_pu,
                "x_pu": k.x_pu,
                "p_kw": p_kw,
                "q_kvar": 1e3 * load.q_mvar if load else 0.0,
                "tie": not k.in_service,
                "published_from_bus": ends[0],
                "published_to_bus": ends[1],
                "published_r_pu": published.r_pu.get(k.branch, k.r_pu),
                "published_p_kw": p_kw if kva is None else POWER_FACTOR * kva,
            }
        )
    return pd.DataFrame(rows)


def _told(tables: NetworkTables, published: Published) -> str:
    ties = sum(not k.in_service for k in tables.branches)
    flow = load_flow(tables)
    carried = (
        f"{len(tables.branches) - ties} closed branches and {ties} ties carry "
        f"{tables.load_mw:.3f} MW and {tables.load_mvar:.3f} Mvar and lose {_losses(flow)}."
    )
    return f"{carried} {_difference(tables, published)}"


def _difference(tables: NetworkTables, published: Published) -> str:
    """What the corrections are, and what they change."""
    if published.r_pu:
        before = replace(tables, branches=tuple(_with_r(k, published) for k in tables.branches))
        return (
            f"With {len(published.r_pu)} resistance as published it would lose "
            f"{_losses(load_flow(before))}."
        )
    if published.ohms_at_kv is not None:
        otherwise = load_flow(_read_as_ohms(tables, published.ohms_at_kv))
        return (
            f"The {len(published.ends) + 1} source buses are joined at one root, which changes no "
            f"flow; read as ohms at {published.ohms_at_kv} kV the figures would lose "
            f"{_losses(otherwise)}."
        )
    if not published.ends:
        return "No published figure is corrected; ohms are given in p.u."
    return (
        f"As published, {len(published.ends)} branches end at another bus, which leaves "
        f"{_cut_off(tables, published)} buses without supply, and {len(published.load_kva)} load "
        "is half of what it is here."
    )


def _cut_off(tables: NetworkTables, published: Published) -> int:
    """Number of buses that no closed branch as published joins with the root."""
    ends = [published.ends.get(k.branch, (k.from_bus, k.to_bus)) for k in tables.branches]
    fed, more = {tables.root}, {tables.root}
    while more:
        more = {b for pair in ends if fed & set(pair) for b in pair} - fed
        fed |= more
    return len(tables.buses) - len(fed)


def _losses(flow: Flow) -> str:
    return (
        f"{1e3 * flow.loss_mw:.2f} kW, with the lowest voltage of {flow.v_lowest_pu:.4f} p.u. at "
        f"bus {flow.bus}"
    )


def _with_r(branch: Branch, published: Published) -> Branch:
    return replace(branch, r_pu=published.r_pu.get(branch.branch, branch.r_pu))


def _read_as_ohms(tables: NetworkTables, kv: float) -> NetworkTables:
    """The feeder whose p.u. figures are taken for ohms."""
    per_ohm = tables.area.base_mva / kv**2
    branches = (replace(k, r_pu=per_ohm * k.r_pu, x_pu=per_ohm * k.x_pu) for k in tables.branches)
    return replace(tables, branches=tuple(branches))


ITEMS = (
    _table("table-B.6", "feeder16", FEEDER16, "16-bus radial system"),
    _table("table-B.7", "feeder17", FEEDER17, "17-bus radial system"),
    _table("table-B.8", "feeder33", FEEDER33, "33-bus radial system"),
    _table("table-B.9", "feeder141", FEEDER141, "141-bus radial system"),
)
