"""The result tables of a clearing: one record type per table, the same whatever the formulation."""

from scenarios.assets import all_assets
from scenarios.results.conversation import Message, Round
from scenarios.results.dispatch import (
    BoundaryReserve,
    Dispatch,
    PlantState,
    ReserveBus,
    ReserveFlow,
    ReserveHeld,
    ReservePrice,
)
from scenarios.results.network import BoundaryFlow, Exchange, Flow, Relaxation, Unmended, Voltage
from scenarios.results.payments import LedgerEntry, Surplus
from scenarios.results.prices import Lmp, LostOpportunity, NonConvexity, OtherPrice, OutageLimit
from scenarios.results.wholesale import WholesaleOffer, WholesaleShare

__all__ = [
    "BID",
    "CARRIED_TOTAL",
    "CARRIED_WORTH",
    "CEILING",
    "COMMITMENT",
    "DC_LINE",
    "ENERGY",
    "FIXED_RULE",
    "GENERATOR",
    "KEPT",
    "LOAD",
    "RESERVE_NAMES",
    "RESULTS",
    "SCHEDULE_TABLES",
    "SHORTAGE",
    "SPILLED",
    "STORAGE",
    "TOTAL",
    "TSO",
    "UNSERVED",
    "BoundaryFlow",
    "BoundaryReserve",
    "Dispatch",
    "Exchange",
    "Flow",
    "LedgerEntry",
    "Lmp",
    "LostOpportunity",
    "Message",
    "NonConvexity",
    "OtherPrice",
    "OutageLimit",
    "PlantState",
    "Relaxation",
    "ReserveBus",
    "ReserveFlow",
    "ReserveHeld",
    "ReservePrice",
    "Round",
    "Surplus",
    "Unmended",
    "Voltage",
    "WholesaleOffer",
    "WholesaleShare",
    "consuming",
    "of_network",
]

GENERATOR, LOAD, BID, STORAGE, DC_LINE = "generator", "load", "bid", "storage", "dc_line"
UNSERVED, SPILLED = "unserved", "spilled"
SHORTAGE = "reserve_shortage"
ENERGY = "energy"  # what crosses a boundary beside reserves
FIXED_RULE = "lmp"  # pricing rule of what a clearing publishes
TSO = "tso"
# What names a price by another rule of a requirement, and of what an asset holds.
RESERVE_NAMES = {"reserve": ("reserve", "zone"), "reserve_held": ("reserve", "kind", "asset")}
TOTAL, CARRIED_TOTAL = "total", "carried_total"  # kinds that transmission keeps of answers
CARRIED_WORTH = "carried_worth"
COMMITMENT, CEILING = "commitment", "ceiling"  # of the plants that are held, and of all
KEPT = (TOTAL, CARRIED_TOTAL, COMMITMENT, CEILING)


def consuming() -> list[str]:
    """Kinds in the dispatch table whose `p_mw` is consumption."""
    return [*(kind for kind, asset in all_assets().items() if asset.sign < 0), SPILLED]


def of_network() -> list[str]:
    """Kinds in the dispatch table that belong to the operators, such as DC lines."""
    return [kind for kind, asset in all_assets().items() if asset.group == "network"]


# A market that is mended by a later one: its own dispatch, prices, boundaries and exchanges.
SCHEDULE_TABLES: dict[str, type] = {
    "schedule": Dispatch,
    "schedule_lmp": Lmp,
    "schedule_boundary": BoundaryFlow,
    "exchange": Exchange,
    "unmended": Unmended,
}
RESULTS: dict[str, type] = {
    "dispatch": Dispatch,
    "plant": PlantState,
    "reserve": ReservePrice,
    "reserve_held": ReserveHeld,
    "boundary_reserve": BoundaryReserve,
    "reserve_bus": ReserveBus,
    "reserve_flow": ReserveFlow,
    "lmp": Lmp,
    "flow": Flow,
    "voltage": Voltage,
    "boundary": BoundaryFlow,
    "message": Message,
    "round": Round,
    "relaxation": Relaxation,
    "other_price": OtherPrice,
    "outage_limit": OutageLimit,
    "lost_opportunity": LostOpportunity,
    "non_convexity": NonConvexity,
    "wholesale_offer": WholesaleOffer,
    "wholesale_share": WholesaleShare,
    **SCHEDULE_TABLES,
    "ledger": LedgerEntry,
    "surplus": Surplus,
}
