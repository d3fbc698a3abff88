"""Curves of voltage by loading and by power served: feeders in full, and lumped."""

from collections.abc import Sequence

import pandas as pd

from reproduction.chapter3.systems import (
    ASSUMED,
    HOUSEHOLD,
    Fed,
    at_buses,
    four_feeders_on_118,
    two_feeders_on_14,
    two_feeders_on_30,
)
from reproduction.chart import Chart
from reproduction.item import Reproduced, item
from reproduction.network_drawing import branch_rows, drawn
from reproduction.solved import Solved
from reproduction.tidy_panels import panels_by

BY_LAMBDA = (("lambda", "lambda"), ("v_pu", "voltage, p.u."))
BY_POWER = (("p_mw", "power served, MW"), ("v_pu", "voltage, p.u."))
SERVED = (("lambda", "lambda"), ("p_mw", "power served, MW"))
BOTH, ALL = ("CCPF", "TCPF"), ("CCPF", "TCPF", "TCPF-LM")
CONSTANT = f"Constant power loads; {ASSUMED}; generation of transmission grows with the load."
FOLLOWING = (
    f"Feeders' loads with exponents 1.2 and 3.0; {ASSUMED}; generation of transmission grows "
    "with the load."
)


@item(
    "fig-3.5",
    "IEEE 14 with two feeders of 33 buses",
    "Drawn from the scenario; feeders at buses 10 and 12.",
)
def networks(solved: Solved) -> Reproduced:
    """Branches of both networks."""
    scenario = solved.scenario(two_feeders_on_14())
    upper, lower = (scenario.area(name) for name in ("T", "D10"))
    generators = {"generator": [g.bus for g in upper.generators.values()]}
    marked = generators | {"boundary": [b.transmission_bus for b in scenario.boundaries]}
    panels = (
        drawn(upper, marked, "transmission"),
        drawn(lower, {"generator": [], "boundary": [lower.network.slack_bus]}, "feeder"),
    )
    table = pd.concat([branch_rows(upper), branch_rows(lower)], ignore_index=True)
    return Reproduced(table, Chart(panels))


@item("fig-3.6", "Voltage by loading, feeders in full and lumped", CONSTANT)
def by_loading(solved: Solved) -> Reproduced:
    """Voltage (p.u.) of a boundary bus by lambda."""
    table = _curves(solved, [two_feeders_on_14(), two_feeders_on_30()], BOTH)
    chosen = table[table["bus"].isin(["10", "19"])].reset_index(drop=True)
    return Reproduced(chosen, Chart(panels_by(chosen, "place", "method", BY_LAMBDA)))


@item("fig-3.7", "Voltage of boundary buses by power served", FOLLOWING)
def at_boundaries(solved: Solved) -> Reproduced:
    """Voltage (p.u.) and power of the feeders (MW) along the curve."""
    return _by_power(solved, _small(), BOTH, "boundary")


@item("fig-3.8", "Voltage of buses without feeder by power served", FOLLOWING)
def beside(solved: Solved) -> Reproduced:
    """Voltage (p.u.) and load (MW) of a bus of transmission along the curve."""
    return _by_power(solved, _small(), BOTH, "watched")


@item("fig-3.9", "Voltage of boundary buses by power served, three methods", FOLLOWING)
def three_methods(solved: Solved) -> Reproduced:
    """As before, with lumped loads that follow voltage."""
    return _by_power(solved, _small(), ALL, "boundary")


@item("fig-3.10", "IEEE 118 with four feeders: voltage by power served", FOLLOWING)
def large(solved: Solved) -> Reproduced:
    """Boundary buses and one without feeder, by three methods."""
    return _by_power(solved, [four_feeders_on_118(HOUSEHOLD)], ALL, None)


@item("fig-3.11", "Power served at boundary buses by loading", FOLLOWING)
def served(solved: Solved) -> Reproduced:
    """Power (MW) by lambda: with loads that follow voltage it may peak before the nose."""
    table = _curves(solved, _small(), ALL)
    chosen = table[table["kind"] == "boundary"].reset_index(drop=True)
    return Reproduced(chosen, Chart(panels_by(chosen, "place", "method", SERVED)))


def _small() -> list[Fed]:
    return [two_feeders_on_14(HOUSEHOLD), two_feeders_on_30(HOUSEHOLD)]


def _by_power(
    solved: Solved, systems: Sequence[Fed], methods: Sequence[str], kind: str | None
) -> Reproduced:
    table = _curves(solved, systems, methods)
    chosen = table if kind is None else table[table["kind"] == kind].reset_index(drop=True)
    return Reproduced(chosen, Chart(panels_by(chosen, "place", "method", BY_POWER)))


def _curves(solved: Solved, systems: Sequence[Fed], methods: Sequence[str]) -> pd.DataFrame:
    parts = [at_buses(solved, fed, method) for fed in systems for method in methods]
    table = pd.concat(parts, ignore_index=True)
    table["place"] = table["system"] + ", bus " + table["bus"]
    return table


ITEMS = (networks, by_loading, at_boundaries, beside, three_methods, large, served)
