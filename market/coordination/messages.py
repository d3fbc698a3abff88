"""The log of every number that crossed a boundary."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scenarios.quantity import arrow_schema
from scenarios.results import Message

UNITS = {
    "price": "$/MWh",
    "schedule": "MW",
    "welfare": "$",
    "final_price": "$/MWh",
    "final_schedule": "MW",
}


@dataclass(frozen=True)
class _Sent:
    """Numbers of one kind from one sender in one round, shape (boundaries, periods)."""

    round: int
    sender: str
    quantity: str
    boundaries: tuple[str, ...]
    values: NDArray[np.float64]
    of_the_day: bool = False


@dataclass
class MessageLog:
    """Messages in the order in which they were sent."""

    sent: list[_Sent] = field(default_factory=list)

    def send(
        self,
        round_: int,
        sender: str,
        quantity: str,
        boundaries: Sequence[str],
        values: NDArray[np.float64],
    ) -> None:
        """Log one number per boundary and period."""
        self.sent.append(_Sent(round_, sender, quantity, tuple(boundaries), values.copy()))

    def send_day(
        self, round_: int, sender: str, quantity: str, boundary: str, value: float
    ) -> None:
        """Log one number that stands for the day."""
        row = np.array([[value]])
        self.sent.append(_Sent(round_, sender, quantity, (boundary,), row, of_the_day=True))

    def table(self) -> pa.Table:
        """All messages, one row per number."""
        columns: dict[str, list[object]] = {f.name: [] for f in arrow_schema(Message)}
        for sent in self.sent:
            count, periods = sent.values.size, sent.values.shape[1]
            columns["round"] += [sent.round] * count
            columns["sender"] += [sent.sender] * count
            columns["boundary"] += np.repeat(sent.boundaries, periods).tolist()
            days = [None] if sent.of_the_day else list(range(1, periods + 1))
            columns["period"] += days * len(sent.boundaries)
            columns["value"] += sent.values.ravel().tolist()
            columns["quantity"] += [sent.quantity] * count
            columns["unit"] += [UNITS[sent.quantity]] * count
        return pa.table(columns, schema=arrow_schema(Message))
