"""A voltage-stability margin told in a summary, and written as tables and curves."""

from pathlib import Path
from typing import Any

from security.continuation.margin import Margin
from security.continuation.plain import PlainCurve
from security.continuation.tables import boundary_table, curve_table, limit_table, plain_table
from security.coordinated.exchange import Operators
from studies.report.figures.margin import margin_page
from studies.runs.run_folder import new_folder, write_frames

FOLDER, PAGE = "margin", "curves.html"
STOPPED = (
    "the plain exchange stops here, at or below the greatest loading: it settles only while the "
    "power that feeders draw hardly depends on their voltage; the method response finds the nose"
)


def summary_of(found: Margin | PlainCurve) -> dict[str, Any]:
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


def sentence(summary: dict[str, Any]) -> str:
    """The margin in words."""
    if summary["lambda_max"] is None:
        return "no margin"
    loading = f"load can grow to {1 + summary['lambda_max']:.4f} times its base"
    if summary["limit"] is None:
        return f"{loading} at least"
    cause = {"fold": "voltages collapse", "q_limit": "a reactive limit takes the solution away"}
    return (
        f"{loading} (lambda {summary['lambda_max']:.6f}, {summary['margin_mw']:.1f} MW more "
        f"served); then {cause[summary['limit']]}, fastest at {summary['critical_bus']} "
        f"({summary['v_at_nose_pu']:.4f} p.u.)"
    )


def write_margin(found: Margin | PlainCurve, operators: Operators, out: Path) -> None:
    """Tables as Parquet and CSV and the curves as a page in a new folder; raises InvalidInput."""
    with new_folder(out, FOLDER) as (part, _):
        if isinstance(found, PlainCurve):
            write_frames(part, {"curve": plain_table(found, operators)})
            return
        curve = curve_table(found)
        tables = {"boundary": boundary_table(found), "limit": limit_table(found)}
        write_frames(part, {"curve": curve, **tables})
        (part / PAGE).write_text(margin_page(curve), encoding="utf-8")
