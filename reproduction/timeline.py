"""Who sends what to whom, as arrows between lanes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reproduction.chart import Panel, Series
from scenarios.results import TSO

TRAVEL = 0.8  # part of a step that an arrow takes


def exchanges(message: pd.DataFrame, area_of: dict[str, str]) -> pd.DataFrame:
    """How many numbers of which kind went from whom to whom, step by step.

    A step is what one side says before the other one speaks. `area_of` names the distribution
    area behind each boundary.
    """
    down = message["sender"] == TSO
    turns = (down != down.shift()).cumsum()
    sent = message.assign(
        step=turns, receiver=message["boundary"].map(area_of).where(down, TSO)
    ).groupby(["step", "round", "sender", "receiver", "quantity"], sort=False, as_index=False)
    counted: pd.DataFrame = sent.agg(numbers=("value", "size"), unit=("unit", "first"))
    return counted


def timeline(sent: pd.DataFrame, parties: Sequence[str], title: str) -> Panel:
    """One arrow per step, sender and receiver; steps that are left out leave no room."""
    lane = {party: n for n, party in enumerate(parties)}
    place = {step: n for n, step in enumerate(sorted(sent["step"].unique()), start=1)}
    arrows = sent.groupby(["step", "sender", "receiver"], sort=False, as_index=False).agg(
        kinds=("quantity", lambda q: " and ".join(dict.fromkeys(q)).replace("_", " "))
    )
    series = []
    for n, (kinds, own) in enumerate(arrows.groupby("kinds", sort=False)):
        start, gap = own["step"].map(place).to_numpy(dtype=float), np.full(len(own), np.nan)
        x = np.column_stack([start, start + TRAVEL, gap]).ravel()
        y = np.column_stack([own["sender"].map(lane), own["receiver"].map(lane), gap]).ravel()
        series.append(Series(str(kinds), list(x), list(y), "arrows", colour=n))
    return Panel(title, "step", "", tuple(series), ticks=list(parties))
