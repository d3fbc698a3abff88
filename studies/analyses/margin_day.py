"""Margins of every cleared hour of a run: tables, a summary, and their place in the run folder."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from security.continuation.loaded import Loaded
from security.continuation.margin import Margin, Method, margin_of
from security.continuation.plain import PlainCurve
from security.continuation.tables import curve_table
from studies.analyses.margin import FOLDER, PAGE, summary_of
from studies.report.figures.margin import margin_page
from studies.report.page import write_report
from studies.runs.cleared_run import ClearedRun
from studies.runs.run_folder import new_folder, write_frames

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


def day_of(
    cleared: ClearedRun, method: Method, watch: Hours = iter, *, q_limits: bool, past: float
) -> MarginDay:
    """The margin of every hour; `watch` sees each as it is begun.  Raises InvalidInput."""
    rows, curves = [], [pd.DataFrame(columns=["period", "lambda", "area", "bus", "v_pu"])]
    worst: tuple[float, Margin | PlainCurve] | None = None
    for period in watch(list(cleared.run.scenario.periods)):
        loaded = Loaded.cleared(cleared.hours, period)
        found = margin_of(loaded, method, q_limits=q_limits, past=past)
        summary = summary_of(found)
        rows.append({"period": period, **summary})
        loading = summary["lambda_max"]
        if loading is not None and (worst is None or loading < worst[0]):
            worst = loading, found
        if loading is not None and isinstance(found, Margin):
            curves.append(_critical(found).assign(period=period))
    curve = pd.concat(curves[1:] or curves, ignore_index=True)
    return MarginDay(cleared.design, pd.DataFrame(rows), curve, worst[1] if worst else None)


def day_summary(day: MarginDay) -> dict[str, Any]:
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


def hour_lines(day: MarginDay) -> Table:
    """Every hour in one line, for people."""
    table = Table("hour", "status", "lambda", "MW more", "ended by", "critical bus", "p.u.")
    for row in day.hour.to_dict("records"):
        table.add_row(
            str(row["period"]),
            row["status"],
            _figure(row["lambda_max"], 4),
            _figure(row["margin_mw"], 1),
            _word(row["limit"]),
            _word(row["critical_bus"]),
            _figure(row["v_at_nose_pu"], 4),
        )
    return table


def keep_in_run(cleared: ClearedRun, day: MarginDay) -> Path:
    """Put the tables beside the design's own, and write the report again."""
    for name, table in ((HOUR, day.hour), (CURVE, day.curve)):
        place = cleared.folder / f"{name}.parquet"
        part = place.with_suffix(".part")
        table.to_parquet(part, index=False)
        part.replace(place)
    return write_report(cleared.run.folder)


def write_day(day: MarginDay, out: Path) -> None:
    """Tables as Parquet and CSV, and the curves of the hour with the least margin.

    Raises InvalidInput.
    """
    with new_folder(out, FOLDER) as (part, _):
        write_frames(part, {"hour": day.hour, "curve": day.curve})
        if isinstance(day.worst, Margin):
            (part / PAGE).write_text(margin_page(curve_table(day.worst)), encoding="utf-8")


def _critical(found: Margin) -> pd.DataFrame:
    curve = curve_table(found)
    area, bus = found.critical_bus.split("/", 1)
    own = curve[(curve["area"] == area) & (curve["bus"] == bus)]
    return own[["lambda", "area", "bus", "v_pu"]]


def _word(value: str | None) -> str:
    return value if isinstance(value, str) else "-"


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None or pd.isna(value) else f"{value:.{digits}f}"
