"""One page over all items that were made: by chapter, each with its picture and what it shows."""

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from reproduction.catalogue import TITLES
from reproduction.item import Item, Reproduced
from studies.report.rendering import rendered

ROWS, COLUMNS = 7, 5  # of a table, where there is no picture


def index_page(made: Sequence[tuple[Item, Reproduced]]) -> str:
    """HTML that links pages and pictures of the same folder."""
    chapters = {
        item.group: {"heading": _heading(item), "items": [m for m in made if m[0].group == group]}
        for group, item in {item.group: item for item, _ in made}.items()
    }
    return rendered("index.html", "reproduction", chapters=chapters, beginning=_beginning)


def _heading(item: Item) -> str:
    kind = "Chapter" if item.part.isdigit() else "Appendix"
    return f"{kind} {item.part}. {TITLES[item.group]}"


def _beginning(table: pd.DataFrame) -> Markup:
    """First rows and columns of a table."""
    shown = table.iloc[:ROWS, :COLUMNS]
    return Markup(shown.to_html(index=False, border=0, float_format="{:,.4g}".format, na_rep="–"))
