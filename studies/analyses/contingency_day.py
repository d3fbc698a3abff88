"""Outages of every cleared hour of a run: tables, a summary, and their place in the run folder."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from security.dc.outages import State
from security.outages.contingency import Contingency
from security.outages.outage import pair_outages, single_outages
from security.outages.outage_tables import boundary_table, outage_table, violation_table
from security.outages.shared_networks import Networks
from studies.analyses.contingency import STATES, Asked, analysed, begun_as_cleared, outage_summary
from studies.report.run_page import write_report
from studies.runs.cleared_run import ClearedRun
from studies.runs.run_folder import keep_tables, new_folder, write_frames

Hours = Callable[[Sequence[int]], Iterable[int]]
FOLDER = "contingency"
IN_RUN = ("hour", "outage", "peak")  # tables that the report is made from


@dataclass(frozen=True)
class OutageHour:
    """One hour's outages in figures and tables; `peak` is the loading by branch and outage."""

    period: int
    summary: Mapping[str, Any]
    row: Mapping[str, Any]
    outage: pd.DataFrame
    boundary: pd.DataFrame
    violation: pd.DataFrame
    loading: np.ndarray


@dataclass(frozen=True)
class OutageDay:
    """All hours; `branches` and `outages` name the rows and columns of the hours' loadings."""

    design: str
    hours: tuple[OutageHour, ...]
    branches: tuple[str, ...]
    outages: tuple[str, ...]


def outage_day(
    cleared: ClearedRun, pairs: Sequence[tuple[str, str]], asked: Asked, watch: Hours = iter
) -> OutageDay:
    """N-1 of every hour; `watch` sees each hour as it is begun.  Raises InvalidInput."""
    operators = cleared.hours.operators
    networks = Networks(operators)
    listed = (*single_outages(operators.upper), *pair_outages(operators.upper.network, pairs))
    hours, last = [], None
    for period in watch(list(cleared.run.scenario.periods)):
        before = begun_as_cleared(cleared.hours, networks, period, asked, last)
        hours.append(_hour(period, analysed(before, listed, asked)))
        last = before
    names = tuple(outage.name for outage in listed)
    return OutageDay(cleared.design, tuple(hours), networks.layout.upper.branches, names)


def outage_day_summary(day: OutageDay) -> dict[str, Any]:
    """Outages of all hours by state, and each hour as of a single analysis."""
    count = {state: sum(h.summary[state] for h in day.hours) for state in STATES}
    total = sum(h.summary["outages"] for h in day.hours)
    return {
        "status": "secure" if count["secure"] == total else "insecure",
        "design": day.design,
        "outages": total,
        **count,
        "hours": [{"period": h.period, **h.summary} for h in day.hours],
    }


def outage_day_tables(day: OutageDay) -> dict[str, pd.DataFrame]:
    """Tables of the day: by hour; by outage; the fullest hour of every branch."""
    return {
        "hour": pd.DataFrame([h.row for h in day.hours]),
        "outage": _stacked(day, "outage"),
        "peak": _peaks(day),
        "boundary": _stacked(day, "boundary"),
        "violation": _stacked(day, "violation"),
    }


def keep_outages(cleared: ClearedRun, tables: Mapping[str, pd.DataFrame]) -> Path:
    """Put the tables of the report beside the design's own, and write the report again."""
    keep_tables(cleared.folder, {f"contingency_{name}": tables[name] for name in IN_RUN})
    return write_report(cleared.run.folder)


def write_outage_day(tables: Mapping[str, pd.DataFrame], out: Path) -> None:
    """All tables of the day as Parquet and CSV in a new folder; raises InvalidInput."""
    with new_folder(out, FOLDER) as (part, _):
        write_frames(part, tables)


def _hour(period: int, found: Contingency) -> OutageHour:
    outage = outage_table(found)
    return OutageHour(
        period,
        outage_summary(found),
        {"period": period, **_figures(found), **_worst(outage, found)},
        outage,
        boundary_table(found),
        violation_table(found),
        found.loading,
    )


def _figures(found: Contingency) -> dict[str, Any]:
    """Counts of one hour; `causing` outages leave a limit exceeded that was kept before."""
    return {
        "without_outage": str(found.intact.state),
        "exceeded_without": len(found.intact.violations),
        "outages": len(found.after),
        **{str(state): found.count(state) for state in State},
        "causing": int(found.causes.sum()),
    }


def _worst(outage: pd.DataFrame, found: Contingency) -> dict[str, Any]:
    """The outage with the greatest index of those with a load flow, and the fullest branch."""
    known = [row for row, k in zip(outage.to_dict("records"), found.is_known, strict=True) if k]
    if not known:
        none: dict[str, Any] = dict.fromkeys(("worst_outage", "pi_mw", "pi_v", "worst_branch"))
        return none | {"worst_loading": np.nan}
    worst = max(known, key=lambda row: float(row["pi_mw"]))
    fullest = max(known, key=lambda row: float(np.nan_to_num(row["worst_loading"], nan=-1.0)))
    return {
        "worst_outage": worst["outage"],
        "pi_mw": worst["pi_mw"],
        "pi_v": float(found.pi_v[found.is_known].max()),
        "worst_branch": fullest["worst_branch"],
        "worst_loading": fullest["worst_loading"],
    }


def _stacked(day: OutageDay, table: str) -> pd.DataFrame:
    parts: Iterator[pd.DataFrame] = (
        getattr(hour, table).assign(period=hour.period) for hour in day.hours
    )
    stacked = pd.concat(list(parts), ignore_index=True)
    stacked.insert(0, "period", stacked.pop("period"))
    return stacked


def _peaks(day: OutageDay) -> pd.DataFrame:
    """Greatest loading of every branch over the day after each outage, and its hour."""
    each = np.array([h.loading for h in day.hours])
    at = np.nan_to_num(each, nan=-1.0).argmax(axis=0)
    peak = np.take_along_axis(each, at[None], axis=0)[0]
    branches, outages = np.indices(peak.shape).reshape(2, -1)
    return pd.DataFrame(
        {
            "outage": np.array(day.outages, dtype=object)[outages],
            "branch": np.array(day.branches, dtype=object)[branches],
            "loading": peak.ravel(),
            "period": np.array([h.period for h in day.hours])[at.ravel()],
        }
    ).query("loading > 0")
