"""What holds for every item of the published list, asked by the tests of each chapter."""

import re

from reproduction.chart import Chart
from reproduction.make import write_item

SENTENCE_END = re.compile(r"[.](?= [A-Z]|$)")
CHARTS = {"parquet", "csv", "html", "png"}
TABLE = CHARTS - {"png"}


def leaves_its_files(item, made, folder):
    """A table, a page, and a picture where there is one: none of them empty."""
    write_item(folder, item, made)
    endings = TABLE if made.chart is None else CHARTS
    assert {f.suffix[1:] for f in folder.iterdir()} == endings
    assert all(f.stat().st_size > 0 for f in folder.iterdir())
    assert len(made.table) > 0


def tells_what_it_shows(item, made):
    """Two sentences with figures, beside the reading and the data on which they rest."""
    assert len(SENTENCE_END.findall(made.finding)) == 2, made.finding
    assert re.search(r"\d", made.finding), made.finding
    assert not re.search(r"\bnan\b|\binf\b", made.finding), made.finding
    assert item.reading.endswith(".")
    assert "\n" not in item.reading


def panels(made):
    """Panels of a chart by title."""
    assert isinstance(made.chart, Chart)
    return {panel.title: panel for panel in made.chart.panels}


def series(panel):
    """Names of a panel's curves."""
    return [s.name for s in panel.series]
