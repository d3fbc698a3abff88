"""How operators agree: arrays and a protocol, no models and no solvers."""

from market.coordination.bid_curve import BidCurve
from market.coordination.curve import Curve
from market.coordination.exchange import Exchange
from market.coordination.loop import Agreement, Method, Operators, coordinate
from market.coordination.messages import MessageLog
from market.coordination.protocol import Cleared, Crossing, Late, Pooled, Priced, Reply
from market.coordination.schedules import Schedules

__all__ = [
    "Agreement",
    "BidCurve",
    "Cleared",
    "Crossing",
    "Curve",
    "Exchange",
    "Late",
    "MessageLog",
    "Method",
    "Operators",
    "Pooled",
    "Priced",
    "Reply",
    "Schedules",
    "coordinate",
]
