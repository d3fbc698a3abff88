"""What areas can gain at most, by their best replies.

A reply is an area's best at some prices: whatever else it does is worth no more to it than the
reply, and what the difference in power costs at these prices. That is a cut of its worth, also
where this is not concave.
"""

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from market.coordination.conversation import Conversation
from market.coordination.offered import Ceilings
from market.coordination.protocol import Crossing, Reply


def cuts_of(conversation: Conversation, replies: Mapping[str, Reply], prices: Crossing) -> Ceilings:
    """A cut of every area that replied to its prices ($/MWh); of each hour where hours separate."""
    boundaries, periods = conversation.shape
    slopes, most, parts = [], [], []
    first = 0
    for name, one in conversation.ready.items():
        count = periods if one.is_separable else 1
        if name in replies:
            reply, rows = replies[name], np.array(conversation.rows[name])
            cells = rows[:, None] + np.arange(periods) * boundaries
            part = np.arange(periods) if one.is_separable else np.zeros(periods, dtype=int)
            value = prices[rows] * conversation.transmission.hours
            entries = (value.ravel(), (np.tile(part, rows.size), cells.ravel()))
            slopes.append(sparse.csr_array(entries, shape=(count, boundaries * periods)))
            earned = conversation.earned(name, reply, prices)
            most.append(np.bincount(part, earned, count) + reply.slack)
            parts.append(first + np.arange(count))
        first += count
    return Ceilings(
        sparse.csr_array(sparse.vstack([sparse.csr_array((0, boundaries * periods)), *slopes])),
        np.concatenate([np.zeros(0), *most]),
        np.concatenate([np.zeros(0, dtype=np.int64), *parts]),
    )
