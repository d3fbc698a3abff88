"""Bidding zones: what may be traded between them."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class TransferCapacity:
    """Most that a zonal market may trade from one zone to another, whatever the grid carries."""

    from_zone: str = label("zone of transmission buses that exports", key=True)
    to_zone: str = label("zone of transmission buses that imports", key=True)
    p_max_mw: float = quantity("MW", "most that is traded this way in every period")
