"""Load flows with and without coordination: ITLF, IDLF, CLF, and the merged network."""

import numpy as np
import pandas as pd

from reproduction.chapter2.reference import TOLD
from reproduction.chapter2.systems import (
    ASSUMED,
    SYSTEM_14A,
    SYSTEM_30A,
    SYSTEM_30B,
    System,
)
from reproduction.chart import Chart, Panel, Series
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from security.coordinated.alone import FIXED_ROOT
from security.load_flow import LoadFlow, Method, base_load_flow, merged_voltages

METHODS: dict[str, Method] = {"ITLF": "itlf", "IDLF": "idlf", "CLF": "plain"}
MERGED = "NRLF-OM"
LIMITS = "no reactive limits"


def flow_of(solved: Solved, system: System, method: Method) -> LoadFlow:
    """Load flow of a system's base case."""
    return solved.once(
        ("load flow", system, method),
        lambda: base_load_flow(solved.scenario(system), method=method),
    )


@item(
    "table-2.5",
    "ITLF, IDLF and CLF",
    f"ITLF: feeders as lumped loads; IDLF: roots at 1 p.u.; CLF: exchange of voltage and power; "
    f"{ASSUMED}; {LIMITS}; the systems T..D.. have no local generators, and values of another "
    "program beside ours.",
)
def compared(solved: Solved) -> Reproduced:
    """Voltage and power of every boundary by system and method."""
    systems = [SYSTEM_14A, SYSTEM_30A, SYSTEM_30B]
    systems += dict.fromkeys(told.system for told in TOLD)
    rows = [
        row
        for system in systems
        for name, method in METHODS.items()
        for row in _boundary_rows(solved, system, name, method)
    ]
    table = pd.DataFrame(rows).merge(_reference(), how="left")
    for ours, unit in (("v", "pu"), ("p", "mw"), ("q", "mvar"), ("v_min", "pu")):
        table[f"{ours}_difference_{unit}"] = table[f"{ours}_{unit}"] - table[f"other_{ours}_{unit}"]
    return Reproduced(table)


@item(
    "fig-2.7",
    "Voltages of 30B by coordinated and by merged load flow",
    f"NRLF-OM is read as Newton's load flow of the merged network with step control; {ASSUMED}; "
    f"{LIMITS}.",
)
def voltage_profile(solved: Solved) -> Reproduced:
    """Voltage (p.u.) at every bus by both methods, and the difference."""
    scenario = solved.scenario(SYSTEM_30B)
    together = flow_of(solved, SYSTEM_30B, "response")
    whole = merged_voltages(scenario, flow_of(solved, SYSTEM_30B, "merged"))
    found = merged_voltages(scenario, together)
    size = {bus: abs(v) for bus, v in found.items()}
    rows = [(bus, n, abs(whole[bus]), size[bus]) for n, bus in enumerate(whole, start=1)]
    table = pd.DataFrame(rows, columns=["bus", "number", "merged_v_pu", "v_pu"])
    table["difference_pu"] = [abs(found[bus] - whole[bus]) for bus in table["bus"]]
    return Reproduced(table, Chart((_profile(table), _differences(table)), columns=1))


def _boundary_rows(
    solved: Solved, system: System, name: str, method: Method
) -> list[dict[str, object]]:
    flow, merged = (flow_of(solved, system, m) for m in (method, "merged"))
    scenario = solved.scenario(system)
    rows = []
    for b in scenario.boundaries:
        area, port = flow.areas[b.area], flow.ports[b.boundary]
        knows_feeder = name != "ITLF"
        rows.append(
            {
                "system": system.name,
                "loads": exponents_of(system),
                "bus": b.transmission_bus,
                "method": name,
                "v_pu": FIXED_ROOT if name == "IDLF" else abs(port.voltage),
                "p_mw": port.power.real,
                "q_mvar": port.power.imag,
                "v_min_pu": area.lowest[0] if knows_feeder else np.nan,
                "loss_mw": area.loss_mw if knows_feeder else np.nan,
                "rounds": flow.rounds,
                "merged_v_pu": abs(merged.ports[b.boundary].voltage),
                "merged_p_mw": merged.ports[b.boundary].power.real,
            }
        )
    return rows


def exponents_of(system: System) -> str:
    """Load exponents of a system's feeders in words."""
    if len(system.loads) > 1:
        return "types in turn"
    return "{:g}, {:g}".format(*system.loads[0])


def _reference() -> pd.DataFrame:
    rows = []
    for told in TOLD:
        v = {"ITLF": told.v[1], "IDLF": FIXED_ROOT, "CLF": told.v[0]}
        power = dict(zip(("CLF", "ITLF", "IDLF"), told.power, strict=True))
        lowest = dict(zip(("CLF", "IDLF"), told.lowest, strict=True))
        rows += [
            {
                "system": told.system.name,
                "loads": exponents_of(told.system),
                "bus": told.bus,
                "method": method,
                "other_v_pu": v[method],
                "other_p_mw": power[method].real,
                "other_q_mvar": power[method].imag,
                "other_v_min_pu": lowest.get(method, np.nan),
            }
            for method in METHODS
        ]
    return pd.DataFrame(rows)


def _profile(table: pd.DataFrame) -> Panel:
    number = list(table["number"])
    series = (
        Series(MERGED, number, list(table["merged_v_pu"]), "dashed"),
        Series("CLF", number, list(table["v_pu"]), "dots"),
    )
    title = "transmission, then feeder by feeder"
    return Panel(title, "bus of the merged network", "voltage, p.u.", series)


def _differences(table: pd.DataFrame) -> Panel:
    apart = table["difference_pu"].where(table["difference_pu"] > 0)
    series = Series("difference", list(table["number"]), list(apart), "dots", colour=2)
    title = "difference of complex voltages"
    return Panel(title, "bus of the merged network", "p.u.", (series,), log_y=True)


ITEMS = (compared, voltage_profile)
