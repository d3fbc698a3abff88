"""Margins of every cleared hour of a run: tables, a summary, and their place in the run folder."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from security.continuation.curve_tables import curve_table
from security.continuation.loaded import Loaded
from security.continuation.margin import Margin, Method, margin_of
from security.continuation.plain import PlainCurve
from studies.analyses.margin import FOLDER, PAGE, curves_page, margin_summary
from studies.report.run_page import write_report
from studies.runs.cleared_run import ClearedRun
from studies.runs.run_folder import keep_tables, new_folder, write_frames

Hours = Callable[[Sequence[int]], Iterable[int]]
HOUR, CURVE = "margin_hour", "margin_curve"  # tables in the run folder


@dataclass(frozen=True)
class MarginDay:
    """All hours: one row each, and the critical bus along each hour's curve."""

    design: str
    hour: pd.DataFrame
    curve: pd.DataFrame
    worst: Margin | PlainCurve | None

    @property
    def is_solved(self) -> bool:
        """Whether every hour has a margin."""
        return bool((self.hour["status"] == "solved").all())


def margin_day(
    cleared: ClearedRun, method: Method, watch: Hours = iter, *, q_limits: bool, past: float
) -> MarginDay:
    """The margin of every hour; `watch` sees each as it is begun.  Raises InvalidInput."""
    rows, curves = [], [pd.DataFrame(columns=["period", "lambda", "area", "bus", "v_pu"])]
    worst: tuple[float, Margin | PlainCurve] | None = None
    for period in watch(list(cleared.run.scenario.periods)):
        loaded = Loaded.cleared(cleared.hours, period)
        found = margin_of(loaded, method, q_limits=q_limits, past=past)
        summary = margin_summary(found)
        rows.append({"period": period, **summary})
        loading = summary["lambda_max"]
        if loading is not None and (worst is None or loading < worst[0]):
            worst = loading, found
        if loading is not None and isinstance(found, Margin):
            curves.append(_critical(found).assign(period=period))
    curve = pd.concat(curves[1:] or curves, ignore_index=True)
    return MarginDay(cleared.design, pd.DataFrame(rows), curve, worst[1] if worst else None)


def margin_day_summary(day: MarginDay) -> dict[str, Any]:
    """The least margin of the day, and each hour as of a single analysis."""
    rows: list[dict[str, Any]] = [
        {str(k): None if pd.isna(v) else v for k, v in row.items()}
        for row in day.hour.astype(object).to_dict("records")
    ]
    known = [row for row in rows if row["lambda_max"] is not None]
    least = min(known, key=lambda row: float(row["lambda_max"]), default=None)
    return {
        "status": "solved" if day.is_solved else "unsolved",
        "design": day.design,
        "lambda_max": None if least is None else least["lambda_max"],
        "period": None if least is None else least["period"],
        "hours": rows,
    }


def keep_margins(cleared: ClearedRun, day: MarginDay) -> Path:
    """Put the tables beside the design's own, and write the report again."""
    keep_tables(cleared.folder, {HOUR: day.hour, CURVE: day.curve})
    return write_report(cleared.run.folder)


def write_margin_day(day: MarginDay, out: Path) -> None:
    """Tables as Parquet and CSV, and the curves of the hour with the least margin.

    Raises InvalidInput.
    """
    with new_folder(out, FOLDER) as (part, _):
        write_frames(part, {"hour": day.hour, "curve": day.curve})
        if isinstance(day.worst, Margin):
            (part / PAGE).write_text(curves_page(curve_table(day.worst)), encoding="utf-8")


def _critical(found: Margin) -> pd.DataFrame:
    curve = curve_table(found)
    area, bus = found.critical_place
    own = curve[(curve["area"] == area) & (curve["bus"] == bus)]
    return own[["lambda", "area", "bus", "v_pu"]]
