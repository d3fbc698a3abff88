"""The systems of the chapter, and margins on them."""

from collections.abc import Sequence

import pandas as pd

from reproduction.solved import Solved
from scenarios.scenario import Scenario
from scenarios.systems.stability import CONSTANT, Exponents, Fed
from security.continuation.curve_tables import boundary_table, curve_table
from security.continuation.direction import Direction
from security.continuation.margin import Margin, Method, margin

HOUSEHOLD: Exponents = (1.2, 3.0)
LOADS: dict[str, Exponents] = {"constant power": CONSTANT, "households": HOUSEHOLD}
SLACK_ONLY = Direction(transmission=0.0)
PAST = 0.1  # of the greatest loading, drawn behind it
METHODS: dict[str, Method] = {"CCPF": "response", "TCPF": "tcpf", "TCPF-LM": "tcpf-lm"}
ASSUMED = (
    "33-bus feeders scaled to the loads that stood at the boundary buses, without transformers; "
    "no reactive limits"
)


def traced(solved: Solved, fed: Fed, method: str) -> Margin:
    """The curve of a system by one method, a little beyond its nose."""
    return solved.once(
        ("margin", fed, method), lambda: followed(solved.scenario(fed), METHODS[method])
    )


def followed(
    scenario: Scenario, method: Method = "response", direction: Direction | None = None
) -> Margin:
    """The curve of a scenario without reactive limits, a little beyond its nose."""
    found = margin(scenario, method=method, q_limits=False, direction=direction, past=PAST)
    assert isinstance(found, Margin)
    return found


def at_buses(solved: Solved, fed: Fed, method: str) -> pd.DataFrame:
    """Voltage and power served at boundary buses and at the watched bus, point by point.

    Columns system, method, bus, kind, lambda, v_pu, p_mw.
    """
    table = points(traced(solved, fed, method), (*fed.boundaries, fed.watched))
    is_boundary = table["bus"].isin(fed.boundaries)
    table["kind"] = is_boundary.map({True: "boundary", False: "watched"})
    table.insert(0, "method", method)
    table.insert(0, "system", fed.name)
    return table


def points(found: Margin, buses: Sequence[str]) -> pd.DataFrame:
    """Voltage and power at buses of transmission along a curve: bus, lambda, v_pu, p_mw.

    Power of a boundary bus is what its feeder draws, or the lumped load that stands for it.
    """
    curve = curve_table(found).query("area == 'T'")
    own = curve[curve["bus"].isin(buses)]
    table: pd.DataFrame = own[["bus", "point", "lambda", "v_pu", "p_mw"]].reset_index(drop=True)
    drawn = boundary_table(found).assign(bus=lambda t: t["boundary"].str[1:])
    power = table.merge(drawn, on=["point", "bus"], how="left", suffixes=("", "_drawn"))
    table["p_mw"] = power["p_mw_drawn"].fillna(power["p_mw"]).to_numpy()
    return table.drop(columns="point")
