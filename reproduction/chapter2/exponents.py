"""What feeders draw by the exponents of their loads, in full and lumped."""

from dataclasses import replace

import numpy as np
import pandas as pd

from reproduction.chapter2.assumed import ASSUMED
from reproduction.chapter2.load_flows import LIMITS, exponents_of, flow_of
from reproduction.chapter2.reference import MEASURED
from reproduction.chart import Chart, Panel
from reproduction.findings import span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from scenarios.systems.load_flow import SYSTEM_14A, SYSTEM_14B, SYSTEMS, System
from security.ac.operation import base_operation
from security.coordinated.alone import FIXED_ROOT, measured, nominal
from security.coordinated.boundary_iteration import Operators
from security.load_flow import Method

EXPONENTS = np.linspace(0, 3, 13)
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
    plain, own = (table[(table["system"] == PLAIN.name) == is_plain] for is_plain in (True, False))
    firm = plain.iloc[0]
    finding = (
        f"A feeder whose loads have exponent 0 draws power with {firm['n_p_measured']:.2f} in P "
        f"and {firm['n_q_measured']:.2f} in Q: its losses fall as voltage rises. With generators "
        f"inside, P follows voltage with {span(own['n_p_measured'], '.2f')} where loads weigh "
        f"{span(own['n_p_weighted'], '.2f')}, because what is drawn is the difference."
    )
    return Reproduced(table, finding=finding)


@item(
    "fig-2.8",
    "Power into the feeder at bus 7 of 14B by load exponent: P and Q",
    SWEPT,
)
def at_7(solved: Solved) -> Reproduced:
    """P_BD (MW) and Q_BD (Mvar) by exponent and method."""
    return _drawn(solved, SYSTEM_14B, "7")


@item(
    "fig-2.9",
    "Power into the feeder at bus 10 of 14A by load exponent: P and Q",
    SWEPT,
)
def at_10(solved: Solved) -> Reproduced:
    """P_BD (MW) and Q_BD (Mvar) by exponent and method."""
    return _drawn(solved, SYSTEM_14A, "10")


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


def _drawn(solved: Solved, system: System, bus: str) -> Reproduced:
    table = _swept(solved, system, bus)
    sides = (
        ("P", "p_mw", "power into the feeder, MW"),
        ("Q", "q_mvar", "reactive power into the feeder, Mvar"),
    )
    panels = tuple(
        Panel(title, "exponent of all loads", words, series_by(table, "method", "exponent", column))
        for title, column, words in sides
    )
    return Reproduced(table, Chart(panels), _finding(table))


def _swept(solved: Solved, system: System, bus: str) -> pd.DataFrame:
    """What the feeder at a bus draws by exponent and method."""
    rows = []
    for n in EXPONENTS.tolist():
        now = replace(system, loads=((n, n),), units="none")
        boundary = next(
            b.boundary for b in solved.scenario(now).boundaries if b.transmission_bus == bus
        )
        for name, method in METHODS.items():
            power = flow_of(solved, now, method).ports[boundary].power
            rows.append((name, n, power.real, power.imag))
    return pd.DataFrame(rows, columns=["method", "exponent", "p_mw", "q_mvar"])


def _finding(table: pd.DataFrame) -> str:
    p, q = (table.pivot_table(c, "exponent", "method") for c in ("p_mw", "q_mvar"))
    across = [_crossing(side["ITLF"] - side["CLF"]) for side in (p, q)]
    return (
        f"From exponent 0 to {EXPONENTS[-1]:g} the lumped load of ITLF changes by "
        f"{_growth(p['ITLF']):+.1%} in P and {_growth(q['ITLF']):+.1%} in Q, and the feeder in "
        f"full, whose voltages are nearer to 1 p.u., by {_growth(p['CLF']):+.1%} and "
        f"{_growth(q['CLF']):+.1%}. ITLF draws less than CLF below exponent {across[0]:.2f} in P "
        f"and {across[1]:.2f} in Q, because it has no losses, and more above."
    )


def _growth(drawn: pd.Series) -> float:
    return float(drawn.iloc[-1] / drawn.iloc[0] - 1)


def _crossing(error: pd.Series) -> float:
    """The exponent at which an error that grows is nil."""
    return float(np.interp(0.0, error.to_numpy(), error.index.to_numpy(dtype=float)))


ITEMS = (equivalent, at_7, at_10)
