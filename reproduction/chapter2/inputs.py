"""The systems of the chapter in figures and pictures."""

import pandas as pd

from reproduction.chapter2.assumed import ASSUMED
from reproduction.chart import Chart
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.network_drawing import branch_rows, drawn
from reproduction.solved import Solved
from scenarios.systems.coupled import load_mw
from scenarios.systems.load_flow import DISPATCHED, FIXED, Q_SHARE, SYSTEM_14A, SYSTEMS, optimised


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
    table = pd.DataFrame(rows)
    share = table["feeder_load_mw"] / (table["feeder_load_mw"] + table["transmission_load_mw"])
    local = table["local_generation_mw"] / table["feeder_load_mw"]
    finding = (
        f"The systems have {span(table['buses'], 'd')} buses, of which transmission has 14 or 30. "
        f"Feeders hold {span(share, '.0%')} of all load and could generate {span(local, '.0%')} of "
        "their own."
    )
    return Reproduced(table, finding=finding)


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
    table = pd.DataFrame(rows, columns=columns)
    first, second = (own for _, own in table.groupby("type"))
    finding = (
        f"Loads of type A follow voltage with exponents {span(first['n_p'])} of P and "
        f"{span(first['n_q'])} of Q, {first['n_p'].nunique()} kinds of load in turn. All "
        f"{len(second)} loads of type B have {span(second['n_p'])} and {span(second['n_q'])}."
    )
    return Reproduced(table, finding=finding)


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
    table = pd.DataFrame(rows, columns=columns)
    shares = table.groupby(["system", "area"])["share_of_load"].sum()
    given = table[table["q_mvar"] > 0]
    finding = (
        f"{len(FIXED)} units in each of {len(shares)} feeders meet {span(shares, '.0%')} of its "
        f"load, {span(table['p_mw'], '.2f')} MW each. Reactive power comes from "
        f"{given['bus'].nunique()} of them, {span(given['q_mvar'] / given['p_mw'], '.2f')} of what "
        "they give in real power."
    )
    return Reproduced(table, finding=finding)


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
    table = pd.DataFrame(rows, columns=columns)
    cost = table.groupby("bus", sort=False)["c1_usd_per_mwh"].first()
    total = sum(unit.share for unit in DISPATCHED.values())
    told = listed(f"{price:g} (bus {bus})" for bus, price in cost.items())
    finding = (
        f"First costs are {told} $/MWh, below and above those of transmission's generators. "
        f"Together the units of a feeder could meet {total:.0%} of its load and {Q_SHARE:.0%} of "
        "that in reactive power."
    )
    return Reproduced(table, finding=finding)


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
    finding = (
        f"Three feeders of {len(lower.network.buses)} buses hang below buses {listed(fed)} of a "
        f"transmission network of {len(upper.network.buses)}. Each has {len(units[lower.name])} "
        f"generators of its own, at buses {listed(units[lower.name])}."
    )
    return Reproduced(table, Chart(panels), finding)


ITEMS = (test_systems, load_exponents, fixed_units, dispatched_units, system_14a)
