import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from scenarios.files import write_scenario
from scenarios.findings import InvalidInput
from scenarios.systems import build_system
from solvers.errors import SolveFailed
from studies import run_study
from studies.runs.point_counter import counting
from studies.study.new_study import new_study
from studies.sweep import run_sweep
from studies.sweep.folder import Folder

OVER = ("load=0.5:1.5:0.5", "chi=80,100")
TABLES = ("sweep.parquet", "areas.parquet", "sweep.csv", "areas.csv")


@pytest.fixture(scope="session")
def first(tmp_path_factory):
    """Study file of a finished sweep; not to be changed."""
    return new_study(tmp_path_factory.mktemp("swept") / "first", "two-blocks")


@pytest.fixture(scope="session")
def done(first):
    """A finished sweep: three loads, two shares, three designs; not to be changed."""
    return run_sweep(first, OVER, first.parent.parent / "done")


@pytest.fixture
def copied(done, tmp_path):
    """Folder of the same sweep, to be changed."""
    return Path(shutil.copytree(done.folder, tmp_path / "copied"))


def tables_of(folder):
    return {name: (folder / name).read_bytes() for name in TABLES}


def test_rows_are_points_in_the_order_of_the_grid_and_designs_in_that_of_the_study(done):
    rows = pq.read_table(done.folder / "sweep.parquet").to_pandas()
    assert list(rows["point"]) == [n for n in range(1, 7) for _ in range(3)]
    assert list(rows["load"][::3]) == [0.5, 0.5, 1.0, 1.0, 1.5, 1.5]
    assert list(rows["chi"][::3]) == [80.0, 100.0] * 3
    assert list(rows["design"][:3]) == ["conventional", "cmo", "integrated"]


def test_columns_carry_units(done):
    schema = pq.read_schema(done.folder / "sweep.parquet")
    assert schema.field("chi").metadata[b"unit"] == b"%"
    assert schema.field("welfare_usd").metadata[b"unit"] == b"$"


def test_welfare_is_that_of_the_hand_case(done):
    """40 l MW of fixed load, of 50 MW at 20 $; the rest of them serves a bid of 30 l MW at 30 $.

    Half the load: 20 MW cost 400 $, 15 MW of the bid gain 10 $ each: -250 $. At chi = 80 %, 16 of
    20 MW are bid: 4 MW stay unserved at 500 $/MWh.
    """
    rows = done.designs.to_pandas().set_index(["load", "chi", "design"])["welfare_usd"]
    assert rows[0.5, 100.0, "integrated"] == pytest.approx(-250.0)
    assert rows[0.5, 100.0, "conventional"] == pytest.approx(-400.0)


def test_point_of_a_sweep_is_a_run_of_the_study(done, study, tmp_path):
    run = run_study(study, tmp_path / "run")
    rows = done.designs.to_pandas().query("load == 1 and chi == 100").set_index("design")
    for name, found in run.designs.items():
        assert rows.loc[name, "welfare_usd"] == pytest.approx(found.welfare_usd)
        assert rows.loc[name, "area_surplus_usd"] == pytest.approx(
            sum(found.area_surplus_usd.values())
        )


def test_no_design_beats_the_benchmark_at_any_point(done):
    wide = done.designs.to_pandas().pivot(index="point", columns="design", values="welfare_usd")
    for design in ("conventional", "cmo"):
        assert (wide[design] <= wide["integrated"] + 1e-6).all()


def test_welfare_rises_with_gamma_and_ever_less(tmp_path):
    """The share limits what is sold past the local market: more room, with falling worth.

    The value of a convex program is concave in the limits of its rows.
    """
    study = new_study(tmp_path / "first", "local-wholesale")
    head = study.read_text().partition("[[design]]")[0]
    study.write_text(f'{head}[[design]]\nkind = "local_wholesale"\ngap_relative = 1e-8\n')
    rows = run_sweep(study, ["load=0.5", "gamma=0:0.4:0.2"], tmp_path / "out").designs.to_pandas()
    first, second = rows["welfare_usd"].diff().dropna()
    assert first >= second >= 0


def test_areas_add_up_to_their_design(done):
    areas = done.areas.to_pandas().groupby(["point", "design"], sort=False)
    rows = done.designs.to_pandas().set_index(["point", "design"])
    pd.testing.assert_series_equal(
        areas["area_surplus_usd"].sum(), rows["area_surplus_usd"], check_names=False
    )


def test_csv_holds_the_same_figures(done):
    with (done.folder / "sweep.csv").open(encoding="utf-8") as file:
        read = [float(row["welfare_usd"]) for row in csv.DictReader(file)]
    assert read == done.designs["welfare_usd"].to_pylist()


def test_finished_points_are_not_cleared_again(done, copied, first, monkeypatch):
    monkeypatch.setattr(Cmo, "clear", pytest.fail)
    again = run_sweep(first, OVER, copied)
    assert again.kept == again.points == 6
    assert tables_of(copied) == tables_of(done.folder)


def test_design_is_cleared_once_for_values_that_it_does_not_see(study, tmp_path, monkeypatch):
    cleared = []
    clear = Integrated.clear
    monkeypatch.setattr(Integrated, "clear", lambda *all_: cleared.append(all_) or clear(*all_))
    done = run_sweep(study, OVER, tmp_path / "out", ["conventional", "integrated"])
    assert done.points == 6
    assert len(cleared) == 3  # the loads; chi is that of conventional designs


def test_sweep_that_was_cut_short_finishes_with_the_same_tables(done, study, tmp_path, monkeypatch):
    class Cut(Exception):
        pass

    class Counter:
        left = 2

        def begin(self, points, kept): ...

        def step(self):
            self.left -= 1
            if not self.left:
                raise Cut

    with pytest.raises(Cut):
        run_sweep(study, OVER, tmp_path / "cut", counter=Counter())
    assert not (tmp_path / "cut" / "sweep.parquet").exists()
    again = run_sweep(study, OVER, tmp_path / "cut")
    assert again.kept == 2
    assert tables_of(again.folder) == tables_of(done.folder)


def test_order_of_clearing_does_not_matter(done, study, tmp_path):
    for over in (("load=1.5,0.5", "chi=100"), ("load=1", "chi=80"), OVER):
        last = run_sweep(study, over, tmp_path / "bits")
    assert last.kept == 3
    assert tables_of(last.folder) == tables_of(done.folder)


def test_point_that_is_half_written_is_cleared_again(done, copied, first):
    point = next((copied / "points").glob("*.json"))
    point.write_text(point.read_text()[:100])
    again = run_sweep(first, OVER, copied)
    assert again.kept == 5
    assert tables_of(copied) == tables_of(done.folder)


def test_processes_give_the_same_tables(study, tmp_path):
    over, designs = ["load=0.5,1"], ["integrated"]
    alone = run_sweep(study, over, tmp_path / "alone", designs)
    apart = run_sweep(study, over, tmp_path / "apart", designs, jobs=2)
    assert tables_of(apart.folder) == tables_of(alone.folder)


def test_killed_sweep_finishes_with_the_same_tables(done, study, tmp_path):
    code = "from tandem.__main__ import main; main()"
    over = [word for text in OVER for word in ("--over", text)]
    command = [sys.executable, "-c", code, "sweep", str(study), *over, "--out", "killed"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    points = tmp_path / "killed" / "points"
    while not list(points.glob("*.json")) and process.poll() is None:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    again = run_sweep(study, OVER, tmp_path / "killed")
    assert 1 <= again.kept < 6
    assert tables_of(again.folder) == tables_of(done.folder)


def test_folder_of_another_study_is_refused(done, study):
    study.write_text(study.read_text().replace("smoothing = 0.3", "smoothing = 0.2"))
    with pytest.raises(InvalidInput, match="another study or scenario"):
        run_sweep(study, OVER, done.folder)


def test_folder_of_other_designs_is_refused(done, first):
    with pytest.raises(InvalidInput, match="another study or scenario"):
        run_sweep(first, OVER, done.folder, designs=["conventional"])


def test_folder_of_another_scenario_is_refused(done, study):
    scenario = build_system("two-blocks")
    write_scenario(replace(scenario, voll_usd_per_mwh=600.0), study.parent / "scenario")
    with pytest.raises(InvalidInput, match="another study or scenario"):
        run_sweep(study, OVER, done.folder)


def test_folder_that_holds_something_else_is_refused(study, tmp_path):
    (tmp_path / "mine.txt").touch()
    with pytest.raises(InvalidInput, match="something else"):
        run_sweep(study, OVER, tmp_path)


def test_clearing_that_fails_is_recorded_and_the_sweep_goes_on(tandem, study, monkeypatch):
    def fail(*_):
        raise SolveFailed("integrated clearing", "time limit", "raise time_limit_s")

    with monkeypatch.context() as broken:
        broken.setattr(Integrated, "clear", fail)
        done = tandem("sweep", study, "--over", "load=0.5,1", "--json", "--out", "out")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["clearings"] == {"ok": 4, "failed": 2}
    rows = pd.read_csv("out/sweep.csv").set_index("design")
    assert rows.loc["integrated", "error"].str.contains("time limit").all()
    assert rows.loc["integrated", "welfare_usd"].isna().all()
    assert "raise time_limit_s" in Path("out/sweep.html").read_text(encoding="utf-8")
    again = tandem("sweep", study, "--over", "load=0.5,1", "--json", "--out", "out")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["clearings"] == {"ok": 6}


def test_values_that_do_not_go_together_are_recorded(study, tmp_path):
    """A bid of 30 MW fits offers of 30 MW, one of 20 MW fits both, but not 30 MW offers of 20."""
    over = ("bids.p_max_mw=20,30", "offers[D1/flexible].quantity_mw=20,30")
    done = run_sweep(study, over, tmp_path / "out", designs=["integrated"])
    rows = done.designs.to_pandas()
    assert list(rows["status"]) == ["ok", "ok", "failed", "ok"]
    assert "offer more" in rows["error"][2]


def test_sweep_of_failures_alone_has_a_page(study, tmp_path, monkeypatch):
    def fail(*_):
        raise SolveFailed("integrated clearing", "time limit", "raise time_limit_s")

    monkeypatch.setattr(Integrated, "clear", fail)
    over = ["load=0.5,1", "voll=500,600"]
    done = run_sweep(study, over, tmp_path / "out", ["integrated"])
    assert done.failed == 4
    assert "time limit" in (done.folder / "sweep.html").read_text(encoding="utf-8")


def test_scarcity_exits_with_1(tandem, study):
    done = tandem("sweep", study, "--over", "load=1,9", "--design", "integrated")
    assert done.exit_code == 1
    assert "1 scarcity" in done.stdout


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        ((), "nothing is varied"),
        (("--over", "load=0:1:0", "--over", "gama=1"), "2 problems"),
        (("--over", "load=1", "--jobs", "0"), "at least 1"),
        (("--over", "load=1", "--design", "cmoo"), "near: 'cmo'"),
        (("--over", "load=1", "--reference", "cmoo"), "near: 'cmo'"),
        (("--over", "load=0:9:0.01", "--over", "voll=31:999:1"), "points"),
    ],
)
def test_bad_input_exits_with_2_and_clears_nothing(tandem, study, words, finding):
    done = tandem("sweep", study, *words, "--out", "out")
    assert done.exit_code == 2
    assert finding in done.stderr
    assert not Folder(study.parent.parent / "out").path.exists()


def test_terminal_shows_how_many_points_are_left():
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with counting(console) as counter:
        counter.begin(5, 2)
        counter.step()
    shown = console.file.getvalue()
    assert "2 finished before" in shown
    assert "1/3" in shown


def test_piped_output_has_no_bar():
    console = Console(file=io.StringIO())
    with counting(console) as counter:
        counter.begin(5, 2)
        counter.step()
    assert console.file.getvalue() == ""


def test_page_needs_no_network(done):
    assert 'src="http' not in (done.folder / "sweep.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("over", "kinds"),
    [
        (["load=0.5,1"], {"scatter"}),
        (["load=0.5,1", "chi=90,100"], {"scatter", "heatmap"}),
        (["load=0.5,1", "chi=90", "voll=500,600"], {"scatter", "heatmap"}),
        (["formulation.distribution=transport,lindistflow"], {"scatter"}),
    ],
)
def test_page_draws_lines_over_one_and_maps_over_two(study, tmp_path, over, kinds):
    designs = ["conventional", "integrated"]
    done = run_sweep(study, over, tmp_path / "out", designs=designs, reference="integrated")
    page = (done.folder / "sweep.html").read_text(encoding="utf-8")
    figures = page.split("</script>", 1)[1]  # after the drawing library
    assert {kind for kind in ("scatter", "heatmap") if f'"type":"{kind}"' in figures} == kinds
    assert "Welfare gain over integrated" in page
