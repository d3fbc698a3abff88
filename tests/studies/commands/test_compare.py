import json

import pyarrow.parquet as pq
import pytest

from market.designs import designs
from studies import compare_runs, run_study
from studies.analyses.study_compared import is_study, with_all_designs
from studies.runs.compare import compared, same_scenario
from studies.study.new_study import new_study
from studies.study.study import read_study


def test_loss_is_against_the_best_design_of_all_runs(finished):
    """-800 $ against -700 $: 100 $, one seventh of the best."""
    table = compare_runs(finished.folder).set_index("design")
    assert table.loc["conventional", "loss_usd"] == pytest.approx(100.0)
    assert table.loc["conventional", "loss_percent"] == pytest.approx(100.0 / 7)
    assert table.loc["integrated", "loss_usd"] == pytest.approx(0.0, abs=1e-6)


def test_boundary_energy_is_that_of_the_hand_case(finished):
    """The forecast takes 40 MW for an hour, the optimum the whole block of 50 MW."""
    table = compare_runs(finished.folder).set_index("design")
    assert table.loc["conventional", "boundary_mwh"] == pytest.approx(40.0)
    assert table.loc["cmo", "boundary_mwh"] == pytest.approx(50.0)


def test_surplus_of_areas_is_in_columns(finished):
    table = compare_runs(finished.folder)
    area = finished.scenario.distribution[0]
    expected = [d.area_surplus_usd[area] for d in finished.designs.values()]
    assert list(table[f"area_surplus_usd:{area}"]) == expected


def test_designs_of_several_runs_stand_in_their_order(finished, tmp_path):
    other = run_study(finished.folder, tmp_path / "other")
    rows = compared([finished, other])
    names = list(finished.designs)
    assert [(r.run, r.design) for r in rows] == [
        *(("run", name) for name in names),
        *(("other", name) for name in names),
    ]


def test_runs_of_the_same_files_are_of_the_same_scenario(finished, tmp_path):
    other = run_study(finished.folder, tmp_path / "other")
    assert same_scenario([finished, other])


def test_study_is_told_from_a_run(study, finished):
    assert is_study(study)
    assert is_study(study.parent)
    assert not is_study(finished.folder)


def test_all_designs_adds_every_kind_that_mends_all_and_is_not_named(study):
    own = read_study(study)
    more = with_all_designs(own)
    assert list(more.designs)[:3] == list(own.designs)
    mending = {one for one in designs.values() if one.about.mends_all}
    assert {type(d) for d in more.designs.values()} == mending


def test_comparing_a_study_runs_its_designs(tandem, study, finished):
    done = tandem("compare", study, "--out", "out", "--json")
    assert done.exit_code == 0
    found = {row["design"]: row["welfare_usd"] for row in json.loads(done.stdout)["designs"]}
    assert found == {name: d.welfare_usd for name, d in finished.designs.items()}


def test_comparing_a_study_leaves_a_run_with_table_and_page(tandem, study, tmp_path):
    tandem("compare", study.parent, "--out", "out")
    table = pq.read_table(tmp_path / "out" / "compare.parquet").to_pandas()
    assert list(table["design"]) == ["conventional", "cmo", "integrated"]
    assert 'src="http' not in (tmp_path / "out" / "compare.html").read_text(encoding="utf-8")
    assert tandem("compare", "out").exit_code == 0


def test_no_design_of_all_beats_the_benchmark(tandem, study):
    done = tandem("compare", study, "--all", "--out", "out", "--json")
    rows = {row["design"]: row for row in json.loads(done.stdout)["designs"]}
    assert set(rows) == {kind for kind, one in designs.items() if one.about.mends_all}
    assert all(row["loss_usd"] >= -1e-6 for row in rows.values())
    assert rows["integrated"]["loss_usd"] == pytest.approx(0.0, abs=1e-6)


def test_page_of_several_runs_tells_them_apart(tandem, finished, tmp_path):
    again = run_study(finished.folder, tmp_path / "again")
    assert tandem("compare", finished.folder, again.folder, "--out", "page").exit_code == 0
    text = (tmp_path / "page" / "compare.html").read_text(encoding="utf-8")
    assert "cmo (run)" in text
    assert "cmo (again)" in text


@pytest.mark.parametrize("words", [("--all",), ("study.toml",)])
def test_what_cannot_be_compared_is_refused(tandem, finished, words):
    assert tandem("compare", finished.folder, *words).exit_code == 2


def test_owners_who_play_are_a_measure_of_every_design(tandem, tmp_path):
    """The price behind the line is 80 in place of 50 $/MWh, and the feeder's unit makes all 20 MW.

    b1 gains 45 x 30 $, the unit 20 x (80 - 55) $, and 20 x (55 - 50) $ are lost: 1950 $, which
    consumers and operators pay (consumers 150 x 30 $, of which operators keep 85 x 30 $ as rents).
    """
    file = new_study(tmp_path / "buses", "two-buses")
    text = file.read_text(encoding="utf-8").split("[[design]]")[0]
    file.write_text(text + '[[design]]\nkind = "integrated"\n', encoding="utf-8")
    words = ("--owner", "T/b1", "--markup", "30", "--out", "out", "--json")
    done = tandem("compare", "buses", *words)
    found = {row["design"]: row["market_power_usd"] for row in json.loads(done.stdout)["measures"]}
    assert found["integrated"] == pytest.approx(1350 + 500 + 100)
    page = (tmp_path / "out" / "compare.html").read_text(encoding="utf-8")
    assert "How much room is there to bid strategically?" in page


def test_an_owner_who_is_not_there_is_named_before_anything_runs(tandem, study, tmp_path):
    done = tandem("compare", study, "--owner", "T/b9", "--out", "out")
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
