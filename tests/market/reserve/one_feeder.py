"""A feeder of one branch, whose plant may hold reserve for transmission."""

from scenarios.records import (
    DISTRIBUTION,
    SLACK,
    TRANSMISSION,
    Area,
    Boundary,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
    Reserve,
    ReserveOffer,
    ReserveProduct,
)
from scenarios.scenario import Scenario

SHORT, VOLL = 200.0, 1000.0  # $/MWh


def unit(area, name, bus, most, price):
    return Generator(area, name, bus, 0.0, most), Offer(area, name, None, 1, most, price)


def feeder(need, *, rating=None, product=None, zone=None, holder="chp", **tables):
    """2 MW of load and a plant of 20 MW at 30 $ behind one branch; 80 MW of load before it.

    Transmission has 100 MW at 20 $ and 100 at 50, of which the cheap unit holds reserve at 5 $.
    """
    units = [unit("T", "cheap", "t", 100.0, 20.0), unit("T", "dear", "t", 100.0, 50.0),
             unit("north", "chp", "d", 20.0, 30.0)]  # fmt: skip
    generators, offers = zip(*units, strict=True)
    held = (ReserveOffer("north", "spin", holder, price_usd_per_mwh=1.0),
            ReserveOffer("T", "spin", "cheap", price_usd_per_mwh=5.0))  # fmt: skip
    return Scenario(
        name="feeder",
        hours=(1.0,),
        voll_usd_per_mwh=VOLL,
        spill_usd_per_mwh=VOLL,
        areas=(Area("T", TRANSMISSION, 100.0), Area("north", DISTRIBUTION, 10.0, "B")),
        buses=(
            Bus("T", "t", 110.0, 0.9, 1.1, kind=SLACK, zone="west"),
            Bus("north", "r", 10.0, 0.9, 1.1, kind=SLACK),
            Bus("north", "d", 10.0, 0.9, 1.1),
        ),
        branches=(Branch("north", "r-d", "r", "d", 0.01, 0.02, rating_mva=rating),),
        generators=generators,
        offers=(*offers, *tables.pop("offers", ())),
        loads=(Load("T", "load", "t", 80.0), Load("north", "house", "d", 2.0)),
        boundaries=(Boundary("b", "t", "north", "r"),),
        reserves=(Reserve("T", "spin", None, need, SHORT, zone),),
        reserve_products=(ReserveProduct("T", "spin", **(product or {})),),
        reserve_offers=tables.pop("reserve_offers", held),
        **tables,
    )
