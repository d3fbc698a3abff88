"""Generators, wind and PV plants."""

import math
from dataclasses import dataclass, replace

from scenarios.assets import assets
from scenarios.assets.capability import Capability
from scenarios.assets.contract import Asset
from scenarios.quantity import label, quantity

LINES = "the lines between which Q stays"
CAPABILITY = ("p_1_mw", "p_2_mw", "q_min_1_mvar", "q_max_1_mvar", "q_min_2_mvar", "q_max_2_mvar")


@dataclass(frozen=True, slots=True)
class Generator:
    """Generator, wind or PV plant; its cost is in `offers`."""

    area: str = label("area of the generator", key=True)
    generator: str = label("name, unique in its area among all that offer or bid", key=True)
    bus: str = label("bus of the generator")
    p_min_mw: float = quantity("MW", "least output")
    p_max_mw: float = quantity("MW", "greatest output, times the profile where there is one")
    q_min_mvar: float = quantity(
        "Mvar", "least reactive output; -inf means no limit", default=0.0, no_limit=-math.inf
    )
    q_max_mvar: float = quantity(
        "Mvar", "greatest reactive output; inf means no limit", default=0.0, no_limit=math.inf
    )
    v_set_pu: float | None = quantity("p.u.", "voltage set-point", default=None)
    ramp_mw_per_h: float | None = quantity("MW/h", "ramp limit; null means none", default=None)
    p_initial_mw: float | None = quantity(
        "MW", "output before the first period; null leaves the first step free", default=None
    )
    p_base_mw: float | None = quantity(
        "MW",
        "output in the base case of a load flow; null means 0, and all that is available of pv, "
        "wind and what has a profile",
        default=None,
    )
    q_base_mvar: float | None = quantity(
        "Mvar",
        "reactive output in the base case where no voltage is held; null means 0",
        default=None,
    )
    s_max_mva: float | None = quantity("MVA", "apparent-power limit; null means none", default=None)
    no_load_usd_per_h: float = quantity("$/h", "cost at zero output, always paid", default=0.0)
    profile: str | None = label("profile that scales p_max_mw", default=None)
    technology: str = label("thermal, pv, wind or hydro", default="thermal")
    participation: str | None = label(
        "type1, type2 or wholesale; null means wholesale in transmission, type2 in distribution",
        default=None,
    )
    gamma: float | None = quantity("1", "share of power a type1 offers wholesale", default=None)
    beta: float | None = quantity("$/MWh", "wholesale offer price of a type1", default=None)
    p_1_mw: float | None = quantity(
        "MW", f"first output of {LINES}; null where they do not depend on P", default=None
    )
    p_2_mw: float | None = quantity(
        "MW", f"second output of {LINES}, above the first", default=None
    )
    q_min_1_mvar: float | None = quantity("Mvar", "least Q at the first output", default=None)
    q_max_1_mvar: float | None = quantity("Mvar", "greatest Q at the first output", default=None)
    q_min_2_mvar: float | None = quantity("Mvar", "least Q at the second output", default=None)
    q_max_2_mvar: float | None = quantity("Mvar", "greatest Q at the second output", default=None)

    @property
    def capability(self) -> Capability | None:
        """Limits of Q that change with P, beside `q_min_mvar` and `q_max_mvar`."""
        given = [getattr(self, name) for name in CAPABILITY]
        if None in given:
            return None
        p_1, p_2, low_1, high_1, low_2, high_2 = given
        return Capability((p_1, p_2), (low_1, low_2), (high_1, high_2))

    def reactive_limits(self, p_mw: float) -> tuple[float, float]:
        """Least and greatest reactive output (Mvar) at an active output."""
        low, high = self.q_min_mvar, self.q_max_mvar
        if self.capability is None:
            return low, high
        least, most = self.capability.at(p_mw)
        return max(low, least), min(high, most)


def _in_one_hour(unit: Generator) -> Generator:
    return replace(unit, ramp_mw_per_h=None, p_initial_mw=None)


assets.register(
    "generator",
    Asset(
        Generator,
        table="generators",
        noun="generator",
        group="producer",
        order=1,
        greatest_mw=lambda g: (g.p_max_mw, 0.0),
        has_curve=True,
        in_one_hour=_in_one_hour,
    ),
)
