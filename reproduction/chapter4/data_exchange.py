"""Who tells whom what in coordinated operations, and when."""

import pandas as pd

from reproduction.chapter4.designs import ASSUMED_A, CMO, SYSTEM
from reproduction.chart import Chart
from reproduction.diagram import Band, Box, Diagram, Link
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.timeline import Window, closing, exchanges, timeline, told
from scenarios.results import TSO
from scenarios.scenario import AreaView, Scenario

SHOWN = 2  # turns
SAID = ("price", "schedule", "welfare")  # what is agreed on; all else certifies the gap
KINDS = {"thermal": "dispatchable", "pv": "PV", "wind": "wind"}
WINDOW = Window()
ASSUMED_WINDOW = (
    f"the clock is assumed: a gate from {WINDOW.gate.opens} to {WINDOW.gate.closes}, rounds of "
    f"{WINDOW.gate.round_minutes:g} minutes of which {WINDOW.clearing:g} are the TSO's clearing"
)


@item(
    "fig-4.1",
    "Data exchange between TSO, DSOs, resources and consumers under CMO",
    f"Resources and consumers are counted in the scenario, what passes between operators in the "
    f"messages of a round; {ASSUMED_A}.",
)
def actors(solved: Solved) -> Reproduced:
    """Messages of the opening and the first round, and who stands behind each operator."""
    scenario, sent = solved.scenario(SYSTEM), _sent(solved)
    first = sent[sent["round"] <= 1].reset_index(drop=True)
    return Reproduced(first, _actors(scenario, first), _told(scenario, first))


@item(
    "fig-4.2",
    "Timeline of CMO from the opening of the gate to the final schedule",
    f"Drawn from the messages of a day cleared by schedule pool; {ASSUMED_WINDOW}; {ASSUMED_A}.",
)
def order_of_messages(solved: Solved) -> Reproduced:
    """All messages with their time."""
    sent, rounds = _sent(solved), solved.clearing(SYSTEM, CMO).tables["round"].to_pandas()
    shown = sent[sent["turn"] <= SHOWN]
    parties = (*reversed(solved.scenario(SYSTEM).distribution), TSO)
    panels = (
        timeline(shown, parties, f"opening and the first {SHOWN} clearings", WINDOW),
        closing(rounds, sent, WINDOW, "the whole window"),
    )
    return Reproduced(sent, Chart(panels), told(sent, WINDOW, "the schedule pool"))


def _sent(solved: Solved) -> pd.DataFrame:
    scenario = solved.scenario(SYSTEM)
    area_of = {b.boundary: b.area for b in scenario.boundaries}
    message = solved.clearing(SYSTEM, CMO).tables["message"].to_pandas()
    return exchanges(message, area_of, WINDOW)


def _actors(scenario: Scenario, first: pd.DataFrame) -> Diagram:
    """Operators in the middle, generators above and below, consumers at the ends."""
    upper, areas = scenario.area(scenario.transmission), scenario.distribution
    middle = (len(areas) - 1) / 2
    boxes = [
        Box("units", f"{len(upper.generators)} generators\noffers", middle - 0.55, 0, colour=1),
        Box("loads", f"{len(upper.loads)} consumers\ndemand", middle + 0.55, 0, colour=2),
        Box(TSO, "TSO", middle, 1.3, "party"),
    ]
    links = [
        Link("units", TSO),
        Link("loads", TSO),
    ]
    passed = first[(first["turn"] > 0) & first["quantity"].isin(SAID)]
    down, up = (
        listed(dict.fromkeys(passed.loc[is_down, "quantity"]))
        for is_down in (passed["sender"] == TSO, passed["receiver"] == TSO)
    )
    for n, area in enumerate(areas):
        view = scenario.area(area)
        boxes += [
            Box(area, f"DSO of {area}", n, 3.4, "party", 4),
            Box(f"{area} makes", _resources(view), n, 5.0, colour=1),
            Box(f"{area} uses", _consumers(view), n, 6.5, colour=2),
        ]
        links += [
            Link(TSO, area, f"{down} down,\n{up} up", colour=0),
            Link(area, f"{area} makes", "offers up, set-points down"),
            Link(f"{area} makes", f"{area} uses", plain=True, faint=True),
        ]
    bands = [Band(area, (area, f"{area} makes", f"{area} uses")) for area in areas]
    return Diagram(tuple(boxes), tuple(links), tuple(bands), (2.7, 0.8))


def _resources(view: AreaView) -> str:
    sizes: dict[str, list[float]] = {}
    for g in view.generators.values():
        sizes.setdefault(KINDS.get(g.technology, g.technology), []).append(g.p_max_mw)
    return "\n".join(f"{len(p)} {kind}, {sum(p):.1f} MW" for kind, p in sizes.items())


def _consumers(view: AreaView) -> str:
    fixed = sum(r.p_mw for r in view.loads.values())
    flexible = sum(k.p_max_mw for k in view.bids.values())
    return (
        f"{len(view.loads)} consumers, {fixed:.1f} MW\n"
        f"{len(view.bids)} flexible loads, {flexible:.1f} MW"
    )


def _told(scenario: Scenario, first: pd.DataFrame) -> str:
    views = [scenario.area(a) for a in scenario.distribution]
    hidden = sum(len(v.generators) + len(v.loads) + len(v.bids) for v in views)
    rounds = first[first["round"] == 1]
    sent = rounds.groupby("quantity")["numbers"].sum() / len(views)
    down, up = sent["price"], sent["schedule"] + sent["welfare"]
    return (
        f"{hidden} generators, consumers and flexible loads below {len(views)} boundaries tell "
        "their DSO alone what they offer. "
        f"In a round the TSO tells each DSO {down:.0f} prices and hears {up:.0f} numbers, the "
        "schedule of its boundary and what that is worth."
    )


ITEMS = (actors, order_of_messages)
