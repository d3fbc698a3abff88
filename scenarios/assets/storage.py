"""Batteries and other stores of energy."""

from dataclasses import dataclass

from scenarios.assets import assets
from scenarios.assets.contract import Asset
from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Storage:
    """Battery or other store of energy."""

    area: str = label("area of the store", key=True)
    storage: str = label("name of the store, unique in its area", key=True)
    bus: str = label("bus of the store")
    p_charge_max_mw: float = quantity("MW", "greatest charging power at the bus")
    p_discharge_max_mw: float = quantity("MW", "greatest discharging power at the bus")
    energy_max_mwh: float = quantity("MWh", "capacity")
    energy_min_mwh: float = quantity("MWh", "least energy kept", default=0.0)
    energy_initial_mwh: float = quantity("MWh", "energy before the first period", default=0.0)
    energy_final_mwh: float = quantity("MWh", "least energy after the last period", default=0.0)
    charge_efficiency: float = quantity("1", "stored over drawn", default=1.0)
    discharge_efficiency: float = quantity("1", "delivered over taken out", default=1.0)
    cost_usd_per_mwh: float = quantity("$/MWh", "wear per MWh discharged", default=0.0)
    participation: str | None = label(
        "type1, type2 or wholesale; null means wholesale in transmission, type2 in distribution",
        default=None,
    )
    gamma: float | None = quantity(
        "1", "share of its power both ways that a type1 offers wholesale", default=None
    )
    p_base_mw: float = quantity(
        "MW", "charging in the base case of a load flow, negative: discharging", default=0.0
    )
    q_base_mvar: float = quantity("Mvar", "reactive consumption in the base case", default=0.0)
    energy_value_usd_per_mwh: float = quantity(
        "$/MWh", "worth of a stored MWh when the last period is over", default=0.0
    )


assets.register(
    "storage",
    Asset(
        Storage,
        table="storage",
        noun="storage",
        group="storage",
        order=4,
        greatest_mw=lambda s: (s.p_discharge_max_mw, s.p_charge_max_mw),
        in_one_hour=lambda _: None,
        base_mva=lambda s, _: complex(s.p_base_mw, s.q_base_mvar),
    ),
)
