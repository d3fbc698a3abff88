"""The tables of one area from a case file that satisfies the rules."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.columns import BUS_TYPES, COLUMNS
from scenarios.importers.matpower.costs import Segment
from scenarios.importers.matpower.units import Unit, cost_of, live_buses, name_of, units
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
    return NetworkTables(
        Area(area, TRANSMISSION, case.base_mva),
        tuple(_buses(case, area)),
        tuple(_branches(case, area)),
        tuple(load for load in _loads(case, area) if load.bus not in replaced),
        **_market(case, area, units(case)),
    )


def feeder_tables(case: Case, area: str) -> NetworkTables:
    """A distribution area; generators at its root stand for the grid and are left out."""
    buses = tuple(_buses(case, area))
    root = next(bus.bus for bus in buses if bus.kind == SLACK)
    market = _market(case, area, [u for u in units(case) if u.bus != root or u.consumes])
    return NetworkTables(
        Area(area, DISTRIBUTION, case.base_mva, "B" if market["generators"] else "A"),
        buses,
        tuple(_branches(case, area)),
        tuple(_loads(case, area)),
        **market,
    )


def _rows(case: Case, table: str) -> Iterator[dict[str, float]]:
    for row in case.tables[table].values.tolist():
        yield {n: row[i - 1] for n, i in COLUMNS[table].items() if i <= len(row)}


def _buses(case: Case, area: str) -> Iterator[Bus]:
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
                kind=KINDS[int(row["BUS_TYPE"])],
                zone=name_of(row["ZONE"]),
            )


def _branches(case: Case, area: str) -> Iterator[Branch]:
    live, numbered = live_buses(case), _Numbered()
    for row in _rows(case, "branch"):
        name = numbered(f"{name_of(row['F_BUS'])}-{name_of(row['T_BUS'])}")
        if {row["F_BUS"], row["T_BUS"]} <= live:
            limited = row["RATE_A"] != 0 and np.isfinite(row["RATE_A"])
            yield Branch(
                area,
                name,
                name_of(row["F_BUS"]),
                name_of(row["T_BUS"]),
                r_pu=row["BR_R"],
                x_pu=row["BR_X"],
                b_pu=row["BR_B"],
                tap=row["TAP"] or 1.0,
                shift_deg=row["SHIFT"],
                rating_mva=row["RATE_A"] if limited else None,
                in_service=row["BR_STATUS"] > 0,
            )


def _loads(case: Case, area: str) -> Iterator[Load]:
    for row in _rows(case, "bus"):
        if row["BUS_TYPE"] in KINDS and (row["PD"] or row["QD"]):
            bus = name_of(row["BUS_I"])
            yield Load(area, f"load-{bus}", bus, row["PD"], row["QD"])


def _market(case: Case, area: str, kept: Iterable[Unit]) -> dict[str, Any]:
    """Generators, bids and the offers of both."""
    voltage_held = {bus.bus for bus in _buses(case, area) if bus.kind != PQ}
    generators: list[Generator] = []
    bids: list[Bid] = []
    offers: list[Offer] = []
    numbered = _Numbered()
    for unit in kept:
        cost = cost_of(case, unit)
        name = numbered(f"{'bid' if unit.consumes else 'gen'}-{unit.bus}")
        if unit.consumes:
            bids.append(_bid(unit, area, name))
            curve = cost.mirrored().curve(-unit.p_min_mw)
            offers += _offers(area, name, curve.segments, sign=-1)
        else:
            curve = cost.curve(unit.p_max_mw)
            no_load = curve.at_zero_usd_per_h
            holds = unit.bus in voltage_held
            generators.append(_generator(unit, area, name, no_load, holds=holds))
            offers += _offers(area, name, curve.segments, sign=+1)
    return {"generators": tuple(generators), "bids": tuple(bids), "offers": tuple(offers)}


def _generator(unit: Unit, area: str, name: str, no_load: float, *, holds: bool) -> Generator:
    return Generator(
        area,
        name,
        unit.bus,
        unit.p_min_mw,
        unit.p_max_mw,
        unit.q_min_mvar,
        unit.q_max_mvar,
        v_set_pu=unit.v_set_pu if holds else None,
        ramp_mw_per_h=unit.ramp_mw_per_h,
        p_base_mw=unit.p_mw,
        q_base_mvar=None if holds else unit.q_mvar,
        no_load_usd_per_h=no_load,
    )


def _bid(unit: Unit, area: str, name: str) -> Bid:
    least = -unit.p_max_mw or 0.0
    return Bid(area, name, unit.bus, least, -unit.p_min_mw, unit.tan_phi)


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


class _Numbered:
    """Names made unique: the second of a name is `name#2`."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        self.counts[name] += 1
        return name if self.counts[name] == 1 else f"{name}#{self.counts[name]}"
