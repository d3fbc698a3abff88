"""What an import says of a case file: where an area comes from, and what was made of it."""

from collections.abc import Iterable, Iterator

import numpy as np

from scenarios.findings import listed
from scenarios.importers.matpower.area import branches_of
from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.columns import BUS_TYPES
from scenarios.importers.matpower.costs import Points
from scenarios.importers.matpower.dc_lines import gaining_lines
from scenarios.importers.matpower.impedance import parallels, ties
from scenarios.importers.matpower.islands import kinds
from scenarios.importers.matpower.units import (
    NO_LIMIT,
    cost_of,
    name_of,
    reactive_cost_rows,
    units,
    unlimited_mw,
)
from scenarios.matrices import TIE_X_PU


def notes(place: str, case: Case, *, feeder: bool) -> Iterator[str]:
    """Sentences on one case file, or on what it became; `place` says which."""
    yield f"{place}: MATPOWER case file {case.file}"
    for sentence in _sentences(case, feeder=feeder):
        yield f"{place}: {sentence}"


def _sentences(case: Case, *, feeder: bool) -> Iterator[str]:
    yield from _general(case)
    yield from _of_islands(case)
    yield from _of_units(case)
    yield from _of_branches(case, feeder=feeder)
    if "dcline" in case.tables and (rows := gaining_lines(case)):
        yield f"what flows backwards loses the same part of itself: {_rows('dcline', rows)}"


def _general(case: Case) -> Iterator[str]:
    if case.unused:
        yield f"not used: {listed(f'mpc.{name}' for name in case.unused)}"
    if np.any(case.column("bus", "BASE_KV") == 0):
        yield "nominal voltages are not given; 1 kV stands for them"


def _of_islands(case: Case) -> Iterator[str]:
    """What became of reference buses, of which every island has one."""
    numbers, types = (case.column("bus", c).tolist() for c in ("BUS_I", "BUS_TYPE"))
    given = {name_of(n): kind for n, kind in zip(numbers, types, strict=True)}
    found = kinds(case)
    reference = BUS_TYPES["REF"]
    chosen = [b for b, kind in found.items() if kind == reference != given[b]]
    if chosen:
        yield f"islands without a reference bus have one now: {listed(chosen)}"
    others = [b for b, kind in found.items() if kind != reference == given[b]]
    if others:
        yield f"further reference buses of an island hold their voltage alone: {listed(others)}"


def _of_units(case: Case) -> Iterator[str]:
    mine = units(case)
    both = [unit.row for unit in mine if unit.consumes and unit.produces]
    if both:
        yield f"what consumes and produces is a generator and a bid: {_rows('gen', both)}"
    limits = {
        unit.row: [case.column("gen", c)[unit.row] for c in ("PMIN", "PMAX")] for unit in mine
    }
    free = [row for row, pair in limits.items() if np.max(np.abs(pair)) >= NO_LIMIT]
    if free:
        yield f"{unlimited_mw(case):g} MW stand for no limit of P: {_rows('gen', free)}"
    if bent := [unit.row for unit in mine if unit.capability and unit.consumes]:
        words = "limits of Q that depend on P are those at 0 MW where it consumes"
        yield f"{words}: {_rows('gen', bent)}"
    if mine and "gencost" not in case.tables:
        yield "no costs are given: mpc.gencost is missing, and every generator costs 0 $/MWh"
    elif mine:
        yield from _of_costs(case)


def _of_costs(case: Case) -> Iterator[str]:
    if np.any(case.tables["gencost"].values[:, 1:3]):
        yield "start-up and shut-down costs are not used"
    reactive = reactive_cost_rows(case)
    if reactive:
        yield f"costs of reactive power are not used: {_rows('gencost', reactive)}"
    repaired = {
        unit.row: cost.repaired_usd_per_h
        for unit in units(case)
        if isinstance(cost := cost_of(case, unit), Points) and cost.repaired_usd_per_h
    }
    if repaired:
        most = max(repaired.values())
        yield (
            f"costs that rounding keeps from being convex are lowered by {most:.2g} $/h at most: "
            f"{_rows('gencost', repaired)}"
        )


def _of_branches(case: Case, *, feeder: bool) -> Iterator[str]:
    zero = ties(case, angles=not feeder)
    if zero:
        yield f"{TIE_X_PU:g} p.u. stand for no reactance: {_rows('branch', zero)}"
    groups = parallels(tuple(branches_of(case, "", feeder=feeder))) if feeder else ()
    doubled = [" and ".join(k.branch for k in group) for group in groups]
    if doubled:
        yield f"parallel circuits are one branch: {listed(doubled)}"


def _rows(table: str, rows: Iterable[int]) -> str:
    """Rows (from 0) of a table, the first few of them by number."""
    numbers = [str(row + 1) for row in rows]
    return f"mpc.{table} {'rows' if len(numbers) > 1 else 'row'} {listed(numbers)}"
