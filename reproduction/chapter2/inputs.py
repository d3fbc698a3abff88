"""The systems of the chapter in figures and pictures."""

import pandas as pd

from reproduction.chapter2.systems import (
    ASSUMED,
    DISPATCHED,
    FIXED,
    Q_SHARE,
    SYSTEM_14A,
    SYSTEMS,
    load_mw,
    optimised,
)
from reproduction.chart import Chart
from reproduction.item import Reproduced, item
from reproduction.network_drawing import branch_rows, drawn
from reproduction.solved import Solved


@item("table-2.1", "Test systems", f"The letter names the type of feeder; {ASSUMED}.")
def test_systems(solved: Solved) -> Reproduced:
    """Size and load of every system, and its boundary buses."""
    rows = []
    for system in SYSTEMS:
        scenario = solved.scenario(system)
        below = scenario.distribution
        rows.append(
            {
                "system": system.name,
                "network": system.network,
                "boundary_buses": ", ".join(system.boundaries),
                "buses": len(scenario.buses) - len(below),
                "transmission_load_mw": load_mw(scenario, scenario.transmission),
                "feeder_load_mw": sum(load_mw(scenario, area) for area in below),
                "local_generation_mw": sum(
                    g.p_max_mw for g in scenario.generators if g.area in below
                ),
            }
        )
    return Reproduced(pd.DataFrame(rows))


@item(
    "table-2.2",
    "Load exponents of both types of feeder",
    "A: homes, shops and industry in turn; B: all alike; exponents are usual ones of the "
    "literature and assumed.",
)
def load_exponents(solved: Solved) -> Reproduced:
    """Exponents of the load at every bus of a feeder."""
    rows = [
        (system.name[-1], load.bus, load.p_mw, load.q_mvar, load.n_p, load.n_q)
        for system in SYSTEMS[:2]
        for load in solved.scenario(system).area("D10").loads.values()
    ]
    columns = ["type", "bus", "p_mw", "q_mvar", "n_p", "n_q"]
    return Reproduced(pd.DataFrame(rows, columns=columns))


@item(
    "table-2.3",
    "Local generators in load flows",
    "Three units in every feeder at fixed output; places, sizes and power factors are assumed.",
)
def fixed_units(solved: Solved) -> Reproduced:
    """Output of every unit."""
    rows = []
    for system in SYSTEMS:
        scenario = solved.scenario(system)
        rows += [
            (system.name, g.area, g.bus, FIXED[g.bus].share, g.p_base_mw, g.q_base_mvar)
            for g in scenario.generators
            if g.area in scenario.distribution
        ]
    columns = ["system", "area", "bus", "share_of_load", "p_mw", "q_mvar"]
    return Reproduced(pd.DataFrame(rows, columns=columns))


@item(
    "table-2.4",
    "Local generators in optimal power flows",
    f"Cost c1 P + c2 P^2, reactive power within {Q_SHARE:g} of capacity; places, sizes and costs "
    "are assumed.",
)
def dispatched_units(solved: Solved) -> Reproduced:
    """Capacity and cost of every unit."""
    rows = []
    for system in SYSTEMS:
        scenario = solved.scenario(optimised(system))
        rows += [
            (system.name, g.area, g.bus, g.p_max_mw, g.q_max_mvar,
             DISPATCHED[g.bus].c1, DISPATCHED[g.bus].c2)
            for g in scenario.generators
            if g.area in scenario.distribution
        ]  # fmt: skip
    columns = ["system", "area", "bus", "p_max_mw", "q_max_mvar", "c1_usd_per_mwh",
               "c2_usd_per_mw2h"]  # fmt: skip
    return Reproduced(pd.DataFrame(rows, columns=columns))


@item("fig-2.6", "System 14A", f"Drawn from the scenario; {ASSUMED}.")
def system_14a(solved: Solved) -> Reproduced:
    """Branches of transmission and of one feeder."""
    scenario = solved.scenario(SYSTEM_14A)
    upper, lower = scenario.area(scenario.transmission), scenario.area("D10")
    units = {v.name: [g.bus for g in v.generators.values()] for v in (upper, lower)}
    fed = [b.transmission_bus for b in scenario.boundaries]
    root = [lower.network.slack_bus]
    panels = (
        drawn(upper, {"generator": units[upper.name], "boundary": fed}, "transmission"),
        drawn(lower, {"generator": units[lower.name], "boundary": root}, "feeder at bus 10"),
    )
    table = pd.concat([branch_rows(upper), branch_rows(lower)], ignore_index=True)
    return Reproduced(table, Chart(panels))


ITEMS = (test_systems, load_exponents, fixed_units, dispatched_units, system_14a)
