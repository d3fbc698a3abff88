"""The AC truth of a cleared market: its load flows as tables and in a few figures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from market.opf.redispatch import Redispatch, redispatch
from scenarios.findings import InvalidInput
from scenarios.quantity import arrow_schema, from_table, to_table
from scenarios.scenario import Scenario
from security.cleared_day import ClearedDay, check_cleared_day, security_tables
from security.day_records import (
    NOT_ASKED,
    SecurityBoundary,
    SecurityHour,
    SecurityViolation,
    SecurityVoltage,
)
from security.load_flow import merged_voltages
from studies.runs.run_records import AcSummary, Exceeded
from studies.runs.summary import SCARCITY_MW
from studies.study.study import Study
from studies.study.study_tables import Losses

RECORDS: dict[str, type] = {
    "security_hour": SecurityHour,
    "security_boundary": SecurityBoundary,
    "security_violation": SecurityViolation,
    "security_voltage": SecurityVoltage,
}


@dataclass(frozen=True)
class AcCheck:
    """The load flows of a clearing, as work that any process of a study can do."""

    tables: Mapping[str, pa.Table]

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table]) -> Self:
        """The work on the tables of a clearing, of which it is given those that it reads."""
        return cls({name: tables[name] for name in ("dispatch", "boundary")})

    def __call__(self, study: Study, scenario: Scenario) -> tuple[dict[str, pa.Table], str]:
        """What `ac_tables` gives."""
        return ac_tables(scenario, self.tables, study.load_flow.losses)


def ac_tables(
    scenario: Scenario, tables: Mapping[str, pa.Table], losses: Losses = "slack"
) -> tuple[dict[str, pa.Table], str]:
    """Load flows of every hour of a clearing; empty tables and why where there can be none.

    Losses are met by the slack bus; with `redispatch` the cheapest AC dispatch stands beside it.
    """
    try:
        day = check_cleared_day(scenario, tables["dispatch"])
    except InvalidInput as invalid:
        none = {name: arrow_schema(record).empty_table() for name, record in RECORDS.items()}
        return none, "; ".join(f"{f.place}: {f.finding}" for f in invalid.findings)
    made = security_tables(day, tables["boundary"])
    if losses == "redispatch":
        made["security_hour"] = _redispatched(scenario, tables["dispatch"], day, made)
    return made, ""


def _redispatched(
    scenario: Scenario, dispatch: pa.Table, day: ClearedDay, made: Mapping[str, pa.Table]
) -> pa.Table:
    """The table `security_hour` with what an AC redispatch costs."""
    start = {t: merged_voltages(scenario, f) for t, f in day.items() if f.outcome == "solved"}
    found = {r.period: r for r in redispatch(scenario, dispatch, start)}
    hours = from_table(made["security_hour"], SecurityHour)
    return to_table([_beside(hour, found[hour.period]) for hour in hours], SecurityHour)


def _beside(hour: SecurityHour, found: Redispatch) -> SecurityHour:
    scarce = found.scarcity_mw is not None and found.scarcity_mw > SCARCITY_MW
    status = "unsolved" if found.more_usd is None else "scarcity" if scarce else "solved"
    return replace(
        hour,
        why=hour.why or found.why,
        redispatch=status,
        redispatch_usd=found.more_usd,
        redispatch_mw=found.moved_mw,
    )


def ac_summary(scenario: Scenario, tables: Mapping[str, pa.Table]) -> AcSummary | None:
    """The load flows of the day in a few figures; None where there are none."""
    hours = tables["security_hour"].to_pandas()
    if hours.empty:
        return None
    state = hours["status"].value_counts()
    length = np.array(scenario.hours)[hours["period"] - 1]
    solved = hours.dropna(subset="v_min_pu")
    low = solved.loc[solved["v_min_pu"].idxmin()] if len(solved) else None
    asked = hours["redispatch"] != NOT_ASKED
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
        worst=worst_exceeded(tables["security_violation"]),
        why_unsolved=next(iter(hours.loc[hours["status"] == "unsolved", "why"]), ""),
        **(_redispatch_figures(hours) if asked.any() else {}),
    )


def worst_exceeded(violation: pa.Table) -> tuple[Exceeded, ...]:
    """Of each kind of limit the one that is exceeded most, relative to the limit."""
    rows = violation.to_pandas()
    worst = rows.loc[relative_excess(rows).groupby(rows["kind"]).idxmax()]
    return tuple(
        Exceeded(r["kind"], r["area"], r["element"], int(r["period"]), r["value"], r["limit"])
        for r in worst.to_dict("records")
    )


def relative_excess(violation: pd.DataFrame) -> pd.Series:
    """By how much limits are exceeded, relative to the limit; of one of 0 as it is."""
    size = violation["limit"].abs().replace(0.0, 1.0)
    excess: pd.Series = (violation["value"] - violation["limit"]).abs() / size
    return excess


def _redispatch_figures(hours: pd.DataFrame) -> dict[str, Any]:
    state = hours["redispatch"].value_counts()
    return {
        "redispatch_usd": float(hours["redispatch_usd"].sum()),
        "redispatch_scarce": int(state.get("scarcity", 0)),
        "redispatch_unsolved": int(state.get("unsolved", 0)),
    }
