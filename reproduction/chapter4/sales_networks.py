"""How local and wholesale sales are organised: networks, and the order of operations."""

from collections.abc import Iterable

import pandas as pd

from reproduction.chapter4.sales import DESIGN, GROUPS, SYSTEM
from reproduction.chart import Chart
from reproduction.item import Reproduced, item
from reproduction.network_drawing import branch_rows, drawn
from reproduction.solved import Solved
from reproduction.timeline import exchanges, timeline
from scenarios.results import TSO
from scenarios.scenario import AreaView

SHOWN = 2  # rounds


@item(
    "fig-4.12",
    "Transmission network and the boundary buses of local and wholesale markets",
    "Drawn from the scenario: IEEE 14, a passive feeder (type A) at bus 9, active ones (type B) at "
    "10 and 14; the choice of buses is assumed.",
)
def transmission(solved: Solved) -> Reproduced:
    """Branches of transmission, with generators and boundary buses in the picture."""
    scenario = solved.scenario(SYSTEM)
    view = scenario.area(scenario.transmission)
    types = {a.area: f"feeder of type {a.type}" for a in scenario.areas}
    marked = _grouped((g.bus, "generator") for g in view.generators.values())
    marked |= _grouped((b.transmission_bus, types[b.area]) for b in scenario.boundaries)
    return Reproduced(branch_rows(view), Chart((drawn(view, marked, ""),)))


@item(
    "fig-4.13",
    "Sequence of operations of local and wholesale markets",
    "Drawn from the messages of a cleared day: forecast, first rounds and the end; shares of power "
    "offered wholesale are named before; the rounds are those of the schedule pool.",
)
def sequence(solved: Solved) -> Reproduced:
    """All messages between TSO and DSOs, in their order."""
    scenario = solved.scenario(SYSTEM)
    area_of = {b.boundary: b.area for b in scenario.boundaries}
    sent = exchanges(solved.clearing(SYSTEM, DESIGN).tables["message"].to_pandas(), area_of)
    last = sent["round"].max()
    shown = sent[(sent["round"] <= SHOWN) | (sent["round"] == last)].reset_index(drop=True)
    title = f"forecast, rounds 1 to {SHOWN} and round {last}"
    parties = (*reversed(scenario.distribution), TSO)
    return Reproduced(sent, Chart((timeline(shown, parties, title),)))


@item(
    "fig-4.14",
    "Feeders of local and wholesale markets, with their generators",
    "Drawn from the scenario: 17-bus feeders; the places of generators are assumed.",
)
def feeders(solved: Solved) -> Reproduced:
    """Branches of all feeders, with generators by type in the picture."""
    scenario = solved.scenario(SYSTEM)
    views = [scenario.area(name) for name in scenario.distribution]
    panels = tuple(drawn(view, _roots(view) | _types(view), view.name) for view in views)
    table = pd.concat([branch_rows(view) for view in views], ignore_index=True)
    return Reproduced(table, Chart(panels, columns=3))


def _roots(view: AreaView) -> dict[str, list[str]]:
    return _grouped((port.bus, "boundary") for port in view.ports.values())


def _types(view: AreaView) -> dict[str, list[str]]:
    return _grouped((g.bus, GROUPS[g.participation]) for g in view.generators.values())


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for bus, group in pairs:
        groups.setdefault(group, []).append(bus)
    return groups


ITEMS = (transmission, sequence, feeders)
