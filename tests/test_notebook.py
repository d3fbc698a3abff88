"""The example notebook: valid, and every cell runs in order."""

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "examples" / "market_designs.ipynb"


@pytest.fixture(scope="module")
def cells():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def names(cells):
    """What the notebook's cells define."""
    defined = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), defined)
    return defined


def test_it_is_a_notebook_of_format_4(cells):
    book = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in cells}) == len(cells)


def test_it_is_kept_without_outputs(cells):
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


def test_no_design_exceeds_the_integrated_market(names):
    assert (names["welfare"] <= names["welfare"]["integrated"] + 1e-3).all()


def test_surplus_of_all_parties_is_welfare(names):
    """The column of each design adds up, whatever its prices."""
    sums = names["surplus"].sum()
    assert sums.to_numpy() == pytest.approx(names["welfare"][sums.index].to_numpy(), rel=1e-9)
