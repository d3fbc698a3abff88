"""A pool of the schedules that areas offered, of which transmission accepts a convex mix.

G. B. Dantzig, P. Wolfe, "Decomposition Principle for Linear Programs", Oper. Res. 8(1), 1960.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from market.coordination.conversation import Conversation
from market.coordination.offered import Group, Offered, pool, schedules
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
        held = {name: (r.schedule, r.welfare) for name, r in replies.items()}
        block = schedules(self.groups, held, len(self.offered.least))
        return replace(self, offered=self.offered.beside(block))

    def asked(self, mix: Cleared) -> Asked:
        """A mix's prices, and what transmission earns at them."""
        earned = sum(float(mix.surplus[g.members].sum()) for g in self.groups.values())
        return Asked(mix.prices, mix.total + mix.slack - earned)


def empty_pool(conversation: Conversation) -> Pool:
    """A group for each period of an area where these are separable, or one for its day."""
    groups, start = {}, 0
    for name, one in conversation.ready.items():
        count = conversation.shape[1] if one.is_separable else 1
        groups[name] = Group(conversation.rows[name], np.arange(start, start + count))
        start += count
    return Pool(groups, pool(groups, conversation.shape))


def price_forecast(conversation: Conversation) -> Asked:
    """Transmission's prices of what areas forecast, and what it earns at them."""
    _, asked = conversation.price(conversation.forecast())
    return asked
