"""The tables of a day's load flows: one record type per table, one field per column."""

from dataclasses import dataclass

from scenarios.quantity import label, quantity

NOT_ASKED = "not asked for"


@dataclass(frozen=True, slots=True)
class SecurityHour:
    """The load flow of one period."""

    period: int = label("period, from 1", key=True)
    status: str = label("solved, violated (a limit is exceeded) or unsolved")
    loss_mw: float | None = quantity("MW", "losses of all branches")
    v_min_pu: float | None = quantity("p.u.", "lowest voltage")
    v_min_bus: str | None = label("its bus, as area/bus")
    violations: int | None = label("number of limits that are exceeded")
    rounds: int = label("rounds that the operators needed")
    why: str = label("what is wrong where the period is unsolved")
    redispatch: str = label("not asked for, solved, scarcity or unsolved", default=NOT_ASKED)
    redispatch_usd: float | None = quantity(
        "$", "what the cheapest AC dispatch costs more than the cleared one", default=None
    )
    redispatch_mw: float | None = quantity(
        "MW", "by how much it moves generators, up and down", default=None
    )


@dataclass(frozen=True, slots=True)
class SecurityBoundary:
    """What crosses one boundary in one period, in the market and with losses."""

    period: int = label("period, from 1", key=True)
    boundary: str = label("boundary", key=True)
    market_mw: float = quantity("MW", "power into distribution as cleared")
    flow_mw: float = quantity("MW", "power into distribution by load flow")
    flow_mvar: float = quantity("Mvar", "reactive power into distribution by load flow")
    v_pu: float = quantity("p.u.", "voltage at the boundary")
    difference_mw: float = quantity("MW", "flow_mw - market_mw")


@dataclass(frozen=True, slots=True)
class SecurityViolation:
    """A limit that is exceeded in one period."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the element", key=True)
    element: str = label("bus or branch", key=True)
    kind: str = label("low voltage, high voltage, overload or wide angle")
    value: float = quantity("", "voltage (p.u.), flow (MVA) or angle across a branch (deg)")
    limit: float = quantity("", "the limit, in the same unit")


@dataclass(frozen=True, slots=True)
class SecurityVoltage:
    """Voltage at one bus in one period by load flow; periods without solution have no rows."""

    period: int = label("period, from 1", key=True)
    area: str = label("area of the bus", key=True)
    bus: str = label("bus", key=True)
    v_pu: float = quantity("p.u.", "voltage magnitude")
    angle_deg: float = quantity("deg", "voltage angle against the slack bus of transmission")
