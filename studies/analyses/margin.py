"""A voltage-stability margin told in a summary, and written as tables and curves."""

from pathlib import Path
from typing import Any

import pandas as pd

from security.continuation.curve_tables import boundary_table, curve_table, limit_table, plain_table
from security.continuation.margin import Margin
from security.continuation.plain import PlainCurve
from security.coordinated.boundary_iteration import Operators
from studies.report.figures.margin import CAPTION, TITLE, draw_curves
from studies.report.rendering import Section, figure_page
from studies.runs.run_folder import new_folder, write_frames

FOLDER, PAGE = "margin", "curves.html"
STOPPED = (
    "the plain exchange stops here, at or below the greatest loading: it settles only while the "
    "power that feeders draw hardly depends on their voltage; the method response finds the nose"
)


def margin_summary(found: Margin | PlainCurve) -> dict[str, Any]:
    """The margin in a few figures; null where there is none."""
    if isinstance(found, PlainCurve):
        return {
            "status": "unsolved" if found.why else "solved",
            "lambda_max": found.lambda_max if found.loadings else None,
            **dict.fromkeys(("limit", "critical_bus", "v_at_nose_pu", "margin_mw")),
            "rounds": found.rounds,
            "why": found.why or STOPPED,
        }
    solved = found.status == "solved"
    return {
        "status": found.status,
        "lambda_max": found.lambda_max if solved else None,
        "limit": str(found.limit) if solved else None,
        "critical_bus": found.critical_bus if solved else None,
        "v_at_nose_pu": found.v_at_nose_pu if solved else None,
        "margin_mw": found.margin_mw if solved else None,
        "rounds": found.curve.rounds,
        "why": found.why,
    }


def write_margin(found: Margin | PlainCurve, operators: Operators, out: Path) -> None:
    """Tables as Parquet and CSV and the curves as a page in a new folder; raises InvalidInput."""
    with new_folder(out, FOLDER) as (part, _):
        if isinstance(found, PlainCurve):
            write_frames(part, {"curve": plain_table(found, operators)})
            return
        curve = curve_table(found)
        tables = {"boundary": boundary_table(found), "limit": limit_table(found)}
        write_frames(part, {"curve": curve, **tables})
        (part / PAGE).write_text(curves_page(curve), encoding="utf-8")


def curves_page(curve: pd.DataFrame) -> str:
    """The curves as a page that needs nothing else."""
    return figure_page("load flow", Section("curves", TITLE, CAPTION, draw_curves(curve)))
