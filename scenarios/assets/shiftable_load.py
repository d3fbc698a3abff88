"""Loads whose hours are free."""

from dataclasses import dataclass

from scenarios.assets import assets
from scenarios.assets.contract import Asset
from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class ShiftableLoad:
    """Load whose energy of the day is fixed and whose hours are free within a window."""

    area: str = label("area of the load", key=True)
    shiftable_load: str = label("name of the load, unique in its area", key=True)
    bus: str = label("bus of the load")
    energy_mwh: float = quantity("MWh", "energy of the day")
    p_max_mw: float = quantity("MW", "greatest consumption")
    first_period: int = label("first period of the window")
    last_period: int = label("last period of the window")
    tan_phi: float = quantity("1", "reactive over active consumption", default=0.0)


assets.register(
    "shiftable_load",
    Asset(
        ShiftableLoad,
        table="shiftable_loads",
        noun="shiftable load",
        group="consumer",
        order=5,
        greatest_mw=lambda r: (0.0, r.p_max_mw),
        in_one_hour=lambda _: None,
        per_mw=lambda r: (complex(1, r.tan_phi), 0.0, 0.0),
    ),
)
