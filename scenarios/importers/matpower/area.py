"""The tables of one area from a case file that satisfies the rules."""

from collections.abc import Iterable, Iterator
from typing import Any

from scenarios.assembly import Numbered
from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.columns import BUS_TYPES, COLUMNS
from scenarios.importers.matpower.costs import Segment
from scenarios.importers.matpower.dc_lines import lines_of
from scenarios.importers.matpower.impedance import angle_limit, ties, without_parallels
from scenarios.importers.matpower.islands import kinds
from scenarios.importers.matpower.units import (
    NO_LIMIT,
    Unit,
    cost_of,
    live_buses,
    name_of,
    units,
)
from scenarios.matrices import TIE_X_PU
from scenarios.networks import NetworkTables
from scenarios.records import (
    DISTRIBUTION,
    PQ,
    PV,
    SLACK,
    TRANSMISSION,
    Area,
    Bid,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
)

KINDS = {BUS_TYPES["PQ"]: PQ, BUS_TYPES["PV"]: PV, BUS_TYPES["REF"]: SLACK}
KV_IF_NOT_GIVEN = 1.0  # MATPOWER writes 0; nothing in p.u. depends on it


def transmission_tables(case: Case, area: str, boundary_buses: Iterable[str]) -> NetworkTables:
    """The transmission area; feeders stand in for the loads at the boundary buses."""
    replaced = set(boundary_buses)
    buses = tuple(_buses(case, area))
    return NetworkTables(
        Area(area, TRANSMISSION, case.base_mva),
        buses,
        tuple(branches_of(case, area, feeder=False)),
        tuple(load for load in loads_of(case, area) if load.bus not in replaced),
        dc_lines=tuple(lines_of(case, area)),
        **_market(case, area, units(case), {bus.bus for bus in buses if bus.kind != PQ}),
    )


def feeder_tables(case: Case, area: str) -> NetworkTables:
    """A distribution area; what can produce at its roots stands for the grid and is left out."""
    buses = tuple(_buses(case, area))
    roots = {bus.bus for bus in buses if bus.kind == SLACK}
    kept = [u for u in units(case) if u.bus not in roots or (u.consumes and not u.produces)]
    market = _market(case, area, kept, {bus.bus for bus in buses if bus.kind == PV})
    return NetworkTables(
        Area(area, DISTRIBUTION, case.base_mva, "B" if market["generators"] else "A"),
        buses,
        without_parallels(tuple(branches_of(case, area, feeder=True))),
        tuple(loads_of(case, area)),
        dc_lines=tuple(lines_of(case, area)),
        **market,
    )


def _rows(case: Case, table: str) -> Iterator[dict[str, float]]:
    for row in case.tables[table].values.tolist():
        yield {n: row[i - 1] for n, i in COLUMNS[table].items() if i <= len(row)}


def _buses(case: Case, area: str) -> Iterator[Bus]:
    kind_of = kinds(case)
    for row in _rows(case, "bus"):
        if row["BUS_TYPE"] in KINDS:
            yield Bus(
                area,
                name_of(row["BUS_I"]),
                base_kv=row["BASE_KV"] or KV_IF_NOT_GIVEN,
                v_min_pu=row["VMIN"],
                v_max_pu=row["VMAX"],
                g_shunt_mw=row["GS"],
                b_shunt_mvar=row["BS"],
                kind=KINDS[kind_of[name_of(row["BUS_I"])]],
                zone=name_of(row["ZONE"]),
            )


def branches_of(case: Case, area: str, *, feeder: bool) -> Iterator[Branch]:
    """Branches between buses that are not isolated."""
    live, numbered = live_buses(case), Numbered("#")
    tied = set(ties(case, angles=not feeder))
    for row, cells in enumerate(_rows(case, "branch")):
        name = numbered(f"{name_of(cells['F_BUS'])}-{name_of(cells['T_BUS'])}")
        if {cells["F_BUS"], cells["T_BUS"]} <= live:
            yield Branch(
                area,
                name,
                name_of(cells["F_BUS"]),
                name_of(cells["T_BUS"]),
                r_pu=cells["BR_R"],
                x_pu=TIE_X_PU if row in tied else cells["BR_X"],
                b_pu=cells["BR_B"],
                tap=cells["TAP"] or 1.0,
                shift_deg=cells["SHIFT"],
                rating_mva=cells["RATE_A"] if 0 != cells["RATE_A"] < NO_LIMIT else None,
                in_service=cells["BR_STATUS"] > 0,
                angle_min_deg=angle_limit(cells.get("ANGMIN", 0.0)),
                angle_max_deg=angle_limit(cells.get("ANGMAX", 0.0)),
            )


def loads_of(case: Case, area: str) -> Iterator[Load]:
    """Loads at buses that are not isolated."""
    for row in _rows(case, "bus"):
        if row["BUS_TYPE"] in KINDS and (row["PD"] or row["QD"]):
            bus = name_of(row["BUS_I"])
            yield Load(area, f"load-{bus}", bus, row["PD"], row["QD"])


def _market(case: Case, area: str, kept: Iterable[Unit], voltage_held: set[str]) -> dict[str, Any]:
    """Generators, bids and the offers of both; what consumes and produces is one of each.

    With a convex cost the two never run against each other, so the split is exact.
    """
    generators: list[Generator] = []
    bids: list[Bid] = []
    offers: list[Offer] = []
    numbered = Numbered("#")
    for unit in kept:
        cost, holds = cost_of(case, unit), unit.bus in voltage_held
        if holds or not unit.is_load:
            name = numbered(f"gen-{unit.bus}")
            curve = cost.curve(max(unit.p_max_mw, 0.0))
            generators.append(_generator(unit, area, name, curve.at_zero_usd_per_h, holds=holds))
            offers += _offers(area, name, curve.segments, sign=+1)
        if unit.consumes:
            name = numbered(f"bid-{unit.bus}")
            bids.append(_bid(unit, area, name))
            curve = cost.mirrored().curve(-unit.p_min_mw)
            offers += _offers(area, name, curve.segments, sign=-1)
    return {"generators": tuple(generators), "bids": tuple(bids), "offers": tuple(offers)}


def _generator(unit: Unit, area: str, name: str, no_load: float, *, holds: bool) -> Generator:
    """What of a unit produces and, unless a power factor ties Q to P, all of its Q.

    A dispatchable load that holds a voltage keeps a generator without power for it.
    """
    bound = unit.is_load
    return Generator(
        area,
        name,
        unit.bus,
        max(unit.p_min_mw, 0.0),
        max(unit.p_max_mw, 0.0),
        0.0 if bound else unit.q_min_mvar,
        0.0 if bound else unit.q_max_mvar,
        v_set_pu=unit.v_set_pu if holds else None,
        ramp_mw_per_h=unit.ramp_mw_per_h if unit.produces else None,
        p_base_mw=max(unit.p_mw, 0.0) if unit.consumes else unit.p_mw,
        q_base_mvar=None if holds else unit.q_mvar,
        no_load_usd_per_h=no_load,
        **({} if bound else unit.capability),
    )


def _bid(unit: Unit, area: str, name: str) -> Bid:
    """What of a unit consumes."""
    return Bid(
        area,
        name,
        unit.bus,
        max(-unit.p_max_mw, 0.0),
        -unit.p_min_mw,
        unit.tan_phi if unit.is_load else 0.0,
        p_base_mw=max(-unit.p_mw, 0.0),
        q_base_mvar=-unit.q_mvar if unit.is_load else 0.0,
    )


def _offers(area: str, owner: str, segments: Iterable[Segment], *, sign: int) -> Iterator[Offer]:
    """Rows of a cost (`sign` +1), or of the value that a mirrored cost (-1) stands for."""
    given = list(segments)
    wide = [segment for segment in given if segment.quantity_mw > 0] or given[:1]
    for step, segment in enumerate(wide, start=1):
        yield Offer(
            area,
            owner,
            None,
            step,
            segment.quantity_mw,
            sign * segment.price_usd_per_mwh,
            segment.slope_usd_per_mw2h,
        )
