"""Pages for developers: their examples run, their picture is that of the imports."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "developers"


def examples(page):
    """Source of all Python blocks of a page, one after the other."""
    text = (PAGES / page).read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))


@pytest.mark.parametrize("page", ["add-a-solver.md", "add-an-importer.md"])
def test_the_worked_example_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(examples(page), page, "exec"), {})


def test_the_picture_shows_the_imports_that_there_are():
    """The arrows; run `docs/developers/draw_architecture.py` where this fails."""
    spec = spec_from_file_location("draw_architecture", PAGES / "draw_architecture.py")
    drawing = module_from_spec(spec)
    spec.loader.exec_module(drawing)
    committed = drawing.PICTURE.read_text(encoding="utf-8")
    arrows = re.compile(r"<path.*")
    assert arrows.findall(committed) == arrows.findall(drawing.picture())


def test_links_between_pages_lead_somewhere():
    for page in [*PAGES.glob("*.md"), ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in link and page.name != "index.md":
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_package_says_that_it_is_typed():
    packages = [p.parent for p in ROOT.glob("*/__init__.py") if p.parent.name != "benchmarks"]
    assert [p.name for p in packages if not (p / "py.typed").exists()] == []
