"""Tables for people at a terminal."""

from collections.abc import Sequence

import pandas as pd
from rich.table import Table

from studies.runs.compare import Compared
from studies.runs.finished import Run
from studies.runs.run_records import AcSummary, RunStatus
from studies.runs.welfare_loss import share_text


def run_table(run: Run) -> Table:
    """The designs of a run."""
    table = _table(
        "design", "status", "welfare", "gap", "rounds", "not served", "spilled", "AC check", "time"
    )
    units = ("", "", run.scenario.currency, "", "", "MWh", "MWh", "", "s")
    table.add_row(*units, style="dim")
    for name, found in run.designs.items():
        table.add_row(
            name,
            str(found.status),
            f"{found.welfare_usd:,.2f}",
            _gap(found.gap_relative),
            str(found.rounds or "–"),
            f"{found.unserved_mwh:,.3f}",
            f"{found.spilled_mwh:,.3f}",
            _ac_check(found.ac),
            f"{found.seconds.total:.2f}",
        )
    for name in run.summary.failed:
        table.add_row(name, str(RunStatus.FAILED), *("–" for _ in units[2:]))
    return table


def _ac_check(ac: AcSummary | None) -> str:
    """In how many hours an AC load flow keeps all limits."""
    if ac is None:
        return "not done"
    hours = ac.hours_solved + ac.hours_unsolved
    wrong = ac.hours_violated + ac.hours_unsolved
    return f"{wrong} of {hours} h not secure" if wrong else "secure"


def compare_table(rows: Sequence[Compared], currency: str) -> Table:
    """Designs side by side, against the best of all."""
    heads = ("design", "status", "welfare", "less than best", "gap", "boundary", "areas' surplus")
    table = _table(*heads)
    table.add_row("", "", currency, currency, "", "MWh", currency, style="dim")
    for row, name in zip(rows, _names(rows), strict=True):
        table.add_row(
            name,
            str(row.status),
            f"{row.welfare_usd:,.2f}",
            f"{row.loss_usd:,.2f} ({share_text(row.loss_percent)})",
            _gap(row.gap_relative),
            f"{row.boundary_mwh:,.1f}",
            f"{sum(row.area_surplus_usd.values()):,.0f}",
        )
    return table


def area_table(rows: Sequence[Compared], currency: str) -> Table:
    """Surplus of each distribution area and its operator's account: the more are in rows."""
    areas = list(dict.fromkeys(area for row in rows for area in row.area_surplus_usd))
    names = _names(rows)
    cells = [[_of_area(row, area) for row in rows] for area in areas]
    if len(names) > len(areas):
        names, areas, cells = areas, names, [list(column) for column in zip(*cells, strict=True)]
    table = _table(f"surplus (its DSO's), {currency}", *names)
    for name, own in zip(areas, cells, strict=True):
        table.add_row(name, *own)
    return table


def _of_area(row: Compared, area: str) -> str:
    if area not in row.area_surplus_usd:
        return "–"
    return f"{row.area_surplus_usd[area]:,.0f} ({row.dso_account_usd[area]:,.0f})"


def bid_curve_table(curve: pd.DataFrame) -> Table:
    """Range and number of segments of each period's bid curve."""
    table = _table("period", "from", "to", "segments")
    table.add_row("", "MW", "MW", "", style="dim")
    for period, own in curve.groupby("period"):
        table.add_row(
            str(period),
            f"{own['from_mw'].iloc[0]:,.3f}",
            f"{own['to_mw'].iloc[-1]:,.3f}",
            str(len(own)),
        )
    return table


def _names(rows: Sequence[Compared]) -> list[str]:
    """Name of each row's design, with its run where there are several."""
    several = len({row.run for row in rows}) > 1 or len({row.design for row in rows}) < len(rows)
    return [f"{row.design}\n{row.run}" if several else row.design for row in rows]


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for n, head in enumerate(heads):
        text = n == 0 or head == "status"
        table.add_column(head, justify="left" if text else "right", overflow="fold")
    return table


def _gap(gap: float | None) -> str:
    return "–" if gap is None else f"{gap:.1e}"
