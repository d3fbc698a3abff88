"""The report of a run: one HTML file that needs nothing else, made from the run folder alone."""

from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from market.carriers.workers import Workers, result_of
from scenarios.scenario import Scenario
from solvers.errors import SolveFailed
from studies.report.attention import (
    MOST_ROWS,
    binding_limits,
    exceeded_limits,
    inexact_branches,
    payers,
    scarce_places,
    worst_outages,
)
from studies.report.earnings import earnings
from studies.report.figures.style import look_of
from studies.report.rendering import drawing_library, html_of, rendered
from studies.report.sections import bill_tables_of, of_all_designs, of_some_designs, sections
from studies.report.sentences import MEANING, design_notes, sentences
from studies.runs.finished import REPORT, Run, read_run
from studies.runs.run_records import Verdict
from studies.runs.table_files import table_files, write_csv_tables
from studies.study.study import Study

MOST_EARNING = 100  # resources in the table of the page


@dataclass(frozen=True)
class Drawn:
    """A section of the page whose figure is HTML; `key` is its place there."""

    key: str
    title: str
    caption: str
    html: Markup


@dataclass(frozen=True)
class DrawSections:
    """Every so many kinds of sections, as work that any process of a study can do."""

    run: Run
    every: slice

    def __call__(self, study: Study, scenario: Scenario) -> list[list[Drawn]]:
        """A list of each kind; `scenario` is that of the run."""
        return _drawn(replace(self.run, known=scenario), self.every)


def _drawn(run: Run, every: slice) -> list[list[Drawn]]:
    return [
        [Drawn(one.key, one.title, one.caption, html_of(one)) for one in kind]
        for kind in sections(run, every)
    ]


def _drawn_together(run: Run, helpers: Workers) -> list[list[Drawn]]:
    """All sections, of which a helper draws every other one; all here where it has ended."""
    try:
        others = helpers.do(DrawSections(replace(run, known=None), slice(0, None, 2)))
        own = _drawn(run, slice(1, None, 2))
        theirs: list[list[Drawn]] = result_of(others)
    except SolveFailed:
        return _drawn(run, slice(None))
    none: list[Drawn] = []
    return [kind for pair in zip_longest(theirs, own, fillvalue=none) for kind in pair]


def write_report(folder: Path | str, *, csv: bool = False) -> Path:
    """Write `report.html` of a run folder again, and give its path.

    With `csv` every table is also written as CSV, for the page to lead to.
    """
    run = read_run(folder)
    if csv:
        write_csv_tables(run)
    path = run.folder / REPORT
    path.write_text(render_report(run), encoding="utf-8")
    return path


def render_report(run: Run, helpers: Workers | None = None) -> str:
    """HTML of the report; `helpers` of the run's study share the drawing."""
    drawn = _drawn_together(run, helpers) if helpers else _drawn(run, slice(None))
    hours = run.scenario.hours
    scarce = scarce_places(of_all_designs(run, "dispatch"), hours)
    binding = binding_limits(of_all_designs(run, "flow"), hours)
    exceeded = exceeded_limits(of_all_designs(run, "security_violation"))
    cases = of_some_designs(run, "contingency_outage")
    outages = worst_outages(cases) if len(cases) else cases
    billed = bill_tables_of(run)
    gains = rows_of(of_all_designs(run, "incentive_of_day"))
    earned = earnings(of_all_designs(run, "surplus"), run.scenario.transmission)
    return rendered(
        "report.html",
        run=run,
        meaning=MEANING[run.status],
        notes=design_notes(run),
        sentences=list(sentences(run)),
        look=look_of(list(run.designs), run.scenario.currency, hours),
        best=max(found.welfare_usd for found in run.designs.values()),
        drawn=[section for kind in drawn for section in kind],
        earned=earned[:MOST_EARNING],
        earned_left=max(0, len(earned) - MOST_EARNING),
        bills=rows_of(billed.bills),
        account=rows_of(billed.accounts),
        paying=rows_of(billed.resources),
        gains=gains,
        charged=any(row["profit_after_fees_usd"] != row["profit_usd"] for row in gains),
        payers=payers(of_all_designs(run, "who_pays")),
        scarce=rows_of(scarce.head(MOST_ROWS)),
        scarce_left=max(0, len(scarce) - MOST_ROWS),
        binding=rows_of(binding.head(MOST_ROWS)),
        binding_left=max(0, len(binding) - MOST_ROWS),
        physics={n: found.ac for n, found in run.designs.items() if found.ac is not None},
        violations=rows_of(exceeded.head(MOST_ROWS)),
        violations_left=max(0, len(exceeded) - MOST_ROWS),
        relaxed=rows_of(inexact_branches(of_some_designs(run, "relaxation"))),
        outages=rows_of(outages.head(MOST_ROWS)),
        outages_left=max(0, len(outages) - MOST_ROWS),
        checks={design: checks_of(run, design) for design in run.designs},
        tables=table_files(run),
        plotly=drawing_library(),
    )


def checks_of(run: Run, design: str) -> list[Verdict]:
    """Checks of one design, failed ones first."""
    rows = [Verdict(**row) for row in rows_of(run.table(design, "checks"))]
    return sorted(rows, key=lambda check: check.passed)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table by column name."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
