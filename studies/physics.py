"""The AC truth of a cleared market: its load flows as tables and in a few figures."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from scenarios.findings import InvalidInput
from scenarios.quantity import arrow_schema
from scenarios.scenario import Scenario
from security.cleared import check_cleared_day, security_tables
from security.records import (
    SecurityBoundary,
    SecurityHour,
    SecurityViolation,
    SecurityVoltage,
)
from studies.records import AcSummary

RECORDS: dict[str, type] = {
    "security_hour": SecurityHour,
    "security_boundary": SecurityBoundary,
    "security_violation": SecurityViolation,
    "security_voltage": SecurityVoltage,
}


def physics_of(scenario: Scenario, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Load flows of every hour of a clearing; empty tables where networks do not permit them.

    The coordinated load flow takes neither areas that are fed at several boundaries nor branches
    without impedance.
    """
    try:
        day = check_cleared_day(scenario, tables["dispatch"])
    except InvalidInput:
        return {name: arrow_schema(record).empty_table() for name, record in RECORDS.items()}
    return security_tables(day, tables["boundary"])


def ac_summary(scenario: Scenario, tables: Mapping[str, pa.Table]) -> AcSummary | None:
    """The load flows of the day in a few figures; None where there are none."""
    hours = tables["security_hour"].to_pandas()
    if hours.empty:
        return None
    state = hours["status"].value_counts()
    length = np.array(scenario.hours)[hours["period"] - 1]
    solved = hours.dropna(subset="v_min_pu")
    low = solved.loc[solved["v_min_pu"].idxmin()] if len(solved) else None
    apart = tables["security_boundary"].column("difference_mw").to_numpy()
    return AcSummary(
        hours_solved=len(solved),
        hours_violated=int(state.get("violated", 0)),
        hours_unsolved=int(state.get("unsolved", 0)),
        loss_mwh=float((hours["loss_mw"].fillna(0.0) * length).sum()),
        v_min_pu=None if low is None else float(low["v_min_pu"]),
        v_min_bus=None if low is None else str(low["v_min_bus"]),
        violations=int(hours["violations"].fillna(0).sum()),
        largest_boundary_difference_mw=float(np.abs(apart).max(initial=0.0)),
    )
