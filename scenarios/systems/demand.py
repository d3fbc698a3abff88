"""Loads of Systems B and C: part fixed, part flexible with a value in blocks."""

from collections.abc import Iterator
from dataclasses import replace

from scenarios.records import Bid, Load, Offer
from scenarios.systems.profiles import CUSTOMERS

LOWEST_VALUE = 35.0  # $/MWh, of the last block of every flexible load
HIGHEST_VALUES = (70.0, 75.0, 80.0, 85.0, 90.0)  # $/MWh, of the first block, by bus number
BLOCKS = (2, 3, 4)  # by bus number
FIXED_SHARES = (0.75, 0.80, 0.85)  # by bus number


def customers(number: int) -> str:
    """Name of the profile of the `number`-th load: the kinds of customer in turn."""
    return list(CUSTOMERS)[number % len(CUSTOMERS)]


def split(load: Load, profile: str) -> tuple[Load, Bid, tuple[Offer, ...]]:
    """The fixed part of a load, the flexible rest, and what that rest is worth."""
    share = FIXED_SHARES[int(load.bus) % len(FIXED_SHARES)]
    fixed = replace(load, p_mw=share * load.p_mw, q_mvar=share * load.q_mvar, profile=profile)
    flexible = Bid(
        load.area,
        f"flex-{load.bus}",
        load.bus,
        p_max_mw=(1 - share) * load.p_mw,
        tan_phi=load.q_mvar / load.p_mw,
        profile=profile,
    )
    return fixed, flexible, tuple(values(flexible))


def values(bid: Bid) -> Iterator[Offer]:
    """Equal blocks whose value falls in equal steps to the lowest."""
    number = int(bid.bus)
    count = BLOCKS[number % len(BLOCKS)]
    highest = HIGHEST_VALUES[number % len(HIGHEST_VALUES)]
    step = (highest - LOWEST_VALUE) / (count - 1)
    for block in range(count):
        value = highest - block * step
        yield Offer(bid.area, bid.bid, None, block + 1, bid.p_max_mw / count, value)
