"""Islands of a case, and the reference bus of each."""

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from scenarios.importers.matpower.case import Case
from scenarios.importers.matpower.columns import BUS_TYPES
from scenarios.importers.matpower.dc_lines import line_buses
from scenarios.importers.matpower.units import live_buses, name_of, units

REF, PV = BUS_TYPES["REF"], BUS_TYPES["PV"]


def kinds(case: Case) -> Mapping[str, int]:
    """MATPOWER's type of every bus that is not isolated, with one reference in each island.

    Of several references the first stays, and the others hold their voltages alone; where there
    is none, the bus that holds a voltage and can produce most becomes it. Buses where DC lines end
    hold their voltages too.
    """
    numbers, types = (case.column("bus", c).tolist() for c in ("BUS_I", "BUS_TYPE"))
    given = {
        name_of(number): int(kind)
        for number, kind in zip(numbers, types, strict=True)
        if kind != BUS_TYPES["NONE"]
    }
    given.update({bus: PV for bus in line_buses(case) if given[bus] != REF})
    capacity = dict.fromkeys(given, 0.0)
    for unit in units(case):
        capacity[unit.bus] += max(unit.p_max_mw, 0.0)
    for island in islands(case):
        references = [bus for bus in island if given[bus] == REF]
        given.update(dict.fromkeys(references[1:], PV))
        able = [bus for bus in island if given[bus] == PV and capacity[bus] > 0]
        if not references and able:
            given[max(able, key=lambda bus: capacity[bus])] = REF
    return given


def islands(case: Case) -> list[list[str]]:
    """Names of the buses of each island, in the order of the file."""
    live = live_buses(case)
    numbers = [n for n in case.column("bus", "BUS_I").tolist() if n in live]
    at = {number: n for n, number in enumerate(numbers)}
    ends = [
        (at[i], at[j])
        for i, j, on in zip(
            *(case.column("branch", c).tolist() for c in ("F_BUS", "T_BUS", "BR_STATUS")),
            strict=True,
        )
        if on > 0 and i in at and j in at
    ]
    start, end = np.array(ends, dtype=int).reshape(-1, 2).T
    joined = sparse.csr_array((np.ones(len(ends)), (start, end)), shape=(len(at),) * 2)
    count, label = sparse.csgraph.connected_components(joined, directed=False)
    found: list[list[str]] = [[] for _ in range(count)]
    for number, n in zip(numbers, label.tolist(), strict=True):
        found[n].append(name_of(number))
    return found
