"""A pool of the schedules that areas offered, of which transmission accepts a convex mix.

By day, a schedule is mixed as it is (G. B. Dantzig, P. Wolfe, "Decomposition Principle for Linear
Programs", Oper. Res. 8(1), 1960). By hour, each hour of an area is mixed by itself: all that its
hours share is what devices carry from one to the next, and what is carried out of an hour must be
what is carried into the next. What an area can do in an hour, between two such states, is convex.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from market.coordination.conversation import Conversation
from market.coordination.offered import Group, Offered, Schedule, pool, schedules
from market.coordination.protocol import Asked, Cleared, Reply


@dataclass(frozen=True)
class Pool:
    """What areas offered so far, and where each area's schedules go."""

    groups: Mapping[str, Group]
    offered: Offered

    def with_replies(self, replies: Mapping[str, Reply]) -> "Pool":
        """The pool and further replies."""
        if not replies:
            return self
        held = {name: Schedule(r.schedule, r.welfare, r.carried) for name, r in replies.items()}
        return replace(
            self, offered=self.offered.beside(schedules(self.groups, held, self.offered))
        )

    def asked(self, mix: Cleared) -> Asked:
        """A mix's prices, and what transmission earns at them."""
        earned = sum(float(mix.surplus[g.members].sum()) for g in self.groups.values())
        return Asked(mix.prices, mix.total + mix.slack - earned)


def empty_pool(conversation: Conversation, *, by_hour: bool) -> Pool:
    """No schedule yet; areas are mixed by hour where they can be and are asked to, else by day."""
    groups, start, periods = {}, 0, conversation.shape[1]
    for name, one in conversation.ready.items():
        count = periods if by_hour or one.is_separable else 1
        members = np.arange(start, start + count)
        start += count
        links = (one.carries if by_hour else 0, periods - 1)
        carried = start + np.arange(links[0] * links[1]).reshape(links)
        start += carried.size
        groups[name] = Group(conversation.rows[name], members, carried)
    return Pool(groups, pool(groups, conversation.shape))


def price_forecast(conversation: Conversation) -> Asked:
    """Transmission's prices of what areas forecast, and what it earns at them."""
    _, asked = conversation.price(conversation.forecast())
    return asked
