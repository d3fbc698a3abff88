"""How operators agree: arrays and a protocol, no models and no solvers."""

from market.coordination.bid_curve import BidCurve
from market.coordination.conversation import Conversation, begin
from market.coordination.loop import Agreement, coordinate
from market.coordination.messages import MessageLog
from market.coordination.method import About, Method
from market.coordination.protocol import Asked, Cleared, Crossing, Late, Priced, Reply, Terms

__all__ = [
    "About",
    "Agreement",
    "Asked",
    "BidCurve",
    "Cleared",
    "Conversation",
    "Crossing",
    "Late",
    "MessageLog",
    "Method",
    "Priced",
    "Reply",
    "Terms",
    "begin",
    "coordinate",
]
