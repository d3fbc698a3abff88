"""How local and wholesale sales are organised: networks, and the order of operations."""

from collections.abc import Iterable

import pandas as pd

from reproduction.chapter4.data_exchange import ASSUMED_WINDOW, SHOWN, WINDOW
from reproduction.chapter4.sales import CHOSEN, DESIGN, GROUPS, LIGHT, SYSTEM
from reproduction.chart import Chart
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.network_drawing import branch_rows, drawn
from reproduction.solved import Solved
from reproduction.timeline import closing, exchanges, timeline, told
from scenarios.results import TSO
from scenarios.scenario import AreaView


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
    fed = [f"{b.transmission_bus} (type {scenario.area(b.area).type})" for b in scenario.boundaries]
    finding = (
        f"{len(scenario.boundaries)} feeders hang at buses {listed(fed)}. "
        f"Transmission has {len(view.network.buses)} buses, {len(view.network.branches)} branches "
        f"and {len(view.generators)} generators."
    )
    return Reproduced(branch_rows(view), Chart((drawn(view, marked, "IEEE 14"),)), finding)


@item(
    "fig-4.13",
    "Sequence of operations of local and wholesale markets",
    f"Drawn from the messages of a day cleared by schedule pool; shares of power offered wholesale "
    f"are named before the gate opens; {ASSUMED_WINDOW}; {CHOSEN}.",
)
def sequence(solved: Solved) -> Reproduced:
    """All messages between TSO and DSOs with their time."""
    scenario, tables = solved.scenario(LIGHT), solved.clearing(LIGHT, DESIGN).tables
    area_of = {b.boundary: b.area for b in scenario.boundaries}
    sent = exchanges(tables["message"].to_pandas(), area_of, WINDOW)
    parties = (*reversed(scenario.distribution), TSO)
    title = f"opening and the first {SHOWN} clearings"
    panels = (
        timeline(sent[sent["turn"] <= SHOWN], parties, title, WINDOW),
        closing(tables["round"].to_pandas(), sent, WINDOW, "the whole window"),
    )
    return Reproduced(sent, Chart(panels), told(sent, WINDOW, "the schedule pool"))


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
    kinds = {
        view.name: [f"{g.bus} ({GROUPS[g.participation]})" for g in view.generators.values()]
        for view in views
    }
    stand = [f"{name} at {listed(found)}" for name, found in kinds.items() if found]
    none = [view.name for view in views if not view.generators]
    finding = (
        f"Each feeder has {len(views[0].network.buses)} buses, and generators stand in "
        f"{listed(stand)}. "
        f"Passive is {listed(none)}, which only buys."
    )
    return Reproduced(table, Chart(panels, columns=3), finding)


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
