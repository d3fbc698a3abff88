"""`tandem export` at the command line."""

import json

from typer.testing import CliRunner

from tandem.cli import app


def said(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    return result.exit_code, result.stdout


def test_tables_come_back_as_the_same_scenario(tmp_path):
    assert said("new", tmp_path / "first", "--system", "two-blocks")[0] == 0
    code, text = said("export", tmp_path / "first", "--to", "csv", "--out", tmp_path / "tables")
    assert (code, json.loads(text)["format"]) == (0, "csv")
    assert said("import", tmp_path / "again", "--tables", tmp_path / "tables")[0] == 0
    for file in sorted((tmp_path / "first" / "scenario").iterdir()):
        assert (tmp_path / "again" / "scenario" / file.name).read_bytes() == file.read_bytes()


def test_an_hour_says_how_to_bring_it_back(tmp_path):
    assert said("new", tmp_path / "first", "--system", "two-blocks")[0] == 0
    code, text = said("export", tmp_path / "first", "--to", "matpower", "--out", tmp_path / "m")
    assert code == 0
    assert "--feeder 1=" in json.loads(text)["notes"][-1]
    assert said("export", tmp_path / "first", "--to", "matpower", "--out", tmp_path / "m")[0] == 2
    outside = ("--to", "matpower", "--out", tmp_path / "n", "--period", 2)
    assert said("export", tmp_path / "first", *outside)[0] == 2
