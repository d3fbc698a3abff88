"""How operators agree: arrays and a protocol, no models and no solvers."""

from market.coordination.bid_curve import BidCurve
from market.coordination.conversation import Conversation
from market.coordination.loop import Agreement, coordinate
from market.coordination.messages import MessageLog
from market.coordination.method import About, Method
from market.coordination.protocol import Cleared, Crossing, Late, Pooled, Priced, Reply

__all__ = [
    "About",
    "Agreement",
    "BidCurve",
    "Cleared",
    "Conversation",
    "Crossing",
    "Late",
    "MessageLog",
    "Method",
    "Pooled",
    "Priced",
    "Reply",
    "coordinate",
]
