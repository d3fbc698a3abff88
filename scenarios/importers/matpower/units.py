"""Generators and dispatchable loads of a case file, told apart, each with its cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np

from scenarios.assets.generator import CAPABILITY
from scenarios.findings import Finding
from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.columns import COST, GEN
from scenarios.importers.matpower.costs import Cost, Polynomial, UnusableCost, read_cost

COLUMNS_USED = ("GEN_BUS", "PG", "QG", "QMAX", "QMIN", "VG", "PMAX", "PMIN")
MINUTES = {"RAMP_30": 30.0, "RAMP_10": 10.0}  # the ramp columns that are used, in this order
CAPABILITY_COLUMNS = ("PC1", "PC2", "QC1MIN", "QC1MAX", "QC2MIN", "QC2MAX")
NO_LIMIT = 1e8  # MW, Mvar, MVA: files write limits that are none as numbers from here on


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
    capability: Mapping[str, Any]  # columns of a generator record

    @property
    def consumes(self) -> bool:
        """Whether the row may draw power."""
        return self.p_min_mw < 0

    @property
    def produces(self) -> bool:
        """Whether the row may give power."""
        return self.p_max_mw > 0

    @property
    def is_load(self) -> bool:
        """Whether the row is a dispatchable load: one with a power factor (manual, section 6.4)."""
        bounded = isfinite(self.q_min_mvar) and isfinite(self.q_max_mvar)
        fixed_factor = bounded and 0 in (self.q_min_mvar, self.q_max_mvar)
        return self.consumes and self.p_max_mw == 0 and fixed_factor

    @property
    def tan_phi(self) -> float:
        """Reactive over active consumption of a dispatchable load."""
        return (self.q_min_mvar + self.q_max_mvar) / self.p_min_mw


def units(case: Case) -> tuple[Unit, ...]:
    """Generators and dispatchable loads in service, at buses that are not isolated.

    Where P has no limit, what all others could consume and produce together stands for it.
    """
    if "gen" not in case.tables:
        return ()
    columns = {name: case.column("gen", name).tolist() for name in COLUMNS_USED}
    everything = unlimited_mw(case)
    bent = set(capability_rows(case))
    return tuple(
        Unit(
            row=row,
            bus=name_of(columns["GEN_BUS"][row]),
            p_min_mw=max(no_limit_of(columns["PMIN"][row]), -everything),
            p_max_mw=min(no_limit_of(columns["PMAX"][row]), everything),
            q_min_mvar=no_limit_of(columns["QMIN"][row]),
            q_max_mvar=no_limit_of(columns["QMAX"][row]),
            p_mw=columns["PG"][row],
            q_mvar=columns["QG"][row],
            v_set_pu=columns["VG"][row],
            ramp_mw_per_h=_ramp(case, row),
            capability=_capability(case, row) if row in bent else {},
        )
        for row in live_rows(case)
    )


def live_rows(case: Case) -> list[int]:
    """Rows of mpc.gen (from 0) that are in service at buses that are not isolated."""
    if "gen" not in case.tables:
        return []
    live = live_buses(case)
    status, at = case.column("gen", "GEN_STATUS").tolist(), case.column("gen", "GEN_BUS").tolist()
    return [row for row, on in enumerate(status) if on > 0 and at[row] in live]


def unlimited_mw(case: Case) -> float:
    """All loads, and all finite limits of P, of a case together (MW)."""
    loads = float(np.abs(case.column("bus", "PD")).sum())
    if "gen" not in case.tables:
        return loads
    rows = live_rows(case)
    limits = np.abs([case.column("gen", name)[rows] for name in ("PMIN", "PMAX")])
    return loads + float(limits[limits < NO_LIMIT].sum())


def live_buses(case: Case) -> set[float]:
    """Numbers of the buses that are not isolated."""
    types = case.column("bus", "BUS_TYPE")
    return set(case.column("bus", "BUS_I")[types != 4].tolist())


def name_of(number: float) -> str:
    """Name of the bus with this number."""
    return str(int(number))


def cost_of(case: Case, unit: Unit) -> Cost:
    """Cost of a unit, 0 where the file gives none; raises UnusableCost."""
    if "gencost" not in case.tables:
        return Polynomial(0.0, 0.0, 0.0)
    return read_cost(case.tables["gencost"].values[unit.row].tolist())


def unit_findings(case: Case) -> Iterator[Finding]:
    """What keeps the units from being offers and bids."""
    for unit in units(case):
        limits = (unit.p_min_mw, unit.p_max_mw, unit.q_min_mvar, unit.q_max_mvar)
        if np.isnan(limits).any():
            place = case.place("gen", unit.row)
            yield Finding(place, "a limit of P or Q is not a number", "give limits, or Inf")


def cost_findings(case: Case) -> Iterator[Finding]:
    """What keeps the costs from being offers and bids; only units in service are judged."""
    mine = units(case)
    if not mine or "gencost" not in case.tables:
        return
    rows, generators = (len(case.tables[t].values) for t in ("gencost", "gen"))
    if rows not in (generators, 2 * generators):
        finding = f"mpc.gencost has {rows} rows for {generators} generators"
        yield Finding(case.file, finding, "give one row for each generator, in the same order")
        return
    for unit in mine:
        yield from _cost_findings(case, unit)


def _cost_findings(case: Case, unit: Unit) -> Iterator[Finding]:
    place = case.place("gencost", unit.row)
    try:
        cost = cost_of(case, unit)
    except UnusableCost as error:
        yield Finding(place, str(error), "give a convex cost: linear, quadratic, or by points")
        return
    constant = cost.curve(1.0).at_zero_usd_per_h
    if unit.is_load and abs(constant) > 1e-9:
        finding = f"a dispatchable load costs {constant:g} $/h when it consumes nothing"
        yield Finding(place, finding, "shift the cost so that it is 0 at 0 MW")


def reactive_cost_rows(case: Case) -> list[int]:
    """Rows of mpc.gencost (from 0) that give reactive power a cost."""
    count = len(case.tables["gen"].values)
    paid = case.tables["gencost"].values[count:, COST["COST"] - 1 :].any(axis=1)
    return [count + int(row) for row in np.flatnonzero(paid)]


def capability_rows(case: Case) -> list[int]:
    """Rows of mpc.gen (from 0) in service whose limits of Q change with P (manual, 6.4.3)."""
    if "gen" not in case.tables:
        return []
    given = case.tables["gen"].values
    columns = [GEN[name] - 1 for name in CAPABILITY_COLUMNS]
    if given.shape[1] <= max(columns):
        return []
    p, q = given[:, columns[:2]], given[:, columns[2:]]
    return [row for row in live_rows(case) if p[row, 0] != p[row, 1] and q[row].any()]


def _capability(case: Case, row: int) -> dict[str, Any]:
    """The columns of a generator record that hold the lines between which Q stays."""
    pairs = zip(CAPABILITY, CAPABILITY_COLUMNS, strict=True)
    return {name: float(case.column("gen", column)[row]) for name, column in pairs}


def no_limit_of(value: float) -> float:
    """A limit, infinite where the file writes a number that stands for none."""
    return float(np.copysign(inf, value)) if abs(value) >= NO_LIMIT else value


def _ramp(case: Case, row: int) -> float | None:
    """Ramp limit (MW/h): RAMP_30 or else RAMP_10, scaled to an hour; 0 means none."""
    values = case.tables["gen"].values[row]
    for column, minutes in MINUTES.items():
        if len(values) >= GEN[column] and values[GEN[column] - 1] > 0:
            ramp = float(values[GEN[column] - 1])
            return ramp * 60.0 / minutes if ramp < NO_LIMIT else None
    return None
