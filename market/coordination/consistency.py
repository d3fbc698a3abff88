"""Whether the answers of one operator can all be true, whatever its network is.

What a schedule d is worth to an operator, V(d), and the most that it says it can earn at prices
pi, phi(pi), must obey V(d) <= phi(pi) + pi d for every pair: phi is the greatest of V(d) - pi d.
A pair that does not is proof that one of the two was false. It takes no data of the operator.
"""

from dataclasses import dataclass, field

import numpy as np

from market.coordination.protocol import Crossing, Numbers, Reply

EXACT = 1e-6  # part of the sums compared: what solvers leave of limits and optimality


@dataclass
class Said:
    """What one operator has said so far, by period where its periods are separable.

    `hours` is the length of every period. A point is a schedule and its worth; a cut is prices and
    the most earned at them.
    """

    hours: Numbers
    is_separable: bool
    schedules: list[Crossing] = field(default_factory=list)
    worths: list[Numbers] = field(default_factory=list)
    prices: list[Crossing] = field(default_factory=list)
    earned: list[Numbers] = field(default_factory=list)

    def hear_point(self, schedule: Crossing, worth: Numbers, slack: float = 0.0) -> str:
        """Take in what a schedule is worth; what is wrong with it, or nothing."""
        self.schedules.append(schedule)
        self.worths.append(self._summed(worth))
        if not self.prices:
            return ""
        paid = self._summed(self._paid(np.array(self.prices), schedule))
        return self._fault(self.worths[-1], np.array(self.earned), paid, slack)

    def hear_reply(self, prices: Crossing, reply: Reply) -> str:
        """Take in a best reply to prices, a point and a cut; what is wrong with it, or nothing."""
        wrong = self.hear_point(reply.schedule, reply.welfare, reply.slack)
        earned = reply.welfare - self._paid(prices, reply.schedule)
        self.prices.append(prices)
        self.earned.append(self._summed(earned))
        paid = self._summed(self._paid(prices, np.array(self.schedules)))
        return wrong or self._fault(np.array(self.worths), self.earned[-1], paid, reply.slack)

    def _paid(self, prices: Numbers, schedule: Numbers) -> Numbers:
        """Payment ($) of every period."""
        paid: Numbers = (prices * schedule).sum(axis=-2) * self.hours
        return paid

    def _summed(self, by_period: Numbers) -> Numbers:
        """The same where periods are separable, else the sum over the day as one entry."""
        return by_period if self.is_separable else by_period.sum(axis=-1, keepdims=True)

    def _fault(self, worth: Numbers, earned: Numbers, paid: Numbers, slack: float) -> str:
        excess = worth - earned - paid
        scale = np.abs(worth) + np.abs(earned) + np.abs(paid) + 1.0
        allowed = slack + EXACT * scale
        if not (excess > allowed).any():
            return ""
        return (
            "its answers contradict each other: by one of them it gains "
            f"{float(excess.max()):,.2f} $ more than by another it said it could at best"
        )
