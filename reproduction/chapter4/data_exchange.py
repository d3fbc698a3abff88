"""Who tells whom what in coordinated operations, and in which order."""

import pandas as pd

from reproduction.chapter4.designs import ASSUMED_A, CMO, SYSTEM
from reproduction.chart import Chart
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.timeline import exchanges, timeline
from scenarios.results import TSO

SHOWN = 3  # rounds


@item(
    "fig-4.1",
    "Data exchange between TSO and DSOs under CMO",
    f"Drawn from the messages of the opening and the first round; {ASSUMED_A}.",
)
def actors(solved: Solved) -> Reproduced:
    """Messages of the forecast and the first round."""
    sent = _sent(solved)
    first = sent[sent["round"] <= 1].reset_index(drop=True)
    panel = timeline(first, _parties(solved), "forecast and round 1")
    return Reproduced(first, Chart((panel,)))


@item(
    "fig-4.2",
    "Timeline of CMO from forecast to final schedule",
    f"Drawn from the messages of a coordinated day: {SHOWN} rounds and the last one, the table "
    f"holds all; the coordination is by schedule pool; {ASSUMED_A}.",
)
def order_of_messages(solved: Solved) -> Reproduced:
    """All messages."""
    sent = _sent(solved)
    last = sent["round"].max()
    shown = sent[(sent["round"] <= SHOWN) | (sent["round"] == last)].reset_index(drop=True)
    title = f"forecast, rounds 1 to {SHOWN} and round {last} of {last}"
    panel = timeline(shown, _parties(solved), title)
    return Reproduced(sent, Chart((panel,)))


def _sent(solved: Solved) -> pd.DataFrame:
    scenario = solved.scenario(SYSTEM)
    area_of = {b.boundary: b.area for b in scenario.boundaries}
    return exchanges(solved.clearing(SYSTEM, CMO).tables["message"].to_pandas(), area_of)


def _parties(solved: Solved) -> tuple[str, ...]:
    return (*reversed(solved.scenario(SYSTEM).distribution), TSO)


ITEMS = (actors, order_of_messages)
