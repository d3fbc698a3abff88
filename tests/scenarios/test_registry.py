"""Members of a kind come from a package's modules, from entry points and from Python."""

import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint

import pytest

import scenarios.registry
from scenarios.findings import InvalidInput


@dataclass(frozen=True)
class Square:
    side: float


@pytest.fixture
def shapes(tmp_path, monkeypatch):
    """A registry whose package ships `circle`, while another package brings `square`."""
    package = tmp_path / "shipped_shapes"
    package.mkdir()
    (package / "__init__.py").write_text("from scenarios.registry import Registry\n"
        "shapes = Registry('shape', 'shipped_shapes', 'tests.shapes')\n")  # fmt: skip
    (package / "circle.py").write_text(
        "from shipped_shapes import shapes\n@shapes.member('circle')\nclass Circle: ...\n"
    )
    point = EntryPoint("square", f"{__name__}:Square", "tests.shapes")
    monkeypatch.setattr(scenarios.registry, "entry_points", lambda group: [point])
    monkeypatch.setattr(EntryPoint, "load", lambda self: Square)
    monkeypatch.syspath_prepend(tmp_path)
    yield __import__("shipped_shapes").shapes
    for name in [n for n in sys.modules if n.startswith("shipped_shapes")]:
        del sys.modules[name]


def test_a_file_in_the_package_is_a_member(shapes):
    assert shapes["circle"].__name__ == "Circle"


def test_an_entry_point_of_another_package_is_a_member(shapes):
    assert shapes["square"] is Square
    assert set(shapes) == {"circle", "square"}


def test_a_member_may_be_registered_in_python(shapes):
    shapes.register("triangle", object)
    assert "triangle" in shapes


def test_an_instance_has_the_name_of_its_member(shapes):
    assert shapes.name_of(Square(2.0)) == shapes.name_of(Square) == "square"


def test_a_name_is_given_once(shapes):
    shapes.register("triangle", object)
    shapes.register("triangle", object)
    with pytest.raises(InvalidInput, match="taken by another"):
        shapes.register("triangle", Square)


def test_an_unknown_name_is_told_with_near_ones(shapes):
    with pytest.raises(InvalidInput, match="near: 'circle'"):
        shapes.named("cirle")


def test_what_is_not_registered_has_no_name(shapes):
    with pytest.raises(InvalidInput, match="not registered"):
        shapes.name_of(3)
