"""Segments of one hour's bid curve put end to end."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from market.coordination.bid_curve import Segment
from market.curves.stretch import THIN_PRICE


def join_ends(segments: Iterable[Segment], least: float, most: float) -> Iterator[Segment]:
    """The segments end to end from `least` to `most`, those of one line as one, none rising."""
    kept: list[Segment] = []
    for s in segments:
        if kept and (both := _as_one(kept[-1], s)):
            kept[-1] = both
        else:
            kept.append(s)
    meets = [(a.to_mw + b.from_mw) / 2 for a, b in pairwise(kept)]
    prices = np.minimum.accumulate([p for s in kept for p in (s.price_from, s.price_to)])
    starts, ends = [least, *meets], [*meets, most]
    yield from map(Segment, starts, ends, prices[::2].tolist(), prices[1::2].tolist())


def _as_one(one: Segment, other: Segment) -> Segment | None:
    """Two neighbours as one segment, where they lie on one line."""
    whole = Segment(one.from_mw, other.to_mw, one.price_from, other.price_to)
    if one.slope == other.slope == 0.0:
        mean = (one.value + other.value) / (other.to_mw - one.from_mw)
        whole = replace(whole, price_from=mean, price_to=mean)
    prices = (one.price_from, one.price_to, other.price_from, other.price_to)
    places = (one.from_mw, one.to_mw, other.from_mw, other.to_mw)
    apart = max(abs(whole.price_at(mw) - p) for mw, p in zip(places, prices, strict=True))
    return whole if apart <= THIN_PRICE else None
