"""What physical analyses found, as tables and sentences for people at a terminal."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table

from scenarios.scenario import Scenario
from security.load_flow import LoadFlow
from security.outages.contingency import Contingency
from security.outages.outage_tables import outage_table
from studies.analyses.contingency import STATES
from studies.analyses.contingency_day import OutageDay
from studies.analyses.margin_day import MarginDay

SHOWN = 10  # outages or limits exceeded; the tables hold all


def boundary_lines(
    found: LoadFlow, title: str, prices: Mapping[str, tuple[float, float]] | None = None
) -> Table:
    """What crosses every boundary, for people; with its prices per MWh and Mvarh, if any."""
    priced = ("/MWh", "/Mvarh") if prices else ()
    table = Table("boundary", "MW", "Mvar", "p.u.", "deg", *priced, title=title)
    for name, port in found.ports.items():
        angle = np.rad2deg(np.angle(port.voltage))
        figures = (port.power.real, port.power.imag, abs(port.voltage), angle)
        table.add_row(name, *(f"{x:.4f}" for x in (*figures, *(prices[name] if prices else ()))))
    return table


def troubles(summary: Mapping[str, Any]) -> list[str]:
    """What is wrong with flows: why there are none, or the limits that they exceed."""
    every = [summary["why"]] if summary["why"] else list(summary["violations"])
    more = len(every) - SHOWN
    return every[:SHOWN] + ([f"... and {more} more; --out writes all"] if more > 0 else [])


def outages_left_out(scenario: Scenario) -> list[str]:
    """That outages which markets keep to are not kept to, where there are any."""
    count = len(scenario.outages)
    if not count:
        return []
    which = "the outage" if count == 1 else f"the {count} outages"
    cure = "`tandem contingency` tells what an outage leaves"
    return [f"limits after {which} of table 'outages' are not kept here; {cure}"]


def ranking_lines(found: Contingency) -> Table:
    """The most severe outages, for people."""
    table = Table("outage", "state", "PI MW", "PI V", "fullest branch", "voltage farthest off")
    most_severe = outage_table(found).iloc[found.ranking[:SHOWN]]
    for row in most_severe.to_dict("records"):
        branch, bus = row["worst_branch"], row["worst_bus"]
        table.add_row(
            row["outage"],
            row["state"],
            _significant(row["pi_mw"]),
            _significant(row["pi_v"]),
            f"{branch} {row['worst_loading']:.0%}" if isinstance(branch, str) else "-",
            f"{bus} {row['worst_v_pu']:.4f} p.u." if isinstance(bus, str) else "-",
        )
    return table


def outage_hours(day: OutageDay) -> Table:
    """Every hour in one line, for people."""
    heads = ("hour", *STATES, "causing", "worst outage", "PI MW", "fullest branch")
    table = Table(*heads)
    for row in (hour.row for hour in day.hours):
        branch = row["worst_branch"]
        table.add_row(
            *(str(row[name]) for name in ("period", *STATES, "causing")),
            row["worst_outage"] or "-",
            "-" if row["pi_mw"] is None else f"{row['pi_mw']:.4g}",
            f"{branch} {row['worst_loading']:.0%}" if isinstance(branch, str) else "-",
        )
    return table


def margin_hours(day: MarginDay) -> Table:
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


def margin_sentence(summary: dict[str, Any]) -> str:
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


def _word(value: str | None) -> str:
    return value if isinstance(value, str) else "-"


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None or pd.isna(value) else f"{value:.{digits}f}"


def _significant(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else "-"
