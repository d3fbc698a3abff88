import json
from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest

from scenarios.files import write_scenario
from scenarios.records import Storage
from scenarios.systems import build_system
from studies.analyses.bidcurve import bid_curve_of
from studies.report.figures.bid_curve import between, draw_bid_curve
from studies.report.figures.style import look_of
from tests.studies.conftest import invoke


@pytest.fixture
def tandem(tmp_path, monkeypatch):
    """The command line, in a folder that holds the two-block system."""
    monkeypatch.chdir(tmp_path)
    write_scenario(build_system("two-blocks"), tmp_path / "blocks")
    return invoke


def coupled(folder):
    """The two-block system with a battery in the feeder, written to a folder."""
    blocks = build_system("two-blocks")
    areas = tuple(replace(a, type=a.type and "B") for a in blocks.areas)
    battery = Storage("D1", "battery", "2", 1.0, 1.0, 2.0, 0.0, 1.0, 1.0, 0.9, 0.9, 1.0)
    write_scenario(replace(blocks, areas=areas, storage=(battery,)), folder / "coupled")
    return folder / "coupled"


def test_the_curve_of_two_blocks_is_its_fixed_and_its_flexible_load():
    """40 MW fixed, unserved at 500 $/MWh, and 30 MW worth 30 $/MWh."""
    curve = bid_curve_of(build_system("two-blocks"), "D1").to_pandas()
    assert list(curve.segment) == [1, 2]
    assert list(curve.to_mw) == pytest.approx([40.0, 70.0])
    assert list(curve.price_from_usd_per_mwh) == pytest.approx([500.0, 30.0])


def test_columns_carry_units():
    schema = bid_curve_of(build_system("two-blocks"), "D1").schema
    assert schema.field("from_mw").metadata[b"unit"] == b"MW"


def test_the_command_leaves_the_curve_as_parquet_and_csv_and_a_page(tandem, tmp_path):
    done = tandem("bidcurve", "blocks", "--area", "D1")
    assert done.exit_code == 0
    folder = tmp_path / "runs" / "bidcurve-D1"
    parquet = pq.read_table(folder / "bid_curve.parquet").to_pandas()
    text = pd.read_csv(folder / "bid_curve.csv")
    pd.testing.assert_frame_equal(text, parquet, check_dtype=False)
    assert "Bid curve of D1" in (folder / "bid_curve.html").read_text()


def test_the_page_needs_no_network(tandem, tmp_path):
    tandem("bidcurve", "blocks", "--area", "D1", "--out", "mine")
    page = (tmp_path / "mine" / "bid_curve.html").read_text()
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_json_names_the_folder(tandem):
    done = tandem("bidcurve", "blocks", "--area", "D1", "--json")
    found = json.loads(done.stdout)
    assert found == {"status": "ok", "area": "D1", "folder": "runs/bidcurve-D1", "segments": 2}


@pytest.mark.parametrize(
    ("options", "place"),
    [
        (("--area", "D2"), "--area"),
        (("--area", "T"), "--area"),
        (("--area", "D1", "--distribution", "acid"), "--distribution"),
    ],
)
def test_a_name_that_is_not_known_is_a_finding(tandem, options, place):
    done = tandem("bidcurve", "blocks", *options, "--json")
    assert done.exit_code == 2
    assert [f["place"] for f in json.loads(done.stdout)["findings"]] == [place]


def test_an_area_with_a_battery_has_no_curve(tandem, tmp_path):
    done = tandem("bidcurve", coupled(tmp_path), "--area", "D1", "--json")
    assert done.exit_code == 2
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["place"] == "area 'D1'"
    assert "storage 'battery'" in finding["finding"]
    assert "method 'schedules'" in finding["cure"]


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_study_by_curves_is_refused_before_it_runs(tandem, study, command):
    coupled(study.parent)
    study.write_text(
        'format = 1\nname = "one"\nscenario = "coupled"\n'
        '[[design]]\nkind = "cmo"\nmethod = "curve"\n'
    )
    done = tandem(command, study, "--json")
    assert done.exit_code == 2
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["place"] == "[[design]] 'cmo', area 'D1'"


def test_a_study_by_curves_runs_in_one_round(tandem, study):
    study.write_text(
        'format = 1\nname = "one"\nscenario = "scenario"\n'
        '[[design]]\nkind = "cmo"\nmethod = "curve"\ngap_relative = 1e-8\n'
    )
    done = tandem("run", study, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)["designs"]["cmo"]
    assert found["status"] == "ok"
    assert found["rounds"] == 1


def test_the_figure_shows_one_period_before_all_others():
    curve = bid_curve_of(build_system("two-blocks"), "D1").to_pandas()
    day = pd.concat([curve.assign(period=p) for p in (1, 2, 3)])
    figure = draw_bid_curve(day, (-500.0, 500.0), look_of(["D1"], "USD", (1.0,) * 3))
    assert [line.visible for line in figure.data[3:]] == [False, True, False]


def test_unserved_energy_does_not_set_the_scale():
    """Of 40 MW at the value of lost load and 30 MW at 30 $/MWh, the second are shown."""
    curve = bid_curve_of(build_system("two-blocks"), "D1").to_pandas()
    shown = between(curve, (-500.0, 500.0))
    assert list(shown.from_mw) == pytest.approx([40.0])
