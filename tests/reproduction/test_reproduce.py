"""What `tandem reproduce` writes, and how items are asked for."""

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from reproduction import ITEMS, chosen_items
from reproduction.chart import Chart, Heat, Panel, Series
from reproduction.diagram import Band, Box, Diagram, Link
from reproduction.diagram_picture import svg_of
from reproduction.item import Item, Reproduced
from reproduction.make import write_item
from reproduction.solved import Solved
from scenarios.findings import InvalidInput
from tandem.cli import app

CHAPTER4 = [*(f"table-4.{n}" for n in range(1, 9)), *(f"fig-4.{n}" for n in range(1, 19))]
EVERY_KIND = Chart(
    (
        Panel("", "x", "y, MW", (Series("a", [1.0, 2.0], [3.0, float("nan")], "line"),)),
        Panel("", "x", "y", (Series("b", ["p", "q"], [3.0, 4.0], "bars"),), log_y=True),
        Panel("", "x", "y", (Series("c", [0, 1, 1], [0, 1, float("nan")], "arrows"),)),
        Panel("", "", "", (Series("d", [0, 1], [0, 1], "dots", ["s", "t"]),), bare=True),
        Panel("", "x", "y", heat=Heat([1, 2], ["r"], [[1.0, 2.0]], "MW")),
    )
)

LOOP = Diagram(
    (
        Box("go", "start", 0, 0, "end"),
        Box("work", "one step\nmore", 0, 1),
        Box("done", "done?", 0, 2, "decision"),
        Box("stop", "stop", 1, 2, "end"),
    ),
    (
        Link("go", "work"),
        Link("work", "done", "gap"),
        Link("done", "work", "no", "left"),
        Link("done", "stop", "yes", faint=True),
    ),
    (Band("loop", ("work", "done")),),
)


def run(*words):
    return CliRunner().invoke(app, ["reproduce", *map(str, words)])


def test_chapter_4_is_complete():
    assert [i.name for i in chosen_items(["chapter-4"])] == CHAPTER4


def test_all_is_every_item_and_so_is_nothing():
    assert chosen_items(["all"]) == chosen_items([]) == tuple(ITEMS.values())


def test_an_item_asked_for_twice_is_made_once():
    assert len(chosen_items(["table-4.1", "chapter-4"])) == len(CHAPTER4)


def test_every_unknown_name_is_found_with_its_neighbours():
    with pytest.raises(InvalidInput) as wrong:
        chosen_items(["tabel-4.3", "fig-4.9", "chapter4"])
    assert [f.place for f in wrong.value.findings] == ["'tabel-4.3'", "'chapter4'"]
    assert "'table-4.3'" in wrong.value.findings[0].cure


def test_an_unknown_item_ends_with_code_2(tmp_path):
    assert run("fig-9.9", "--out", tmp_path / "out").exit_code == 2
    assert not (tmp_path / "out").exists()


def test_every_item_says_on_one_line_what_it_rests_on():
    assert all(i.title and i.reading and "\n" not in i.reading for i in ITEMS.values())


def test_the_list_makes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = json.loads(run("chapter-4", "--list", "--json").stdout)
    assert [i["name"] for i in told["items"]] == CHAPTER4
    assert not any(tmp_path.iterdir())


def test_the_command_writes_an_item_in_every_form(tmp_path):
    done = run("table-4.2", "--out", tmp_path / "out", "--json")
    assert json.loads(done.stdout)["items"][0]["name"] == "table-4.2"
    endings = ("parquet", "csv", "html", "png")
    files = [tmp_path / "out" / f"table-4.2.{ending}" for ending in endings]
    assert all(f.stat().st_size > 0 for f in files)
    pd.testing.assert_frame_equal(pd.read_parquet(files[0]), pd.read_csv(files[1]))


def test_a_page_loads_nothing_from_elsewhere(tmp_path):
    run("table-4.2", "--out", tmp_path / "out")
    page = (tmp_path / "out" / "table-4.2.html").read_text()
    assert " src=" not in page.replace("data:", "").partition("<script>")[0]
    assert "cdn.plot.ly/plotly" not in page


def test_every_kind_of_panel_is_drawn(tmp_path):
    item = Item("fig-0.1", "all kinds", "", lambda _: Reproduced(pd.DataFrame(), EVERY_KIND))
    write_item(tmp_path, item, item.make(Solved()))
    assert (tmp_path / "fig-0.1.png").read_bytes().startswith(b"\x89PNG")


def test_a_diagram_is_drawn_within_its_page_and_beside_it(tmp_path):
    item = Item("fig-0.2", "a loop", "Nothing.", lambda _: Reproduced(pd.DataFrame(), LOOP))
    write_item(tmp_path, item, item.make(Solved()))
    assert (tmp_path / "fig-0.2.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "fig-0.2.html").read_text()
    assert "<svg" in page
    assert "<script" not in page


def test_equal_diagrams_are_drawn_alike():
    assert svg_of(LOOP) == svg_of(LOOP)


def test_a_link_to_no_box_is_refused():
    with pytest.raises(ValueError, match="no box is called \\['stop'\\]"):
        Diagram((Box("go", "start", 0, 0),), (Link("go", "stop"),))


def test_a_page_tells_the_finding_before_what_it_rests_on(tmp_path):
    made = Reproduced(pd.DataFrame({"a": [1]}), finding="It is 1. It is not 2.")
    write_item(tmp_path, Item("table-0.1", "one", "Made up.", lambda _: made), made)
    page = (tmp_path / "table-0.1.html").read_text()
    assert page.index("It is 1. It is not 2.") < page.index("Rests on: Made up.")


def test_one_page_shows_all_items_by_chapter_with_what_is_beside_it(tmp_path):
    run("fig-5.1", "table-4.2", "table-B.3", "--out", tmp_path / "out")
    index = (tmp_path / "out" / "index.html").read_text()
    headings = re.findall(r"<h2[^>]*>(\w+ \w)\.", index)
    assert headings == ["Chapter 5", "Chapter 4", "Appendix B"]
    linked = {*re.findall(r'(?:href|src)="([^#"]+)"', index)}
    pictures = {"fig-5.1.png", "table-4.2.png"}
    assert linked == {"fig-5.1.html", "table-4.2.html", "table-B.3.html"} | pictures
    assert all((tmp_path / "out" / name).exists() for name in linked)
    assert "0.667 MW takes the line to the slack" in index


def test_a_page_leads_back_to_its_place_on_the_index(tmp_path):
    run("fig-5.1", "--out", tmp_path / "out")
    assert 'href="index.html#fig-5.1"' in (tmp_path / "out" / "fig-5.1.html").read_text()
    assert 'id="fig-5.1"' in (tmp_path / "out" / "index.html").read_text()


def test_markets_and_clearings_are_solved_once():
    solved = Solved()
    assert solved.market("two-blocks") is solved.market("two-blocks")
    assert solved.scenario("two-blocks") is solved.scenario("two-blocks")
