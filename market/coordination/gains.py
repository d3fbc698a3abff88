"""What areas can gain at most, by their best replies.

A reply is an area's best at some prices: whatever else it does is worth no more to it than the
reply, and what the difference in power costs at these prices. That is a cut of its worth, also
where this is not concave.
"""

from collections.abc import Mapping

from market.coordination.conversation import Conversation
from market.coordination.heard import Places, Row, ceilings, cells_of
from market.coordination.offered import Ceilings
from market.coordination.protocol import Crossing, Reply


def cuts_of(conversation: Conversation, replies: Mapping[str, Reply], prices: Crossing) -> Ceilings:
    """A cut of every area that replied to its prices ($/MWh); of each hour where hours separate."""
    boundaries, periods = conversation.shape
    sizes, found, part = (boundaries * periods, 0), list[Row](), 0
    for name, one in conversation.ready.items():
        if name in replies:
            rows = conversation.rows[name]
            paid = prices[rows] * conversation.transmission.hours
            places = Places(cells_of(rows, boundaries, periods), part, 0, sizes)
            cut = places.by_hour if one.is_separable else places.by_day
            found.append(cut(paid, replies[name]))
        part += periods if one.is_separable else 1
    return ceilings(found, sizes)
