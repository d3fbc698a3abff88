"""Inelastic loads."""

from dataclasses import dataclass

from scenarios.assets import assets
from scenarios.assets.contract import Asset
from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Load:
    """Inelastic load; shedding it costs the value of lost load."""

    area: str = label("area of the load", key=True)
    load: str = label("name of the load, unique in its area", key=True)
    bus: str = label("bus of the load")
    p_mw: float = quantity("MW", "consumption, times the profile where there is one")
    q_mvar: float = quantity("Mvar", "reactive consumption, times the profile", default=0.0)
    n_p: float = quantity("1", "voltage exponent of P (0: constant power)", default=0.0)
    n_q: float = quantity("1", "voltage exponent of Q (0: constant power)", default=0.0)
    profile: str | None = label("profile that scales p_mw and q_mvar", default=None)


def _per_mw(load: Load) -> tuple[complex, float, float]:
    ratio = load.q_mvar / load.p_mw if load.p_mw else 0.0
    return complex(1, ratio), load.n_p, load.n_q


assets.register(
    "load",
    Asset(
        Load,
        table="loads",
        noun="load",
        group="consumer",
        order=2,
        may_turn=True,
        greatest_mw=lambda r: (max(-r.p_mw, 0.0), max(r.p_mw, 0.0)),
        base_mva=lambda r, factor: complex(r.p_mw, r.q_mvar) * factor,
        per_mw=_per_mw,
    ),
)
