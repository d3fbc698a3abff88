"""Owners who play, from the command line."""

import json

import pandas as pd
import pytest

from studies.study.new_study import new_study
from tests.studies.conftest import invoke

STUDY = """format = 1
name = "buses"
scenario = "scenario"

[[design]]
kind = "integrated"

[[design]]
kind = "zonal"
"""


@pytest.fixture
def tandem(tmp_path, monkeypatch):
    """The command line, in a folder that holds a study of two buses."""
    monkeypatch.chdir(tmp_path)
    file = new_study(tmp_path / "buses", "two-buses")
    file.write_text(STUDY, encoding="utf-8")
    return invoke


def test_the_command_leaves_tables_and_a_page_that_say_what_it_prints(tandem, tmp_path):
    """b1 makes what the line does not bring, whatever it asks: under both designs it asks most."""
    done = tandem("equilibrium", "buses", "--owner", "b1=T/b1", "--markup", "30", "--json")
    assert done.exit_code == 0
    told = {one["design"]: one for one in json.loads(done.stdout)["designs"]}
    folder = tmp_path / "runs" / "buses-equilibrium"
    table = pd.read_parquet(folder / "equilibrium.parquet").set_index("design")
    assert table["lerner"].to_dict() == {name: one["lerner"] for name, one in told.items()}
    assert table["gain_usd"].min() > 0.0
    choices = pd.read_csv(folder / "choice.csv")
    assert choices.loc[choices["lasts"], "choice"].tolist() == [30.0, 30.0]
    assert "Room for market power" in (folder / "equilibrium.html").read_text()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--owner", "T/b9"], "'T/b9'"),
        (["--area", "G"], "'G'"),
        (["--der", "T/b1"], "local generator or battery"),
        (["--owner", "T/b1", "--withheld", "120"], "120 is no choice"),
        (["--owner", "T/b1", "--owner", "x=T/b1"], "two players have it"),
        (["--owner", "T/b1", "--damping", "0"], "damping"),
        (["--owner", "T/b1", "--design", "nodal"], "'nodal'"),
        (["--der", "F/sun"], "no design looks at"),
        ([], "nobody plays"),
    ],
)
def test_what_cannot_be_played_is_named(tandem, words, named):
    done = tandem("equilibrium", "buses", *words)
    assert done.exit_code == 2
    assert named in done.stderr
