"""What the documentation shows in Python runs as it stands there."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.systems.coupled import coupled

DOCS = Path(__file__).parents[2] / "docs"
RATING_MVA = 60.0


@pytest.mark.parametrize("page", ["contingency.md", "voltage_stability.md"])
def test_python_of_a_page_runs(page):
    scenario = coupled("ieee14", {"10": "feeder33", "12": "feeder33"})
    rated = tuple(replace(k, rating_mva=RATING_MVA) for k in scenario.branches)
    names = {"scenario": replace(scenario, branches=rated)}
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, page, "exec"), names)
