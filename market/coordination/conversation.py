"""Who coordinates, what they ask each other, and the log of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from market.coordination.messages import MessageLog
from market.coordination.protocol import Asked, Crossing, Distribution, Late, Reply, Transmission
from scenarios.results import TSO


@dataclass(frozen=True)
class Conversation:
    """Those who coordinate, and the log of what they say to each other."""

    transmission: Transmission
    distribution: Sequence[Distribution]
    log: MessageLog

    @cached_property
    def rows(self) -> dict[str, list[int]]:
        """Boundary rows of every distribution operator."""
        row = {boundary: n for n, boundary in enumerate(self.transmission.boundaries)}
        return {d.name: [row[b] for b in d.boundaries] for d in self.distribution}

    def forecast(self) -> Crossing:
        """The boundary power that the distribution operators expect, announced to transmission."""
        parts = {d.name: d.forecast() for d in self.distribution}
        for d in self.distribution:
            self.log.send(0, d.name, "schedule", d.boundaries, parts[d.name])
        return self.gather(parts)

    def gather(self, parts: dict[str, Crossing]) -> Crossing:
        """One array over all boundaries from each operator's own."""
        whole = np.zeros((len(self.transmission.boundaries), self.transmission.hours.size))
        for name, part in parts.items():
            whole[self.rows[name]] = part
        return whole

    def announce(self, round_: int, prices: Crossing) -> None:
        """Log the prices that transmission sends to all."""
        self.log.send(round_, TSO, "price", self.transmission.boundaries, prices)

    def respond(
        self, round_: int, prices: Crossing, heard: Collection[str] = ()
    ) -> dict[str, Reply]:
        """Replies to `prices` of all who answer; raises Late for one that was never heard."""
        self.announce(round_, prices)
        replies: dict[str, Reply] = {}
        for d in self.distribution:
            try:
                replies[d.name] = d.respond(prices[self.rows[d.name]])
            except Late:
                if d.name not in heard:
                    raise
                continue
            self._log_reply(round_, d, replies[d.name])
        return replies

    def earned(self, name: str, reply: Reply, prices: Crossing) -> NDArray[np.float64]:
        """What a reply earns at `prices`, payments included ($), shape (periods,)."""
        paid = (prices[self.rows[name]] * reply.schedule).sum(axis=0)
        earned: NDArray[np.float64] = reply.welfare - paid * self.transmission.hours
        return earned

    def worth(self, round_: int, schedule: Crossing) -> float:
        """What the final schedule is worth to all distribution operators ($)."""
        total = 0.0
        for d in self.distribution:
            worth = d.price_at(schedule[self.rows[d.name]]).welfare
            self.log.send_day(round_, d.name, "final_welfare", d.boundaries[0], worth)
            total += worth
        return total

    def upper_bound(self, asked: Asked, replies: dict[str, Reply]) -> float:
        """Welfare ($) that nothing exceeds: what all sides earn at best at the prices asked.

        Infinite where a reply is missing.
        """
        if len(replies) < len(self.distribution):
            return float(np.inf)
        upper = asked.bound
        for name, reply in replies.items():
            upper += float(self.earned(name, reply, asked.prices).sum()) + reply.slack
        return upper

    def _log_reply(self, round_: int, sender: Distribution, reply: Reply) -> None:
        self.log.send(round_, sender.name, "schedule", sender.boundaries, reply.schedule)
        if sender.is_separable:
            hourly = reply.welfare[None, :]
            self.log.send(round_, sender.name, "welfare", sender.boundaries[:1], hourly)
        else:
            total = float(reply.welfare.sum())
            self.log.send_day(round_, sender.name, "welfare", sender.boundaries[0], total)
