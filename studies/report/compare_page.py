"""The comparison of designs as a page and as tables."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.csv_files import write_csv
from studies.report.figures.area_surplus import AREAS, draw_area_surplus
from studies.report.figures.boundary import (
    boundary_prices,
    boundary_schedules,
    draw_prices,
    draw_schedules,
)
from studies.report.figures.style import Look, look_of
from studies.report.figures.waterfall import draw_waterfall
from studies.report.figures.welfare import draw_welfare_loss
from studies.report.questions import all_measures, answers
from studies.report.rendering import Section, drawing_library, html_of, rendered
from studies.runs.compare import Compared, as_frame, compared, same_scenario
from studies.runs.finished import Run
from studies.runs.measures import disclosures, measures
from studies.runs.welfare_loss import share_text, welfare_loss

TABLE, CSV, PAGE = "compare.parquet", "compare.csv", "compare.html"
BESIDE = {"measures": measures, "disclosure": disclosures}  # more tables of the comparison


def write_comparison(runs: Sequence[Run], folder: Path) -> Path:
    """Write the designs of the runs side by side, as tables and as a page; gives the page."""
    rows = compared(runs)
    table = pa.Table.from_pandas(as_frame(rows), preserve_index=False)
    pq.write_table(table, folder / TABLE, write_page_checksum=True)
    write_csv(table, folder / CSV)
    for name, of_run in BESIDE.items():
        parts = [of_run(run).assign(run=run.folder.resolve().name) for run in runs]
        beside = pa.Table.from_pandas(pd.concat(parts), preserve_index=False)
        pq.write_table(beside, folder / f"{name}.parquet", write_page_checksum=True)
        write_csv(beside, folder / f"{name}.csv")
    (folder / PAGE).write_text(_page(runs, rows), encoding="utf-8")
    return folder / PAGE


def labels(rows: Sequence[Compared]) -> list[str]:
    """A name for each row: its design, with its run where there are several."""
    several = len({row.run for row in rows}) > 1 or len({row.design for row in rows}) < len(rows)
    return [f"{row.design} ({row.run})" if several else row.design for row in rows]


def _page(runs: Sequence[Run], rows: Sequence[Compared]) -> str:
    scenario, names = runs[0].scenario, labels(rows)
    look = look_of(names, scenario.currency, scenario.hours)
    asked = pd.concat([measures(run) for run in runs]).set_axis(pd.Index(names))
    return rendered(
        "compare.html",
        title=" and ".join(dict.fromkeys(run.name for run in runs)),
        same=same_scenario(runs),
        rows=list(zip(names, rows, strict=True)),
        areas=list(dict.fromkeys(area for row in rows for area in row.area_surplus_usd)),
        share=share_text,
        look=look,
        names=names,
        measures=list(all_measures(asked)),
        drawn=[(s, html_of(s)) for s in _sections(runs, rows, asked, look)],
        plotly=drawing_library(),
    )


def _sections(
    runs: Sequence[Run], rows: Sequence[Compared], asked: pd.DataFrame, look: Look
) -> Iterator[Section]:
    names = [str(name) for name in asked.index]
    welfare = pd.Series([row.welfare_usd for row in rows], index=list(names))
    caption = "How much less welfare each design reaches than the best of all."
    figure = draw_welfare_loss(welfare_loss(welfare), look)
    yield Section("welfare", "Welfare loss against the best", caption, figure)
    yield from answers(asked, look)
    split, best = _stacked(runs, names, "welfare_split"), str(welfare.idxmax())
    if best != names[0]:
        caption = "Who gains and who loses between two designs; choose them from the menu."
        figure = draw_waterfall(split, names[0], best, look)
        yield Section("waterfall", "Who gains, who loses", caption, figure)
    gained = _stacked(runs, names, "area_surplus")
    if len(gained):
        yield Section("areas", *AREAS, draw_area_surplus(gained, look))
    boundary = _stacked(runs, names, "boundary")
    if len(boundary):
        caption = "Price at the boundary bus in transmission; dotted, that in distribution."
        figure = draw_prices(boundary_prices(boundary), look)
        yield Section("prices", "Boundary prices", caption, figure)
        caption = "Power that flows from transmission into distribution."
        figure = draw_schedules(boundary_schedules(boundary), look)
        yield Section("schedules", "Boundary schedules", caption, figure)


def _stacked(runs: Sequence[Run], names: Sequence[str], table: str) -> pd.DataFrame:
    """One result table of every design of every run, under the designs' labels."""
    keys = [(run, design) for run in runs for design in run.designs]
    parts = [
        run.table(design, table).assign(design=name)
        for (run, design), name in zip(keys, names, strict=True)
    ]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
