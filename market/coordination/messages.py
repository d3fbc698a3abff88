"""The log of every number that crossed a boundary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from market.coordination.bid_curve import BidCurve
from scenarios.quantity import arrow_schema
from scenarios.results import CARRIED_TOTAL, CARRIED_WORTH, CEILING, COMMITMENT, ENERGY, Message

UNITS = {
    "price": "$/MWh",
    "plan": "MW",
    "slope": "$/MW2h",
    "value": "$/MWh",
    "least": "MW",
    "most": "MW",
    "schedule": "MW",
    "carried": "MW or MWh",
    CARRIED_TOTAL: "MW or MWh",
    CARRIED_WORTH: "$/MW or $/MWh",
    "welfare": "$",
    "slack": "$",
    "bound": "$",
    COMMITMENT: "number",
    CEILING: "$",
    "total": "$",
    "curve_mw": "MW",
    "curve_price": "$/MWh",
    "final_price": "$/MWh",
    "final_schedule": "MW",
    "final_welfare": "$",
    "final_bound": "$",
    "final_commitment": "number",
    "final_ceiling": "$",
    "final_earned": "$",
}


@dataclass(frozen=True)
class _Sent:
    """Numbers of one kind from one sender to one question, one row for each boundary.

    `periods` holds the period of each column, `points` its place along a curve.
    """

    round: int
    question: int
    sender: str
    quantity: str
    boundaries: tuple[str, ...]
    values: NDArray[np.float64]
    periods: tuple[int | None, ...]
    points: tuple[int, ...] | None = None


@dataclass
class MessageLog:
    """Messages in the order in which they were sent; `question` is the number of the last one.

    In a later stage rounds are counted on from those that are `past`, and what was announced before
    the first question (`began` was the last one then) is not said again.

    Rows are named as boundaries where they are of energy; `lanes` tells boundary and product of the
    others.
    """

    sent: list[_Sent] = field(default_factory=list)
    question: int = 0
    past: int = 0
    began: int = 0
    lanes: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def stage(self, past: int) -> None:
        """Begin a stage after so many rounds."""
        self.past, self.began = past, self.question

    def ask(self) -> None:
        """Begin a question: what is sent from now on asks or answers it."""
        self.question += 1

    def send(
        self,
        round_: int,
        sender: str,
        quantity: str,
        boundaries: Sequence[str],
        values: NDArray[np.float64],
    ) -> None:
        """Log one number per boundary and period."""
        periods = tuple(range(1, values.shape[1] + 1))
        self._add(round_, sender, quantity, boundaries, values.copy(), periods)

    def send_curve(self, round_: int, sender: str, boundary: str, curve: BidCurve) -> None:
        """Log the ends of a curve's segments (MW) and the price at the ends of each ($/MWh)."""
        ends, power = curve.ends
        self._send_row(round_, sender, "curve_mw", boundary, power, ends)
        prices = np.stack([curve.price_from, curve.price_to], axis=1).ravel()
        periods = np.repeat(curve.period, 2)
        self._send_row(round_, sender, "curve_price", boundary, prices, periods)

    def send_carried(
        self,
        round_: int,
        sender: str,
        boundary: str,
        carried: NDArray[np.float64],
        quantity: str = "carried",
    ) -> None:
        """Log what devices carry from each period to the next (MW or MWh), or its worth ($)."""
        links, periods = carried.shape
        after = np.repeat(np.arange(periods), links)
        self._send_row(round_, sender, quantity, boundary, carried.T.ravel(), after)

    def send_day(
        self, round_: int, sender: str, quantity: str, boundaries: Sequence[str], value: float
    ) -> None:
        """Log one number that stands for the day, at the first boundary that it concerns."""
        for first in boundaries[:1]:
            self._add(round_, sender, quantity, (first,), np.array([[value]]), (None,))

    def _send_row(
        self,
        round_: int,
        sender: str,
        quantity: str,
        boundary: str,
        values: NDArray[np.float64],
        periods: NDArray[np.int64],
    ) -> None:
        first = np.searchsorted(periods, periods)
        points = tuple((np.arange(1, periods.size + 1) - first).tolist())
        named = tuple((periods + 1).tolist())
        self._add(round_, sender, quantity, (boundary,), values[None, :], named, points)

    def _add(
        self,
        round_: int,
        sender: str,
        quantity: str,
        boundaries: Sequence[str],
        values: NDArray[np.float64],
        periods: tuple[int | None, ...],
        points: tuple[int, ...] | None = None,
    ) -> None:
        if self.past and not round_ and self.question == self.began:
            return
        named = tuple(boundaries)
        after = self.past + max(round_, 1) if self.past else round_
        sent = _Sent(after, self.question, sender, quantity, named, values, periods, points)
        self.sent.append(sent)

    def table(self) -> pa.Table:
        """All messages, one row per number."""
        columns: dict[str, list[object]] = {f.name: [] for f in arrow_schema(Message)}
        for sent in self.sent:
            count = sent.values.size
            columns["round"] += [sent.round] * count
            columns["question"] += [sent.question] * count
            columns["sender"] += [sent.sender] * count
            rows = [self.lanes.get(name, (name, ENERGY)) for name in sent.boundaries]
            for n, column in enumerate(("boundary", "product")):
                named = [row[n] for row in rows]
                columns[column] += np.repeat(named, len(sent.periods)).tolist()
            columns["period"] += sent.periods * len(sent.boundaries)
            columns["point"] += sent.points or [None] * count
            columns["value"] += sent.values.ravel().tolist()
            columns["quantity"] += [sent.quantity] * count
            columns["unit"] += [UNITS[sent.quantity]] * count
        return pa.table(columns, schema=arrow_schema(Message))
