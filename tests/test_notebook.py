"""The example notebooks: valid, and every cell runs in order."""

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def book_of(notebook):
    return json.loads(notebook.read_text(encoding="utf-8"))


def defined_by(name):
    """What the cells of a notebook define."""
    defined = {}
    for cell in book_of(EXAMPLES / name)["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), defined)
    return defined


@pytest.fixture(scope="module")
def names():
    return defined_by("market_designs.ipynb")


@pytest.fixture(scope="module")
def debate():
    """Every design on a day of 24 hours: a quarter of a minute."""
    return defined_by("design_debate.ipynb")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_a_notebook_of_format_4(notebook):
    book = book_of(notebook)
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(notebook):
    code = [cell for cell in book_of(notebook)["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


def test_no_design_exceeds_the_integrated_market(names):
    assert (names["welfare"] <= names["welfare"]["integrated"] + 1e-3).all()


def test_surplus_of_all_parties_is_welfare(names):
    """The column of each design adds up, whatever its prices."""
    sums = names["surplus"].sum()
    assert sums.to_numpy() == pytest.approx(names["welfare"][sums.index].to_numpy(), rel=1e-9)


def test_the_debate_is_won_by_those_who_see_most(debate):
    """Nothing exceeds the integrated market; markets in common reach it."""
    lost = debate["loss"]
    assert lost["integrated"] == pytest.approx(0.0, abs=1.0)
    assert lost["cmo"] == pytest.approx(0.0, abs=1.0)
    assert lost["in common"] == pytest.approx(0.0, abs=1.0)


def test_flexibility_costs_more_the_less_operators_may_use(debate):
    """In common least; with what is safe no more than without; apart as in turn with flows kept."""
    cost = debate["cost"]
    assert cost.min() >= cost["in common"] - 1.0
    assert cost["forwarded if safe"] <= cost["in turn, mid price"] + 1.0
    assert cost["apart"] == pytest.approx(cost["in turn, flow kept"], abs=0.01)


def test_no_design_of_the_debate_exceeds_the_integrated_market(debate):
    welfare = debate["welfare"]
    assert welfare.max() <= welfare["integrated"] + 1e-6 * abs(welfare["integrated"])


def test_the_debate_has_no_winner_for_every_system(debate):
    places = debate["places"]
    assert any(places[share].tolist() != places[1.0].tolist() for share in places)
