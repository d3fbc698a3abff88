"""Series and panels from tidy tables."""

import pandas as pd

from reproduction.chart import Kind, Panel, Series


def series_by(
    table: pd.DataFrame, name: str, x: str, y: str, kind: Kind = "line"
) -> tuple[Series, ...]:
    """One series for each value of column `name`, in their order."""
    return tuple(
        Series(str(value), list(own[x]), list(own[y]), kind)
        for value, own in table.groupby(name, sort=False)
    )


def panels_by(
    table: pd.DataFrame,
    panel: str,
    name: str,
    axes: tuple[tuple[str, str], tuple[str, str]],
    kind: Kind = "line",
    *,
    log_y: bool = False,
) -> tuple[Panel, ...]:
    """One panel for each value of column `panel`; `axes` are column and words of x and y."""
    (x, x_words), (y, y_words) = axes
    return tuple(
        Panel(str(value), x_words, y_words, series_by(own, name, x, y, kind), log_y=log_y)
        for value, own in table.groupby(panel, sort=False)
    )
