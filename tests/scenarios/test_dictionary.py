"""The data dictionary covers every column, and the committed page is current."""

import dataclasses
from pathlib import Path

from scenarios.dictionary import data_dictionary
from scenarios.records import TABLES
from scenarios.results import RESULTS

PAGE = Path(__file__).parents[2] / "docs" / "data_dictionary.md"


def test_the_committed_page_is_current():
    """Write it again by `python -m scenarios.dictionary` after a change of the records."""
    assert PAGE.read_text(encoding="utf-8") == data_dictionary()


def test_every_column_is_listed():
    page = data_dictionary()
    for name, record in {**TABLES, **RESULTS}.items():
        section = page.split(f"### {name}.parquet")[1].split("###")[0]
        assert all(f"`{f.name}`" in section for f in dataclasses.fields(record))


def test_factors_have_their_default():
    row = next(line for line in data_dictionary().splitlines() if line.startswith("| `tap`"))
    assert row == "| `tap` | number | 1 | 1.0 | off-nominal turns ratio at the from end |"
