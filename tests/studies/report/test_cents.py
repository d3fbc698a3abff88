"""What is less than a cent is arithmetic: no bar of 300 femtodollars fills a picture."""

import pandas as pd

from studies.report.figures.non_convexity import draw_non_convexity
from studies.report.figures.style import Look
from studies.runs.by_rule import OPERATORS, ByRule


def test_rounding_is_no_lost_opportunity_and_no_gain():
    plain, hull = (
        ByRule("joint", rule, pd.Series({"consumers": gain}), tiny, pd.Series({OPERATORS: tiny}))
        for rule, gain, tiny in (("lmp", 1.0, 3e-13), ("convex_hull", 1.0 + 2e-12, 2e-13))
    )
    figure = draw_non_convexity([plain, hull], Look({"joint": "#000000"}, "USD", "hour", 1))
    assert {y for trace in figure.data for y in trace.y} == {0.0}
