"""Load flows with and without coordination: ITLF, IDLF, CLF, and the merged network."""

import numpy as np
import pandas as pd

from reproduction.chapter2.assumed import ASSUMED
from reproduction.chapter2.reference import TOLD
from reproduction.chart import Chart, Panel, Series
from reproduction.findings import span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.merging import merged_bus
from scenarios.systems.load_flow import SYSTEM_14A, SYSTEM_30A, SYSTEM_30B, System
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
    of = {name: table[table["method"] == name].reset_index(drop=True) for name in METHODS}
    apart = (of["CLF"]["v_pu"] - of["CLF"]["merged_v_pu"]).abs().max()
    above = of["ITLF"]["v_pu"] - of["CLF"]["v_pu"]
    lower = (of["IDLF"]["v_min_pu"] - of["CLF"]["v_min_pu"]).abs().max()
    finding = (
        f"CLF agrees with the merged network to {apart:.0e} p.u. in "
        f"{span(of['CLF']['rounds'], 'd')} rounds of two messages for each feeder. ITLF misses "
        f"boundary voltages by {above.min():+.4f} to {above.max():+.4f} p.u., and IDLF the lowest "
        f"voltage of a feeder by up to {lower:.3f} p.u., because each sees one side alone."
    )
    return Reproduced(table, finding=finding)


@item(
    "fig-2.7",
    "Voltages of 30B by CLF and NRLF-OM: (a) TS, (b) DS",
    f"NRLF-OM is read as Newton's load flow of the merged network with step control; {ASSUMED}; "
    f"{LIMITS}.",
)
def voltage_profile(solved: Solved) -> Reproduced:
    """Voltage (p.u.) at every bus by both methods, and the difference."""
    scenario = solved.scenario(SYSTEM_30B)
    together = flow_of(solved, SYSTEM_30B, "response")
    whole = merged_voltages(scenario, flow_of(solved, SYSTEM_30B, "merged"))
    found = merged_voltages(scenario, together)
    table = pd.DataFrame(
        [
            (b.area, b.bus, abs(whole[name]), abs(found[name]), abs(found[name] - whole[name]))
            for b in scenario.buses
            for name in [merged_bus(scenario, b.area, b.bus)]
        ],
        columns=["area", "bus", "merged_v_pu", "v_pu", "difference_pu"],
    )
    is_upper = table["area"] == scenario.transmission
    panels = (
        _profile("(a) TS", table[is_upper], "bus of transmission"),
        _profile("(b) DS", table[~is_upper], "bus of the feeders, one after the other"),
    )
    lowest = table.iloc[int(table["v_pu"].to_numpy().argmin())]
    finding = (
        f"At all {len(whole)} buses both methods agree to {table['difference_pu'].max():.0e} p.u., "
        f"after {together.rounds} rounds between the operators. The lowest voltage is "
        f"{lowest['v_pu']:.4f} p.u. at bus {lowest['bus']} of {lowest['area']}."
    )
    return Reproduced(table, Chart(panels, columns=1), finding)


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


def _profile(title: str, table: pd.DataFrame, x: str) -> Panel:
    number = list(range(1, len(table) + 1))
    series = (
        Series(MERGED, number, list(table["merged_v_pu"]), "dashed"),
        Series("CLF", number, list(table["v_pu"]), "dots"),
    )
    return Panel(title, x, "voltage, p.u.", series)


ITEMS = (compared, voltage_profile)
