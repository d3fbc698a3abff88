"""What generation emits, by technology."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class EmissionFactor:
    """Carbon dioxide of a MWh, by the technology that generators name."""

    technology: str = label("thermal, pv, wind or hydro", key=True)
    co2_t_per_mwh: float = quantity("t/MWh", "carbon dioxide of a MWh produced")
