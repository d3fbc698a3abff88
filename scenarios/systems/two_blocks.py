"""Two blocks: the smallest coupled market; its answer can be worked out by hand."""

from scenarios.assembly import assemble
from scenarios.networks import NetworkTables
from scenarios.records import (
    DISTRIBUTION,
    SLACK,
    TRANSMISSION,
    Area,
    Bid,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
)
from scenarios.scenario import Scenario


def two_blocks() -> Scenario:
    """One hour: 50 MW at 20 and 100 MW at 40 $/MWh meet 40 MW fixed and 30 MW worth 30 $/MWh.

    The optimum serves the fixed load and 10 MW of the flexible load from the first block, so the
    price is 30 $/MWh and welfare 10 x 30 - 50 x 20 = -700 $. An exchange of prices and
    quantities never settles: at 20 $/MWh the feeder asks for 70 MW, at 40 for 40 MW.
    """
    return assemble(
        "two-blocks",
        [_transmission(), _feeder()],
        {"D1": "1"},
        profiles={},
        hours=(1.0,),
        voll_usd_per_mwh=500.0,
        spill_usd_per_mwh=500.0,
        chi=100.0,
        sources=("made up: the smallest case in which a plain exchange cycles",),
    )


def _transmission() -> NetworkTables:
    return NetworkTables(
        area=Area("T", TRANSMISSION, 100.0),
        buses=(Bus("T", "1", 132.0, 0.9, 1.1, kind=SLACK),),
        branches=(),
        generators=(
            Generator("T", "cheap", "1", p_min_mw=0.0, p_max_mw=50.0),
            Generator("T", "dear", "1", p_min_mw=0.0, p_max_mw=100.0),
        ),
        offers=(
            Offer("T", "cheap", None, 1, 50.0, 20.0),
            Offer("T", "dear", None, 1, 100.0, 40.0),
        ),
    )


def _feeder() -> NetworkTables:
    return NetworkTables(
        area=Area("D1", DISTRIBUTION, 100.0, "A"),
        buses=(Bus("D1", "1", 20.0, 0.9, 1.1, kind=SLACK), Bus("D1", "2", 20.0, 0.9, 1.1)),
        branches=(Branch("D1", "1-2", "1", "2", r_pu=0.01, x_pu=0.01),),
        loads=(Load("D1", "fixed", "2", p_mw=40.0),),
        bids=(Bid("D1", "flexible", "2", p_max_mw=30.0),),
        offers=(Offer("D1", "flexible", None, 1, 30.0, 30.0),),
    )
