"""What networks carry: flows, voltages, what crosses boundaries and is traded between zones."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity


@dataclass(frozen=True, slots=True)
class Flow:
    """Flow on one branch in one period, at its from end."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the branch", key=True)
    branch: str = label("branch", key=True)
    from_bus: str = label("bus at the from end")
    to_bus: str = label("bus at the to end")
    p_mw: float = quantity("MW", "active flow")
    q_mvar: float | None = quantity("Mvar", "reactive flow")
    rating_mva: float | None = quantity(
        "MVA", "limit that the market kept: the rating less any margin; null means none"
    )
    shadow_usd_per_mwh: float = quantity(
        "$/MWh", "value of one more MW of rating; negative where the flow to the from end binds"
    )
    loss_mw: float | None = quantity(
        "MW", "active loss; null where the formulation has none", default=None
    )
    excess_loss_mw: float | None = quantity(
        "MW", "loss that no flow causes: a relaxation is exact where it is 0", default=None
    )
    drop_usd_per_h: float | None = quantity(
        "$/h",
        "value of one p.u. less of squared voltage lost on the way; null where losses do not "
        "follow voltages",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A branch whose losses a relaxation overstated, so that its area's schedule was repaired."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the branch", key=True)
    branch: str = label("branch", key=True)
    excess_loss_mw: float = quantity("MW", "loss that no flow caused, before the repair")


@dataclass(frozen=True, slots=True)
class Voltage:
    """Voltage at one bus in one period; null where the formulation has none."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the bus", key=True)
    bus: str = label("bus", key=True)
    v_pu: float | None = quantity("p.u.", "voltage magnitude")
    angle_rad: float | None = quantity("rad", "voltage angle")


@dataclass(frozen=True, slots=True)
class BoundaryFlow:
    """What crosses one boundary in one period, positive into distribution."""

    period: int = label("period, from 1", key=True)
    boundary: str = label("boundary", key=True)
    area: str = label("distribution area")
    p_mw: float = quantity("MW", "power that the distribution area takes")
    q_mvar: float | None = quantity("Mvar", "reactive power that the distribution area takes")
    lmp_usd_per_mwh: float = quantity("$/MWh", "price at the boundary bus in transmission")
    dlmp_usd_per_mwh: float | None = quantity(
        "$/MWh", "price at the root bus in distribution; null where its operator was lost"
    )
    ban_usd_per_mwh: float | None = quantity(
        "$/MWh",
        "worth of one more MW that the local market may export; null where there is none",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Exchange:
    """Trade between zones in one period, or the flow that it causes on a critical branch."""

    period: int = label("period, from 1", key=True)
    element: str = label("border between two zones, or critical branch", key=True)
    p_mw: float = quantity("MW", "exchange over the border, or flow that net positions cause")
    p_min_mw: float | None = quantity("MW", "least of it; null means no limit")
    p_max_mw: float | None = quantity("MW", "greatest of it; null means no limit")
    rent_usd: float = quantity("$", "what the limit is worth: shadow price times p_mw")


@dataclass(frozen=True, slots=True)
class Unmended:
    """An area whose limits a design leaves to others, and how far its dispatch exceeds them."""

    area: str = label("name of the area", key=True)
    ratings: int = quantity("1", "ratings that are exceeded, counted in every period")
    overload_mva: float = quantity("MVA", "largest excess of a flow over its rating")
    voltages: int = quantity("1", "voltages out of their band, counted in every period")
    beyond_pu: float = quantity("p.u.", "farthest that a voltage is out of its band")
