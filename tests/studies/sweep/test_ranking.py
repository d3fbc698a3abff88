"""Where the ranking of designs changes."""

import pandas as pd

from studies.report.figures.style import look_of
from studies.report.figures.sweep import Axis, draw_places
from studies.sweep.ranking import changes, with_places


def table(welfare):
    """Rows of a sweep: welfare by load and design."""
    rows = [
        {"point": n, "load": load, "design": design, "welfare_usd": usd}
        for n, (load, found) in enumerate(welfare.items(), start=1)
        for design, usd in found.items()
    ]
    return pd.DataFrame(rows)


def test_most_welfare_has_the_first_place_and_equals_share_one():
    placed = with_places(table({1.0: {"a": -10.0, "b": -5.0, "c": -5.0 + 1e-9}}))
    assert placed["place"].tolist() == [3, 1, 1]


def test_a_design_that_failed_has_no_place():
    placed = with_places(table({1.0: {"a": -10.0, "b": None}}))
    assert placed["place"].isna().tolist() == [False, True]


def test_changes_name_the_points_and_who_moved():
    rows = table({0.8: {"a": 3.0, "b": 2.0}, 0.9: {"a": 3.0, "b": 2.5}, 1.0: {"a": 3.0, "b": 4.0}})
    (found,) = changes(with_places(rows), ["load"])
    assert (found.before, found.after) == ("load = 0.9", "load = 1.0")
    assert found.moved == ("a 1 → 2", "b 2 → 1")


def test_lines_of_places_cross_where_the_ranking_changes():
    """a is first up to a load of 0.9 and second at 1.0; the best place is on top."""
    rows = table({0.8: {"a": 3.0, "b": 2.0}, 0.9: {"a": 3.0, "b": 2.5}, 1.0: {"a": 3.0, "b": 4.0}})
    look = look_of(["a", "b"], "USD", (1.0,))
    figure = draw_places(with_places(rows), Axis("load", "load", True), look)
    assert {line.name: list(line.y) for line in figure.data} == {"a": [1, 1, 2], "b": [2, 2, 1]}
    low, high = figure.layout.yaxis.range
    assert low > high
