"""Values at the edge of what a check lets pass end in a solution or in none, with finite words."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.systems.coupled import coupled
from security.continuation.margin import margin
from security.load_flow import base_load_flow
from security.outages.ac import Before
from security.outages.outage import Outage

METHODS = ("response", "plain", "merged", "itlf", "idlf")
EXTREME = [
    ("branches", "tap", 1e-6),
    ("branches", "tap", 0.1),
    ("branches", "tap", 10.0),
    ("branches", "x_pu", 1e-12),
    ("branches", "x_pu", 1e6),
    ("branches", "r_pu", 1e6),
    ("branches", "b_pu", 1e6),
    ("loads", "n_p", 50.0),
    ("loads", "n_q", 50.0),
    ("loads", "p_mw", 1e12),
    ("loads", "p_mw", -1e6),
    ("loads", "p_mw", 1e-300),
    ("loads", "q_mvar", -1e9),
]


@pytest.fixture(scope="module", params=EXTREME, ids=lambda e: f"{e[1]} {e[2]:g}")
def scenario(request):
    table, column, value = request.param
    plain = coupled("ieee14", {"10": "feeder33", "12": "feeder16"})
    rows = tuple(replace(row, **{column: value}) for row in getattr(plain, table))
    return replace(plain, **{table: rows})


@pytest.mark.parametrize("method", METHODS)
def test_a_load_flow_is_solved_or_says_why_not(scenario, method):
    found = base_load_flow(scenario, method=method)
    assert found.outcome == "solved" or found.why
    assert "nan" not in found.why
    assert "inf " not in found.why
    if found.outcome == "solved":
        assert all(np.isfinite(area.v).all() for area in found.areas.values())


def test_a_margin_is_solved_or_says_why_not(scenario):
    found = margin(scenario)
    assert found.status == "solved" or found.why


def test_an_outage_leaves_a_state_or_says_why_not(scenario):
    (after,) = Before.of(scenario).after([Outage("branch 2-3", ("2-3",))])
    assert after.state in ("secure", "violated") or after.why
