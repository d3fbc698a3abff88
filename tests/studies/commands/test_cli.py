import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from market.designs.integrated import Integrated
from scenarios.files import read_scenario, write_scenario
from scenarios.systems import build_system
from solvers.errors import SolveFailed

CASES = Path(__file__).parents[2] / "scenarios" / "cases"
DESIGN_KEYS = {
    "status",
    "welfare_usd",
    "net_surplus_usd",
    "gap_relative",
    "lower_usd",
    "upper_usd",
    "local",
    "rounds",
    "quantity_residual_mw",
    "price_residual_usd_per_mwh",
    "unserved_mwh",
    "spilled_mwh",
    "settlement_imbalance_usd",
    "area_surplus_usd",
    "dso_account_usd",
    "checks_failed",
    "seconds",
    "ac",
    "why_no_ac",
    "notes",
    "prices",
    "tied_prices",
    "tie_width_usd_per_mwh",
    "incentives_usd",
}


def test_version_is_that_of_the_package(tandem):
    assert tandem("--version").stdout.startswith("tandem 0.")


@pytest.mark.parametrize(
    "command", ["new", "import", "check", "run", "compare", "report", "bidcurve", "sweep"]
)
def test_help_of_every_command_has_an_example(tandem, command):
    assert f"tandem {command}" in tandem(command, "--help").stdout


def test_new_study_runs(tandem):
    assert tandem("new", "first", "--system", "two-blocks").exit_code == 0
    done = tandem("run", "first")
    assert done.exit_code == 0
    assert "integrated" in done.stdout
    assert "runs/two-blocks/report.html" in done.stdout


@pytest.mark.parametrize(("system", "found"), [("two-blocks", False), ("local-wholesale", True)])
def test_new_study_has_local_markets_where_generators_may_sell_past_them(tandem, system, found):
    tandem("new", "first", "--system", system)
    assert ('kind = "local_wholesale"' in Path("first/study.toml").read_text()) == found


@pytest.mark.parametrize("system", ["14A", "30B-opf", "T118Dn4", "T14D3-active", "ieee30"])
def test_new_writes_what_check_accepts(tandem, system):
    assert tandem("new", "first", "--system", system).exit_code == 0
    assert tandem("check", "first").exit_code == 0
    assert f'name = "{system}"' in Path("first/study.toml").read_text()


def test_new_refuses_a_folder_that_is_there(tandem, study):
    assert tandem("new", study.parent).exit_code == 2


def test_unknown_system_is_bad_input(tandem):
    assert tandem("new", "first", "--system", "Z").exit_code == 2


def test_json_of_a_run_is_one_object_and_nothing_else(tandem, study):
    done = tandem("run", study, "--json", "--out", "out")
    found = json.loads(done.stdout)
    assert set(found) == {"status", "run", "designs", "headline", "failed"}
    assert found["status"] == "ok"
    assert found["run"] == "out"
    assert set(found["designs"]) == {"conventional", "cmo", "integrated"}
    for design in found["designs"].values():
        assert set(design) == DESIGN_KEYS
        assert set(design["seconds"]) == {"build", "solve", "total"}
    assert found["designs"]["conventional"]["gap_relative"] is None
    assert found["designs"]["conventional"]["rounds"] is None


def test_json_of_a_run_is_its_summary_file(tandem, study, tmp_path):
    done = tandem("run", study, "--json", "--out", "out")
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == json.loads(done.stdout)


def test_bad_input_lists_its_findings_and_exits_with_2(tandem, study):
    study.write_text(study.read_text().replace('"cmo"', '"cmoo"'))
    for command in ("run", "check"):
        done = tandem(command, study, "--json")
        assert done.exit_code == 2
        found = json.loads(done.stdout)
        assert found["status"] == "bad input"
        assert set(found["findings"][0]) == {"place", "finding", "cure"}
        assert "cmoo" in done.stderr


def test_check_finds_nothing_in_a_good_study_and_scenario(tandem, study):
    for path in (study, study.parent, study.parent / "scenario"):
        done = tandem("check", path, "--json")
        assert done.exit_code == 0
        assert json.loads(done.stdout) == {"status": "ok", "findings": []}


def test_check_reports_what_is_wrong_with_a_scenario(tandem, study):
    (study.parent / "scenario" / "branches.parquet").unlink()
    assert "branches" in tandem("check", study.parent / "scenario").stderr
    assert tandem("check", study).exit_code == 2


def test_scarcity_exits_with_1(tandem, study):
    """A load of 400 MW, units of 150 MW: 250 MWh in the hour are not served."""
    scenario = build_system("two-blocks")
    loads = tuple(replace(load, p_mw=400.0) for load in scenario.loads)
    write_scenario(replace(scenario, loads=loads), study.parent / "scenario")
    study.write_text(
        'format = 1\nname = "s"\nscenario = "scenario"\n[[design]]\nkind = "integrated"\n'
    )
    done = tandem("run", study, "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["status"] == "scarcity"
    assert found["designs"]["integrated"]["unserved_mwh"] == pytest.approx(250.0)


def test_coordination_out_of_rounds_exits_with_1(tandem, study):
    study.write_text(
        'format = 1\nname = "s"\nscenario = "scenario"\n'
        '[[design]]\nkind = "cmo"\nmethod = "exchange"\nmax_rounds = 1\n'
    )
    done = tandem("run", study, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["status"] == "not agreed"


def fail(*_):
    raise SolveFailed("integrated clearing", "time limit", "raise time_limit_s")


def test_a_design_that_fails_exits_with_3_and_leaves_the_others(tandem, study, monkeypatch):
    monkeypatch.setattr(Integrated, "clear", fail)
    done = tandem("run", study, "--json", "--out", "out")
    assert done.exit_code == 3
    found = json.loads(done.stdout)
    assert found["status"] == "failed"
    assert set(found["designs"]) == {"conventional", "cmo"}
    assert found["failed"]["integrated"]["findings"][0]["cure"] == "raise time_limit_s"
    assert "integrated" in found["headline"][0]["place"]
    assert "could not be cleared" in (Path("out") / "report.html").read_text()


def test_a_study_without_a_design_that_clears_leaves_no_folder(
    tandem, study, monkeypatch, tmp_path
):
    study.write_text(
        'format = 1\nname = "s"\nscenario = "scenario"\n[[design]]\nkind = "integrated"\n'
    )
    monkeypatch.setattr(Integrated, "clear", fail)
    done = tandem("run", study, "--json", "--out", "out")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["findings"][0]["cure"] == "raise time_limit_s"
    assert not (tmp_path / "out").exists()


def test_interruption_exits_with_130_and_a_message(tandem, study, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Integrated, "clear", interrupt)
    done = tandem("run", study)
    assert done.exit_code == 130
    assert "interrupted" in done.stderr


def test_compare_puts_designs_side_by_side(tandem, finished):
    done = tandem("compare", finished.folder, finished.folder, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["same_scenario"] is True
    assert len(found["designs"]) == 6
    assert "surplus" in done.stderr


def test_report_is_written_again_from_the_folder_alone(tandem, finished):
    report = finished.folder / "report.html"
    before = report.read_text(encoding="utf-8")
    done = tandem("report", finished.folder, "--json")
    assert json.loads(done.stdout)["report"] == str(report)
    assert report.read_text(encoding="utf-8") == before


def test_imported_study_has_nothing_wrong(tandem):
    files = ("--transmission", CASES / "T14.m", "--feeder", f"14={CASES / 'D17_1.m'}")
    assert tandem("import", "mine", *files).exit_code == 0
    assert tandem("check", "mine").exit_code == 0


def test_feeder_must_be_bus_and_file(tandem):
    done = tandem("import", "x", "--transmission", "T.m", "--feeder", "7", "--feeder", "8=a.m")
    assert done.exit_code == 2
    assert "BUS=FILE" in done.stderr


def test_two_feeders_stand_at_one_bus(tandem):
    feeder = CASES / "D17_1.m"
    files = ("--feeder", f"14={feeder}", "--feeder", f"14={CASES / 'D17_2.m'}")
    assert tandem("import", "two", "--transmission", CASES / "T14.m", *files).exit_code == 0
    areas = pd.read_parquet("two/scenario/areas.parquet")["area"]
    assert areas.tolist() == ["T", "D14", "D14-2"]
    assert tandem("check", "two").exit_code == 0


def test_import_hangs_feeders_at_loads(tandem):
    files = f"{CASES / 'D17_1.m'},{CASES / 'three_bus_feeder.m'}"
    words = ("--transmission", CASES / "T14.m", "--feeder-per-load", files, "--at", "9, 12")
    shares = ("--pv", "0.3", "--batteries", "0.1", "--flexible", "0.2", "--seed", "7")
    assert tandem("import", "n", *words, *shares).exit_code == 0
    nation = read_scenario("n/scenario")
    assert nation.distribution == ("D9", "D12")
    assert any("drawn from seed 7" in note for note in nation.sources)


@pytest.mark.parametrize(
    ("words", "place", "finding"),
    [
        ("--transmission T.m --pv 0.3", "--pv", "it says nothing without --feeder-per-load"),
        ("--transmission T.m --at 3", "--at", "it says nothing without --feeder-per-load"),
        ("--simbench X --at 3", "--at", "it says nothing without --transmission"),
        ("--transmission T.m --days 2016-01-01", "--days", "no option of --transmission"),
        ("--pandapower N.json --minutes 60", "--minutes", "but of --simbench"),
        ("--pandapower N.json --transmission T.m --pv 1", "--pv", "no option of --pandapower"),
        ("--simbench X --transmission T.m --feeder 7=D.m", "--feeder", "no option of --simbench"),
        ("--tables t --hours 24", "--hours", "no option of --tables"),
        ("--pglib-uc U.json --cut-kv 110", "--cut-kv", "no option of --pglib-uc"),
        ("--simbench X --pandapower N.json", "tandem import", "--pandapower, --simbench together"),
        ("--voll 100", "tandem import", "no source"),
    ],
)
def test_what_does_not_belong_to_the_source_is_refused(tandem, words, place, finding):
    """Before any file is looked for; what has its usual value is refused as well."""
    done = tandem("import", "n", *words.split(), "--json")
    found = json.loads(done.stdout)["findings"]
    assert (done.exit_code, [f["place"] for f in found]) == (2, [place])
    assert finding in found[0]["finding"]
    assert found[0]["cure"]


def test_import_takes_hours_and_prices_of_shedding_and_spilling(tandem):
    options = ("--hours", "2", "--voll", "900", "--spill", "10")
    assert tandem("import", "o", "--transmission", CASES / "T14.m", *options).exit_code == 0
    scenario = read_scenario(Path("o/scenario"))
    assert scenario.hours == (1.0, 1.0)
    assert (scenario.voll_usd_per_mwh, scenario.spill_usd_per_mwh) == (900.0, 10.0)


def test_import_says_what_it_made_of_a_file(tandem):
    case = Path("case.m")
    case.write_text((CASES / "T14.m").read_text() + "mpc.zones_of_mine = [1; 2];\n")
    done = tandem("import", "m", "--transmission", case, "--json")
    said = "area T: not used: mpc.zones_of_mine"
    assert said in json.loads(done.stdout)["notes"]
    assert said in done.stderr


def test_missing_file_is_bad_input_not_a_traceback(tandem):
    done = tandem("import", "x", "--transmission", "none.m", "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["status"] == "bad input"


def test_program_runs_as_a_process(study, tmp_path):
    code = "from tandem.__main__ import main; main()"
    command = [sys.executable, "-c", code, "run", str(study), "--json", "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "ok"
    assert "Traceback" not in done.stderr
