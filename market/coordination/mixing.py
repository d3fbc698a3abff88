"""A pool of the schedules that areas offered, of which transmission accepts a convex mix.

By day, a schedule is mixed as it is (G. B. Dantzig, P. Wolfe, "Decomposition Principle for Linear
Programs", Oper. Res. 8(1), 1960). By hour, each hour of an area is mixed by itself: all that its
hours share is what devices carry from one to the next, and what is carried out of an hour must be
what is carried into the next. What an area can do in an hour, between two such states, is convex.
Areas are mixed by hour where nothing is carried, or they disclose what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from market.coordination.conversation import Conversation
from market.coordination.offered import Group, Offered, Schedule, pool, schedules
from market.coordination.protocol import Asked, Cleared, Crossing, Numbers, Reply

ALIKE = 1e-9  # of what is carried: what solvers leave between two replies that carry the same
QUESTIONS = 3  # price vectors a round that pay where rounds cost little more than their solves
APART = 0.6  # of the way to the other prices, in every other block of periods


@dataclass(frozen=True)
class Pool:
    """What areas offered so far, and where each area's schedules go.

    What devices carry on is counted from what they did in an area's `first` schedule. Shares add up
    to 1, so that this changes no mix; but a battery that is full in every schedule then adds
    nothing to its row, in place of nines whose difference the solver would have to price.
    """

    groups: Mapping[str, Group]
    offered: Offered
    first: Mapping[str, Numbers] = field(default_factory=dict)

    def with_replies(self, replies: Mapping[str, Reply]) -> "Pool":
        """The pool and further replies."""
        if not replies:
            return self
        told = {name: r.carried for name, r in replies.items() if r.carried is not None}
        first = {**told, **self.first}
        moved = {name: _moved(carried, first[name]) for name, carried in told.items()}
        held = {n: Schedule(r.schedule, r.welfare, moved.get(n)) for n, r in replies.items()}
        block = schedules(self.groups, held, self.offered)
        return replace(self, offered=self.offered.beside(block), first=first)

    def asked(self, mix: Cleared) -> Asked:
        """A mix's prices, and what transmission earns at them."""
        earned = sum(float(mix.surplus[g.members].sum()) for g in self.groups.values())
        return Asked(mix.prices, mix.total + mix.slack - earned)


def empty_pool(conversation: Conversation) -> Pool:
    """Schedules of former stages alone; areas are mixed by hour where they can be, else by day."""
    groups, start, periods = {}, 0, conversation.shape[1]
    for name, one in conversation.ready.items():
        count = periods if one.tells_hours else 1
        members = np.arange(start, start + count)
        start += count
        links = (one.carries, periods - 1)
        carried = start + np.arange(links[0] * links[1]).reshape(links)
        start += carried.size
        groups[name] = Group(conversation.rows[name], members, carried)
    opened = Pool(groups, pool(groups, conversation.shape))
    for _, replies in conversation.answers:
        told = {
            n: r for n, r in replies.items() if not groups[n].carried.size or r.carried is not None
        }
        opened = opened.with_replies(told)
    return opened


def mixed_as_heard(conversation: Conversation, replies: Mapping[str, Reply]) -> dict[str, Reply]:
    """Replies that can be mixed as they are: by areas that disclose nothing of their hours."""
    return {n: reply for n, reply in replies.items() if not conversation.ready[n].carries}


def price_forecast(conversation: Conversation) -> Asked:
    """Transmission's prices of what areas forecast, and what it earns at them."""
    _, asked = conversation.price(conversation.forecast())
    return asked


def slope_between(prices: Crossing, power: Crossing) -> float:
    """Slope ($/MW2h) by which one side yields to another: mean price for mean power."""
    return mean_size(prices) / mean_size(power)


def mean_size(values: Crossing) -> float:
    """Mean size; 1 where there is none."""
    return float(np.abs(values).mean() or 1.0) if values.size else 1.0


def asked_more(
    conversation: Conversation, round_: int, pool: Pool, asks: Sequence[Asked]
) -> tuple[Pool, tuple[str, ...]]:
    """The pool with replies to further prices of areas that are mixed by day; who gave none."""
    days = [name for name, one in conversation.ready.items() if not one.tells_hours]
    late: list[str] = []
    for asked in asks if days else ():
        replies = conversation.respond(round_, asked, days, days)
        pool = pool.with_replies(replies)
        late += [name for name in days if name not in (*replies, *late)]
    return pool, tuple(late)


def around(own: Asked, other: Asked, count: int) -> list[Asked]:
    """Price vectors about two: half way between them, then both in alternate blocks.

    Blocks are 1, 2, 4 ... periods long, and neighbouring boundaries begin with different ones, so
    that schedules differ hour by hour. What transmission earns at them is not told.
    """
    boundaries, periods = own.prices.shape
    apart = own.between(other, APART).prices
    lengths = max(1, (periods - 1).bit_length())
    asks = [own.between(other, 0.5).prices]
    for n in range(count - 1):
        block = np.arange(periods) >> (n // 2 % lengths)
        first = (block + np.arange(boundaries)[:, None] + n) % 2 == 0
        asks.append(np.where(first, own.prices, apart))
    return [Asked(prices, np.inf) for prices in asks[:count]]


def _moved(carried: Numbers, first: Numbers) -> Numbers:
    """How much more is carried than at first; nothing where solvers alone tell them apart."""
    more = carried - first
    return np.where(np.abs(more) <= ALIKE * np.maximum(1.0, np.abs(first)), 0.0, more)
