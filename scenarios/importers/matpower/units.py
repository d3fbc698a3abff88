"""Generators and dispatchable loads of a case file, told apart, each with its cost."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenarios.findings import Finding
from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.columns import COST, GEN
from scenarios.importers.matpower.costs import Cost, UnusableCost, read_cost

COLUMNS_USED = ("GEN_BUS", "PG", "QG", "QMAX", "QMIN", "VG", "PMAX", "PMIN")
MINUTES = {"RAMP_30": 30.0, "RAMP_10": 10.0}  # the ramp columns that are used, in this order


@dataclass(frozen=True)
class Unit:
    """One row of mpc.gen that is in service."""

    row: int
    bus: str
    p_min_mw: float
    p_max_mw: float
    q_min_mvar: float
    q_max_mvar: float
    p_mw: float
    q_mvar: float
    v_set_pu: float
    ramp_mw_per_h: float | None

    @property
    def consumes(self) -> bool:
        """Whether the row is a dispatchable load."""
        return self.p_min_mw < 0

    @property
    def tan_phi(self) -> float:
        """Reactive over active consumption of a dispatchable load."""
        return (self.q_min_mvar + self.q_max_mvar) / self.p_min_mw


def units(case: Case) -> tuple[Unit, ...]:
    """Generators and dispatchable loads in service, at buses that are not isolated."""
    if "gen" not in case.tables:
        return ()
    columns = {name: case.column("gen", name).tolist() for name in COLUMNS_USED}
    live = live_buses(case)
    return tuple(
        Unit(
            row=row,
            bus=name_of(columns["GEN_BUS"][row]),
            p_min_mw=columns["PMIN"][row],
            p_max_mw=columns["PMAX"][row],
            q_min_mvar=columns["QMIN"][row],
            q_max_mvar=columns["QMAX"][row],
            p_mw=columns["PG"][row],
            q_mvar=columns["QG"][row],
            v_set_pu=columns["VG"][row],
            ramp_mw_per_h=_ramp(case, row),
        )
        for row, status in enumerate(case.column("gen", "GEN_STATUS"))
        if status > 0 and columns["GEN_BUS"][row] in live
    )


def live_buses(case: Case) -> set[float]:
    """Numbers of the buses that are not isolated."""
    types = case.column("bus", "BUS_TYPE")
    return set(case.column("bus", "BUS_I")[types != 4].tolist())


def name_of(number: float) -> str:
    """Name of the bus with this number."""
    return str(int(number))


def cost_of(case: Case, unit: Unit) -> Cost:
    """Cost of a unit; raises UnusableCost."""
    return read_cost(case.tables["gencost"].values[unit.row].tolist())


def unit_findings(case: Case) -> Iterator[Finding]:
    """What keeps the units from being offers and bids."""
    for unit in units(case):
        place = case.place("gen", unit.row)
        limits = (unit.p_min_mw, unit.p_max_mw, unit.q_min_mvar, unit.q_max_mvar)
        if not np.isfinite(limits).all():
            yield Finding(place, "a limit of P or Q is not finite", "give limits in MW and Mvar")
        elif unit.consumes:
            yield from _load_findings(place, unit)


def _load_findings(place: str, unit: Unit) -> Iterator[Finding]:
    if unit.p_max_mw > 0:
        finding = f"Pmin {unit.p_min_mw:g} and Pmax {unit.p_max_mw:g} MW: it consumes and produces"
        yield Finding(place, finding, "split it into a generator and a dispatchable load")
    elif unit.q_min_mvar != 0 and unit.q_max_mvar != 0:
        finding = f"Qmin {unit.q_min_mvar:g} and Qmax {unit.q_max_mvar:g} Mvar give no power factor"
        yield Finding(place, finding, "set one of them to 0 for a dispatchable load")


def cost_findings(case: Case) -> Iterator[Finding]:
    """What keeps the costs from being offers and bids; only units in service are judged."""
    mine = units(case)
    if mine and "gencost" not in case.tables:
        yield Finding(case.file, "mpc.gencost is missing", "give every generator a cost")
        return
    rows, generators = (len(case.tables[t].values) if mine else 0 for t in ("gencost", "gen"))
    if mine and rows not in (generators, 2 * generators):
        finding = f"mpc.gencost has {rows} rows for {generators} generators"
        yield Finding(case.file, finding, "give one row for each generator, in the same order")
        return
    for unit in mine:
        yield from _cost_findings(case, unit)
        if rows == 2 * generators and _is_paid(case, unit.row + generators):
            place = case.place("gencost", unit.row + generators)
            yield Finding(place, "reactive power has a cost", "remove the rows of reactive costs")


def _cost_findings(case: Case, unit: Unit) -> Iterator[Finding]:
    place = case.place("gencost", unit.row)
    try:
        cost = cost_of(case, unit)
    except UnusableCost as error:
        yield Finding(place, str(error), "give a convex cost: linear, quadratic, or by points")
        return
    constant = cost.curve(1.0).at_zero_usd_per_h
    if unit.consumes and abs(constant) > 1e-9:
        finding = f"a dispatchable load costs {constant:g} $/h when it consumes nothing"
        yield Finding(place, finding, "shift the cost so that it is 0 at 0 MW")


def _is_paid(case: Case, row: int) -> bool:
    return bool(np.any(case.tables["gencost"].values[row, COST["COST"] - 1 :]))


def _ramp(case: Case, row: int) -> float | None:
    """Ramp limit (MW/h): RAMP_30 or else RAMP_10, scaled to an hour; 0 means none."""
    values = case.tables["gen"].values[row]
    for column, minutes in MINUTES.items():
        if len(values) >= GEN[column] and values[GEN[column] - 1] > 0:
            return float(values[GEN[column] - 1]) * 60.0 / minutes
    return None
