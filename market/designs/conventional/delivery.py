"""What is bid at boundaries before any price is known, and what transmission delivers of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from market.coordination import Conversation
from market.coordination.offered import Offered, fixed
from market.coordination.protocol import Cleared, Crossing, Transmission

RATIONED_MW = 1e-6  # less is what a solver leaves
HAIR = 1e-6  # of what is delivered: more than solvers leave, and worth next to nothing


@dataclass(frozen=True)
class Bid:
    """Power asked for at boundaries (MW): `least` at any price, up to `most` at `price` ($/MWh).

    Of the least an area cannot do without the part `firm`; the rest its own generators can make.
    """

    firm: Crossing
    least: Crossing
    most: Crossing
    price: Crossing


def together(bids: Mapping[str, Bid], conversation: Conversation) -> Bid:
    """One bid over all boundaries from each area's own."""
    names = [f.name for f in fields(Bid)]
    return Bid(
        *(conversation.gather({a: getattr(b, name) for a, b in bids.items()}) for name in names)
    )


@dataclass(frozen=True)
class Delivery:
    """What transmission cleared for a bid, what it delivers of that (MW), and where that is less.

    `short` tells boundaries and periods in which less comes than was cleared.
    """

    bid: Bid
    cleared: Cleared
    given: Crossing
    short: NDArray[np.bool_]

    def priced(self, upper: Transmission, worth: Crossing) -> Cleared:
        """Transmission's clearing at what it delivers; short power at its `worth` ($/MWh).

        Power that is fixed has any price from what its last MW costs to the value of lost load.
        With a hair of room to deliver less or more it has the worth that it has to its area, where
        that supports the delivery, or else the nearest price that does.
        """
        if not self.short.any():
            return self.cleared
        bid, room = self.bid, HAIR * np.maximum(1.0, np.abs(self.given))
        around = Offered(
            np.where(self.short, self.given - room, bid.least),
            np.where(self.short, self.given + room, bid.most),
            np.where(self.short, worth, bid.price),
        )
        near, held = upper.clear(around), upper.clear(fixed(self.given))
        return replace(held, prices=near.prices, point=replace(near.point, x=held.point.x))


def deliver(upper: Transmission, bid: Bid) -> Delivery:
    """Clear transmission at the bid; where it cannot deliver all, firm parts come first."""
    cleared = upper.clear(Offered(bid.least, bid.most, bid.price))
    given = cleared.schedule
    if _apart(cleared.delivered, given).any():
        given = upper.ration(np.minimum(bid.firm, given), given)
    short = _apart(given, cleared.schedule)
    return Delivery(bid, cleared, np.where(short, given, cleared.schedule), short)


def _apart(one: Crossing, other: Crossing) -> NDArray[np.bool_]:
    return np.abs(one - other) > RATIONED_MW
