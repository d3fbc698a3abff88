"""Flexible loads."""

from dataclasses import dataclass

from scenarios.assets import assets
from scenarios.assets.contract import Asset
from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Bid:
    """Flexible load; its value is in `offers`."""

    area: str = label("area of the bid", key=True)
    bid: str = label("name, unique in its area among all that offer or bid", key=True)
    bus: str = label("bus of the flexible load")
    p_min_mw: float = quantity("MW", "least consumption", default=0.0)
    p_max_mw: float = quantity("MW", "greatest consumption, times the profile", default=0.0)
    tan_phi: float = quantity("1", "reactive over active consumption", default=0.0)
    profile: str | None = label("profile that scales p_min_mw and p_max_mw", default=None)
    p_base_mw: float | None = quantity(
        "MW",
        "consumption in the base case of a load flow; null means all, times the profile",
        default=None,
    )
    q_base_mvar: float | None = quantity(
        "Mvar",
        "reactive consumption in the base case; null means tan_phi times the active one",
        default=None,
    )


def _base_mva(bid: Bid, factor: float) -> complex:
    """Its base power, or else all of its demand."""
    p = bid.p_max_mw * factor if bid.p_base_mw is None else bid.p_base_mw
    return complex(p, p * bid.tan_phi if bid.q_base_mvar is None else bid.q_base_mvar)


assets.register(
    "bid",
    Asset(
        Bid,
        table="bids",
        noun="bid",
        group="consumer",
        order=3,
        greatest_mw=lambda k: (0.0, k.p_max_mw),
        has_curve=True,
        base_mva=_base_mva,
        per_mw=lambda k: (complex(1, k.tan_phi), 0.0, 0.0),
    ),
)
