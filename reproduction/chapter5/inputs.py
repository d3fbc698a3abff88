"""The systems of the chapter in figures and pictures."""

from collections.abc import Sequence

import pandas as pd

from reproduction.chapter5.assumed import ASSUMED
from reproduction.chart import Chart
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.network_drawing import branch_rows, drawn
from reproduction.solved import Solved
from scenarios.scenario import AreaView, Scenario
from scenarios.systems.outages import PV_SHARE, UNIT_SHARE, WIND_SHARE, Active, Renewable

READING = (
    f"PV for {PV_SHARE:.0%} of every feeder's load at bus 25, wind for {WIND_SHARE:.0%} at bus 33 "
    f"and a generator for {UNIT_SHARE:.0%} at bus 18"
)
RANKED = 0.5  # share of renewables in the picture
KINDS = {"pv": "PV", "wind": "wind", "thermal": "generator"}


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
            **{f"{kind.lower()}_mw": _power(view, kind) for kind in KINDS.values()},
        }
        for view in (scenario.area(a.area) for a in scenario.areas)
    ]
    table = pd.DataFrame(rows)
    below = table[table["boundary_bus"] != ""]
    finding = (
        f"{table['buses'].sum()} buses carry {table['load_mw'].sum():.1f} MW of load, "
        f"{below['load_mw'].sum():.1f} MW of it in {len(below)} feeders. "
        f"Their PV of {below['pv_mw'].sum():.1f} MW, wind of {below['wind_mw'].sum():.1f} MW and "
        f"generators of {below['generator_mw'].sum():.1f} MW give "
        f"{below[['pv_mw', 'wind_mw', 'generator_mw']].sum().sum() / below['load_mw'].sum():.0%} "
        "of what they load."
    )
    return Reproduced(table, finding=finding)


@item(
    "fig-5.4",
    "Test system of the line flow cases",
    f"Drawn from the scenario: {ASSUMED}; {READING}.",
)
def of_the_cases(solved: Solved) -> Reproduced:
    """Branches of transmission and of one feeder."""
    return _both(solved.scenario(Active()))


@item(
    "fig-5.8",
    "Test system of the rankings",
    "Drawn from the scenario: half of the renewables of every feeder is PV at bus 18, half wind at "
    f"bus 33; {ASSUMED}.",
)
def of_the_rankings(solved: Solved) -> Reproduced:
    """Branches of transmission and of one feeder."""
    return _both(solved.scenario(Renewable(RANKED)))


def _both(scenario: Scenario) -> Reproduced:
    """Transmission with its boundary buses, and the first feeder with its plants."""
    upper = scenario.area(scenario.transmission)
    below = [scenario.area(name) for name in scenario.distribution]
    marked = {
        "generator": [g.bus for g in upper.generators.values()],
        "boundary": [b.transmission_bus for b in scenario.boundaries],
    }
    inside = {"generator": _buses(below[0], "generator"), "boundary": [below[0].network.slack_bus]}
    inside |= {kind: _buses(below[0], kind) for kind in ("PV", "wind")}
    panels = (
        drawn(upper, marked, "IEEE 14"),
        drawn(below[0], inside, "one of three feeders"),
    )
    table = pd.concat([branch_rows(view) for view in (upper, *below)], ignore_index=True)
    return Reproduced(table, Chart(panels), _told(upper, below))


def _told(upper: AreaView, below: Sequence[AreaView]) -> str:
    buses = listed(port.bus for port in upper.ports.values())
    made = [
        f"{sum(_power(view, kind) for view in below):.1f} MW of {kind} at bus "
        f"{listed(_buses(below[0], kind))} of each"
        for kind in KINDS.values()
        if _buses(below[0], kind)
    ]
    return (
        f"Feeders of {len(below[0].network.buses)} buses hang below buses {buses} of "
        f"transmission with its {len(upper.network.buses)}. "
        f"In all they hold {listed(made)}."
    )


def _buses(view: AreaView, kind: str) -> list[str]:
    return [g.bus for g in view.generators.values() if KINDS.get(g.technology) == kind]


def _power(view: AreaView, kind: str) -> float:
    """Greatest output (MW) of all plants of a kind."""
    return sum(g.p_max_mw for g in view.generators.values() if KINDS.get(g.technology) == kind)


ITEMS = (integrated_system, of_the_cases, of_the_rankings)
