"""The item of chapter 1: what each operator sees."""

from reproduction import chapter1
from reproduction.diagram import Diagram
from reproduction.solved import Solved
from tests.reproduction.checks import leaves_its_files, tells_what_it_shows


def test_operators_of_the_traditional_model_see_their_own_alone(tmp_path):
    """14A: 14 buses above, three feeders of 33 with three generators each below."""
    (item,) = chapter1.ITEMS
    made = item.make(Solved())
    leaves_its_files(item, made, tmp_path)
    tells_what_it_shows(item, made)
    assert isinstance(made.chart, Diagram)
    assert made.table["buses"].tolist() == [14, 33, 33, 33]
    assert made.table["generators"].tolist() == [5, 3, 3, 3]
    assert "sees 17" in made.finding
