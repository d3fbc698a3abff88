"""Two buses and one line: a zone sells more than the line carries."""

from scenarios.records import (
    Area,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
    TransferCapacity,
)
from scenarios.scenario import Scenario

UNITS = {"a1": ("a", 60.0, 10.0), "a2": ("a", 60.0, 25.0), "a3": ("a", 60.0, 60.0),
         "b1": ("b", 100.0, 50.0)}  # fmt: skip


def two_zones(load_mw=130.0, line_mw=70.0, zones=("one", "one"), capacity_mw=None):
    """Units at `a` and one at `b`, where the load is; `capacity_mw` is what zones may trade."""
    start, end = zones
    given = () if capacity_mw is None else (TransferCapacity(start, end, capacity_mw),
                                            TransferCapacity(end, start, capacity_mw))  # fmt: skip
    return Scenario(
        "two zones",
        (1.0,),
        500.0,
        500.0,
        areas=(Area("T", "transmission", 100.0),),
        buses=(
            Bus("T", "a", 110.0, 0.9, 1.1, kind="slack", zone=start),
            Bus("T", "b", 110.0, 0.9, 1.1, zone=end),
        ),
        branches=(Branch("T", "a-b", "a", "b", 0.01, 0.1, rating_mva=line_mw),),
        generators=tuple(Generator("T", n, bus, 0.0, most) for n, (bus, most, _) in UNITS.items()),
        offers=tuple(Offer("T", n, None, 1, most, price) for n, (_, most, price) in UNITS.items()),
        loads=(Load("T", "town", "b", load_mw),),
        transfer_capacities=given,
    )
