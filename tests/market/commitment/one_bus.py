"""One bus with a load, units that are always on, and plants that start and stop."""

from scenarios.records import (
    SLACK,
    TRANSMISSION,
    Area,
    Bus,
    Commitment,
    Generator,
    Load,
    Offer,
    ProfileValue,
    Startup,
)
from scenarios.scenario import Scenario

VOLL = 1000.0  # $/MWh


def unit(name, most, price, *, least=0.0):
    """A generator of one block, and its offer."""
    return Generator("T", name, "b", least, most), Offer("T", name, None, 1, most, price)


def one_bus(demand, units, *, commitments=(), startups=(), hours=None, **tables):
    """A day of the demand (MW by period) at one bus; `units` are generators with their offers."""
    generators, offers = zip(*units, strict=True)
    profile = tuple(ProfileValue("day", t, mw) for t, mw in enumerate(demand, start=1))
    return Scenario(
        name="one bus",
        hours=hours or (1.0,) * len(demand),
        voll_usd_per_mwh=VOLL,
        spill_usd_per_mwh=VOLL,
        areas=(Area("T", TRANSMISSION, 100.0),),
        buses=(Bus("T", "b", 110.0, 0.9, 1.1, kind=SLACK),),
        branches=(),
        generators=generators,
        offers=(*offers, *tables.pop("offers", ())),
        loads=(Load("T", "load", "b", 1.0, profile="day"),),
        profiles=profile,
        commitments=tuple(commitments),
        startups=tuple(startups),
        **tables,
    )


def plant(name, **numbers):
    """The commitment of a generator."""
    return Commitment("T", name, **numbers)


def start(name, *costs):
    """Start-up categories from (hours off, cost in $) each."""
    return [Startup("T", name, n, off, usd) for n, (off, usd) in enumerate(costs, start=1)]
