"""Who sends what to whom at which time, as arrows between lanes over a clock."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from market.coordination.gate import Gate
from reproduction.chart import Panel, Series
from scenarios.results import KEPT, TSO

FINAL = "final"
GATE = Gate()


@dataclass(frozen=True)
class Window:
    """How rounds go by between the opening and the closing of a gate (minutes).

    In a round the TSO clears, sends prices, and the DSOs answer; what is left of it they check.
    """

    gate: Gate = GATE
    clearing: float = 3.0
    travel: float = 0.5
    answering: float = 1.0

    def leaves(self, turn: int, *, down: bool) -> float:
        """When the messages of a turn leave: prices after clearing, answers after prices."""
        start = self.gate.round_minutes * (turn - 1)
        cleared = start + self.clearing
        return cleared if down else cleared + self.travel + self.answering


def exchanges(message: pd.DataFrame, area_of: dict[str, str], window: Window) -> pd.DataFrame:
    """How many numbers of which kind went from whom to whom, and when (minutes after opening).

    A turn is a clearing of the TSO with what the DSOs answer to it, however many questions go out
    at once; forecasts are sent as the gate opens, in turn 0. `area_of` names the distribution area
    behind each boundary.
    """
    message = message[~message["quantity"].isin(KEPT)]
    receiver = message["boundary"].map(area_of).where(message["sender"] == TSO, TSO)
    sent = message.assign(turn=_turns(message), receiver=receiver).groupby(
        ["turn", "round", "sender", "receiver", "quantity"], sort=False, as_index=False
    )
    counted: pd.DataFrame = sent.agg(numbers=("value", "size"), unit=("unit", "first"))
    leaves = [
        window.leaves(turn, down=sender == TSO) if turn else 0.0
        for turn, sender in zip(counted["turn"], counted["sender"], strict=True)
    ]
    arrives = np.array(leaves) + window.travel
    return counted.assign(
        leaves_min=leaves, arrives_min=arrives, leaves_at=[window.gate.time(m) for m in leaves]
    )


def _turns(message: pd.DataFrame) -> pd.Series:
    """Turn of each message: rounds with questions in their order, then the settlement."""
    final = message["quantity"].str.startswith(FINAL)
    asked = (message["question"] > 0) & ~final
    rounds = message["round"].where(asked).rank(method="dense").fillna(0).astype(int)
    return rounds.where(~final, rounds.max() + 1)


def timeline(sent: pd.DataFrame, parties: Sequence[str], title: str, window: Window) -> Panel:
    """One arrow per sender, receiver and time."""
    lane = {party: n for n, party in enumerate(parties)}
    keys = ["leaves_min", "arrives_min", "sender", "receiver"]
    arrows = sent.groupby(keys, sort=False, as_index=False).agg(
        kinds=("quantity", lambda q: " and ".join(dict.fromkeys(q)).replace("_", " "))
    )
    series = []
    for n, (kinds, own) in enumerate(arrows.groupby("kinds", sort=False)):
        gap = np.full(len(own), np.nan)
        x = np.column_stack([own["leaves_min"], own["arrives_min"], gap]).ravel()
        y = np.column_stack([own["sender"].map(lane), own["receiver"].map(lane), gap]).ravel()
        series.append(Series(str(kinds), list(x), list(y), "arrows", colour=n))
    return Panel(title, minutes(window), "", tuple(series), ticks=list(parties))


def closing(rounds: pd.DataFrame, sent: pd.DataFrame, window: Window, title: str) -> Panel:
    """Certified gap over the clock, between the opening and the closing of the gate."""
    answered = sent[sent["receiver"] == TSO].groupby("round")["arrives_min"].max()
    known = rounds[np.isfinite(rounds["gap_relative"]) & (rounds["gap_relative"] > 0)]
    at, gap = [answered[r] for r in known["round"]], list(known["gap_relative"])
    agreed = sent.loc[sent["quantity"].str.startswith(FINAL), "leaves_min"].max()
    ends = [min(gap), max(gap)]
    marks = {
        f"gate opens {window.gate.opens}": 0.0,
        f"final schedule {window.gate.time(agreed)[:5]}": agreed,
        f"gate closes {window.gate.closes}": window.gate.window,
    }
    lines = [
        Series(words, [x, x], ends, "dashed", colour=n)
        for n, (words, x) in enumerate(marks.items(), start=4)
    ]
    curve = Series("certified gap", at, gap, colour=7)
    axis = "certified gap, part of the welfare"
    return Panel(title, minutes(window), axis, (curve, *lines), log_y=True)


def minutes(window: Window) -> str:
    """Words of an axis of time."""
    return f"minutes after the gate opens at {window.gate.opens}"


def told(sent: pd.DataFrame, window: Window, method: str) -> str:
    """When what is settled, and how many numbers that takes."""
    last = sent[sent["quantity"].str.startswith(FINAL)]
    turns = sent.loc[~sent["quantity"].str.startswith(FINAL), "turn"].max()
    return (
        f"The gate opens at {window.gate.opens}, {method} takes {turns} clearings of "
        f"{window.gate.round_minutes:g} minutes each, and the final schedule leaves at "
        f"{last['leaves_at'].iloc[0]}; the gate closes at {window.gate.closes}, after "
        f"{window.gate.most_rounds} at most. In all {sent['numbers'].sum():,} numbers cross the "
        f"boundaries, {last['numbers'].sum():,} of them final prices and schedules."
    )
