"""Operating envelopes from the command line."""

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from scenarios.files import write_scenario
from scenarios.systems import build_system
from tests.studies.conftest import invoke


@pytest.fixture
def tandem(tmp_path, monkeypatch):
    """The command line, in a folder that holds the system of two buses."""
    monkeypatch.chdir(tmp_path)
    write_scenario(build_system("two-buses"), tmp_path / "buses")
    return invoke


def test_the_command_leaves_the_limits_as_parquet_and_csv_and_a_page(tandem, tmp_path):
    done = tandem("envelope", "buses", "--area", "F", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["may_inject_mw"] == pytest.approx(40.0)
    folder = tmp_path / "runs" / "envelope-F"
    parquet = pq.read_table(folder / "envelope.parquet").to_pandas()
    text = pd.read_csv(folder / "envelope.csv")
    pd.testing.assert_frame_equal(text, parquet, check_dtype=False)
    assert "Envelope of F" in (folder / "envelope.html").read_text()


def test_limits_are_those_of_the_branch(tandem, tmp_path):
    """Of 30 MW of sun 20 are safe: 15 MW leave over the branch and 5 MW are used."""
    tandem("envelope", "buses", "--area", "F", "--sharing", "equal", "--out", "mine")
    rows = pd.read_csv(tmp_path / "mine" / "envelope.csv").set_index("resource")
    assert rows.loc["sun", "export_mw"] == pytest.approx(20.0)
    assert rows.loc["sun", "could_export_mw"] == pytest.approx(30.0)


def test_an_unknown_area_is_named(tandem):
    done = tandem("envelope", "buses", "--area", "G")
    assert done.exit_code == 2
    assert "'G'" in done.stderr
