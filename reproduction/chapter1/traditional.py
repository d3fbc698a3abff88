"""The traditional model: transmission plans with feeders as loads, and nobody tells the other."""

import pandas as pd

from reproduction.diagram import Band, Box, Diagram, Link
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.scenario import AreaView
from scenarios.systems.load_flow import SYSTEM_14A

UPPER, LOWER = "TSO", "DSO"


@item(
    "fig-1.1",
    "The traditional model of operation",
    "Drawn from system 14A, counted in its scenario; power flows from large generators to loads, "
    "forecasts go up before the day, and nothing comes down.",
)
def traditional(solved: Solved) -> Reproduced:
    """Who runs what, what flows, and what nobody says; one row for each operator."""
    scenario = solved.scenario(SYSTEM_14A)
    views = [scenario.area(a.area) for a in scenario.areas]
    table = pd.DataFrame([_counted(view) for view in views])
    upper, lower = table.iloc[0], table.iloc[1:]
    feeders = len(lower)
    seen = upper["buses"] + feeders
    every = table["buses"].sum()
    finding = (
        f"Of the {every} buses of 14A and its feeders the TSO sees {seen}: its own and one load "
        f"for each of {feeders} feeders. It knows nothing of {lower['generators'].sum()} "
        f"generators and {lower['loads'].sum()} loads below, and the DSOs nothing of the voltage "
        "that they get."
    )
    return Reproduced(table, _diagram(upper, lower), finding)


def _counted(view: AreaView) -> dict[str, object]:
    return {
        "operator": UPPER if view.side < 0 else f"{LOWER} {view.name}",
        "buses": len(view.network.buses),
        "generators": len(view.generators),
        "loads": len(view.loads),
        "generation_mw": sum(g.p_max_mw for g in view.generators.values()),
        "load_mw": sum(r.p_mw for r in view.loads.values()),
    }


def _diagram(upper: "pd.Series[float]", lower: pd.DataFrame) -> Diagram:
    middle = (len(lower) - 1) / 2
    units = f"{upper['generators']} generators\n{upper['generation_mw']:.0f} MW"
    grid = f"transmission, {upper['buses']} buses\nload {upper['load_mw']:.0f} MW"
    boxes = [
        Box("units", units, middle, 0),
        Box("grid", grid, middle, 1),
        Box("tso", "TSO", middle - 1, 0, "party"),
    ]
    links = [Link("units", "grid", "power"), Link("tso", "units", "dispatches", colour=7)]
    for n, row in enumerate(lower.to_dict("records")):
        inside = f"{row['loads']} loads, {row['generators']} generators"
        boxes += [
            Box(f"load {n}", f"one load, {row['load_mw']:.1f} MW\nby forecast", n, 2.2, colour=1),
            Box(f"feeder {n}", f"feeder, {row['buses']} buses\n{inside}", n, 3.6, colour=2),
            Box(f"dso {n}", str(row["operator"]), n, 4.6, "party", 2),
        ]
        links += [
            Link("grid", f"load {n}"),
            Link(f"load {n}", f"feeder {n}", "power, no message", faint=True),
            Link(f"dso {n}", f"feeder {n}", "runs by itself", colour=7),
        ]
    count = range(len(lower))
    above = ("units", "grid", "tso", *(f"load {n}" for n in count))
    below = tuple(f"{kind} {n}" for n in count for kind in ("feeder", "dso"))
    bands = (Band("TSO", above, 0), Band("DSOs", below, 2))
    return Diagram(tuple(boxes), tuple(links), bands, (2.6, 0.95))


ITEMS = (traditional,)
