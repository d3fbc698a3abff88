"""What feeders draw by the exponents of their loads, in full and lumped."""

from dataclasses import replace

import numpy as np
import pandas as pd

from reproduction.chapter2.load_flows import LIMITS, exponents_of, flow_of
from reproduction.chapter2.reference import MEASURED
from reproduction.chapter2.systems import ASSUMED, SYSTEM_14A, SYSTEM_14B, SYSTEMS, System
from reproduction.chart import Chart
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import panels_by
from security.ac.operation import base_operation
from security.coordinated.alone import FIXED_ROOT, measured, nominal
from security.coordinated.boundary_iteration import Operators
from security.load_flow import Method

EXPONENTS = np.linspace(0, 3, 13)
SHOWN = ((SYSTEM_14A, "10"), (SYSTEM_14B, "7"))
SWEPT = (
    f"All loads of feeders with one exponent, no local generators; voltages of IDLF are 1 p.u.; "
    f"{ASSUMED}; {LIMITS}."
)
METHODS: dict[str, Method] = {"CLF": "response", "ITLF": "itlf", "IDLF": "idlf"}
PLAIN = System("one feeder", "ieee14", ("10",))


@item(
    "table-2.6",
    "Equivalent exponents of feeders for ITLF",
    "Weighted by load, which ITLF takes, and measured as the slope of what the feeder draws, at "
    f"its boundary voltage with its generators, and for one plain feeder at 1 p.u.; {ASSUMED}; "
    "values of another program beside.",
)
def equivalent(solved: Solved) -> Reproduced:
    """Exponents of P and of Q for every feeder."""
    systems = (*SYSTEMS, *(replace(PLAIN, loads=(n,)) for n in MEASURED))
    rows = [row for system in systems for row in _rows(solved, system)]
    table = pd.DataFrame(rows)
    for n in ("n_p", "n_q"):
        table[f"{n}_difference"] = table[f"{n}_measured"] - table[f"{n}_other"]
    return Reproduced(table)


@item("fig-2.8", "Active power into feeders by load exponent", SWEPT)
def active(solved: Solved) -> Reproduced:
    """P_BD (MW) at two boundaries."""
    return _drawn(solved, "p_mw", "power into the feeder, MW")


@item("fig-2.9", "Reactive power into feeders by load exponent", SWEPT)
def reactive(solved: Solved) -> Reproduced:
    """Q_BD (Mvar) at two boundaries."""
    return _drawn(solved, "q_mvar", "reactive power into the feeder, Mvar")


def _rows(solved: Solved, system: System) -> list[dict[str, object]]:
    operators = solved.once(("operators", system), lambda: Operators(solved.scenario(system)))
    told = MEASURED.get(system.loads[0], (np.nan, np.nan)) if system.name == PLAIN.name else None
    flow = flow_of(solved, system, "response")
    rows = []
    for boundary, feeder in operators.feeders.items():
        operation = base_operation(feeder.view, feeder.grid)
        v = FIXED_ROOT if told else abs(flow.ports[boundary].voltage)
        weighted, slope = nominal(operation), measured(feeder.draw(operation, v), v)
        n_p, n_q = told or (np.nan, np.nan)
        rows.append(
            {
                "system": system.name,
                "loads": exponents_of(system),
                "bus": operators.upper.ports[boundary].bus,
                "v_pu": v,
                "n_p_weighted": weighted.n_p,
                "n_q_weighted": weighted.n_q,
                "n_p_measured": slope.n_p,
                "n_q_measured": slope.n_q,
                "n_p_other": n_p,
                "n_q_other": n_q,
            }
        )
    return rows


def _swept(solved: Solved) -> pd.DataFrame:
    rows = []
    for system, bus in SHOWN:
        for n in EXPONENTS.tolist():
            now = replace(system, loads=((n, n),), units="none")
            boundary = next(
                b.boundary for b in solved.scenario(now).boundaries if b.transmission_bus == bus
            )
            for name, method in METHODS.items():
                port = flow_of(solved, now, method).ports[boundary]
                place = f"{system.name}, bus {bus}"
                rows.append((place, name, n, port.power.real, port.power.imag))
    return pd.DataFrame(rows, columns=["place", "method", "exponent", "p_mw", "q_mvar"])


def _drawn(solved: Solved, column: str, words: str) -> Reproduced:
    table = solved.once("exponents swept", lambda: _swept(solved))
    own = table[["place", "method", "exponent", column]]
    axes = (("exponent", "exponent of all loads"), (column, words))
    return Reproduced(own, Chart(panels_by(own, "place", "method", axes)))


ITEMS = (equivalent, active, reactive)
