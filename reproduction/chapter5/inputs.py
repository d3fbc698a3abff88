"""The systems of the chapter in figures and pictures."""

import pandas as pd

from reproduction.chapter5.systems import ASSUMED, Active, Households
from reproduction.chart import Chart
from reproduction.item import Reproduced, item
from reproduction.network_drawing import branch_rows, drawn
from reproduction.solved import Solved
from scenarios.scenario import Scenario

READING = "PV for half of every feeder's load and a generator for a fifth of it at bus 18"


@item("table-5.1", "Integrated system of the line flow cases", f"{ASSUMED}; {READING}.")
def integrated_system(solved: Solved) -> Reproduced:
    """Size, load and generation of every area, with its boundary bus."""
    scenario = solved.scenario(Active())
    fed = {b.area: b.transmission_bus for b in scenario.boundaries}
    rows = [
        {
            "area": view.name,
            "boundary_bus": fed.get(view.name, ""),
            "buses": len(view.network.buses),
            "branches": len(view.network.branches),
            "load_mw": sum(r.p_mw for r in view.loads.values()),
            "load_mvar": sum(r.q_mvar for r in view.loads.values()),
            "pv_mw": sum(g.p_max_mw for g in view.generators.values() if g.technology == "pv"),
            "other_mw": sum(g.p_max_mw for g in view.generators.values() if g.technology != "pv"),
        }
        for view in (scenario.area(a.area) for a in scenario.areas)
    ]
    return Reproduced(pd.DataFrame(rows))


@item(
    "fig-5.4",
    "Test system of the line flow cases",
    f"Drawn from the scenario: {ASSUMED}; {READING}.",
)
def of_the_cases(solved: Solved) -> Reproduced:
    """Branches of transmission and of one feeder."""
    return _both(solved.scenario(Active()))


@item("fig-5.8", "Test system of the rankings", f"Drawn from the scenario: {ASSUMED}.")
def of_the_rankings(solved: Solved) -> Reproduced:
    """Branches of transmission and of one feeder."""
    return _both(solved.scenario(Households()))


def _both(scenario: Scenario) -> Reproduced:
    """Transmission with its boundary buses, and the first feeder with its generators."""
    upper = scenario.area(scenario.transmission)
    below = [scenario.area(name) for name in scenario.distribution]
    marked = {
        "generator": [g.bus for g in upper.generators.values()],
        "boundary": [b.transmission_bus for b in scenario.boundaries],
    }
    inside = {
        "generator": [g.bus for g in below[0].generators.values() if g.technology != "pv"],
        "boundary": [below[0].network.slack_bus],
    }
    panels = (
        drawn(upper, marked, "IEEE 14"),
        drawn(below[0], inside, "one of three feeders"),
    )
    table = pd.concat([branch_rows(view) for view in (upper, *below)], ignore_index=True)
    return Reproduced(table, Chart(panels))


ITEMS = (integrated_system, of_the_cases, of_the_rankings)
