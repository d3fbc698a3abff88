"""Changes of line flows when distribution changes: by sensitivities, and by load flow."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reproduction.chapter5.assumed import ASSUMED
from reproduction.chapter5.cases import CASE_1, CASE_5, CASES_2_TO_4, Case, found_case
from reproduction.chart import Chart, Panel, Series
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.solved import Solved

READING = (
    "Announced takes loads less generation as stated, by sensitivity what each feeder's own load "
    "flow draws at its voltage before the event, by load flow is the coordinated solution after it"
)
SHOWN = {
    "announced_mw": "by PTDF, as announced",
    "by_sensitivity_mw": "by PTDF, as feeders react",
    "by_load_flow_mw": "coordinated load flow",
}


@item("fig-5.5", "Changes of line flows, Case 1", f"{READING}; {ASSUMED}.")
def case_1(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by line."""
    return _drawn(flow_changes(solved, (CASE_1,)))


@item("fig-5.6", "Changes of line flows, Cases 2, 3 and 4", f"{READING}; {ASSUMED}.")
def cases_2_to_4(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by case and line."""
    return _drawn(flow_changes(solved, CASES_2_TO_4))


@item(
    "fig-5.7",
    "Changes of line flows, Case 5",
    f"{READING}; factors are those with the line out; {ASSUMED}.",
)
def case_5(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by line."""
    return _drawn(flow_changes(solved, (CASE_5,)))


def flow_changes(solved: Solved, cases: Sequence[Case]) -> pd.DataFrame:
    """Flow before (MW) and its change as announced, by sensitivity, and by load flow."""
    parts = []
    for case in cases:
        found = found_case(solved, case)
        more = {b: found.held_mw[b] - p for b, p in found.drawn_mw.items()}
        actual = found.flow_after - found.flow_before
        sensitive = found.predicted(more)
        columns = {
            "case": case.name,
            "branch": found.before.layout.upper.branches,
            "before_mw": found.flow_before,
            "announced_mw": found.predicted(found.announced_mw),
            "by_sensitivity_mw": sensitive,
            "by_load_flow_mw": actual,
            "error_mw": sensitive - actual,
            "overloaded": np.abs(found.flow_after) > found.before.layout.upper.rating_mva,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _drawn(table: pd.DataFrame) -> Reproduced:
    panels = tuple(
        Panel(
            f"Case {case}",
            "line",
            "change of flow, MW",
            tuple(
                Series(words, list(own["branch"]), list(own[c]), "bars")
                for c, words in SHOWN.items()
            ),
        )
        for case, own in table.groupby("case", sort=False)
    )
    return Reproduced(table, Chart(panels, columns=1), _told(table))


def _told(table: pd.DataFrame) -> str:
    """The line that changes most in each case; then how far predictions miss it."""
    size = table["by_load_flow_mw"].abs()
    most = table.loc[size.groupby(table["case"], sort=False).idxmax()]
    changed = [
        f"{row.branch} by {row.by_load_flow_mw:+.1f} MW in case {str(row.case).partition(':')[0]}"
        for row in most.itertuples()
    ]
    missed = table.assign(announced_mw=table["announced_mw"] - table["by_load_flow_mw"])
    far = missed.groupby("case", sort=False)[["error_mw", "announced_mw"]].agg(_largest)
    held, stated = (listed(f"{e:.2f}" for e in far[c]) for c in ("error_mw", "announced_mw"))
    return (
        f"By the coordinated load flow the greatest change is that of {listed(changed)}. "
        f"PTDFs miss it on no line by more than {held} MW where feeders tell how they react, and "
        f"{stated} MW as announced."
    )


def _largest(values: pd.Series) -> float:
    return float(values.abs().max())


ITEMS = (case_1, cases_2_to_4, case_5)
