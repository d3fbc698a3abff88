"""`tandem powerflow`, `opf` and `realtime`: what they print, write, and leave as exit code."""

import json
from dataclasses import replace
from importlib.util import find_spec

import pandas as pd
import pytest

from scenarios.files import write_scenario
from scenarios.importers.matpower import import_matpower
from scenarios.systems import build_system
from tests.market.test_merged_opf import opf_scenario
from tests.market.test_opf_agrees import CASES as OPF_CASES
from tests.security.conftest import read_coupling
from tests.studies.conftest import invoke

COMMON = {"status", "rounds", "boundaries", "loss_mw", "v_min_pu", "v_min_bus", "violations", "why"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Coupling 14A with its distributed generators, as a scenario folder."""
    place = tmp_path_factory.mktemp("physics") / "scenario"
    write_scenario(opf_scenario(read_coupling("14A")), place)
    return place


def test_load_flow_json_is_the_reference(folder):
    """The generators stand at half their capacity with a fifth of it as Q, as in the reference."""
    done = invoke("powerflow", folder, "--json")
    found = json.loads(done.stdout)
    assert set(found) == COMMON
    expected = read_coupling("14A").load_flow["dgpq"]
    for (_, bus, p, q, v, angle, *_), name in zip(
        expected["boundary"], ("B10", "B12"), strict=True
    ):
        assert name == f"B{int(bus)}"
        port = found["boundaries"][name]
        assert [port["p_mw"], port["q_mvar"]] == pytest.approx([p, q], abs=1e-6)
        assert port["v_pu"] == pytest.approx(v, abs=1e-8)
        assert port["angle_deg"] == pytest.approx(angle, abs=1e-6)
    assert found["loss_mw"] == pytest.approx(expected["loss_total"], abs=1e-6)


def test_a_load_flow_with_limits_exceeded_is_violated_and_exits_with_1(folder):
    """The set-points of IEEE 14 lie above its own voltage bands."""
    done = invoke("powerflow", folder, "--json")
    assert json.loads(done.stdout)["status"] == "violated"
    assert done.exit_code == 1


def test_a_study_names_the_scenario_as_well(folder, tmp_path):
    write_scenario(opf_scenario(read_coupling("14A")), tmp_path / "scenario")
    study = tmp_path / "study.toml"
    study.write_text('format = 1\nname = "s"\nscenario = "scenario"\n')
    expected = invoke("powerflow", folder, "--json").stdout
    assert invoke("powerflow", tmp_path, "--json").stdout == expected
    assert invoke("powerflow", study, "--json").stdout == expected


def test_what_is_neither_scenario_nor_study_is_refused(tmp_path):
    done = invoke("powerflow", tmp_path / "none", "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["findings"][0]["cure"] == "name the folder of a scenario"


def test_load_flow_writes_full_tables(folder, tmp_path):
    invoke("powerflow", folder, "--out", tmp_path / "pf")
    bus = pd.read_parquet(tmp_path / "pf" / "bus.parquet")
    assert list(bus.columns) == ["area", "bus", "v_pu", "angle_deg"]
    assert len(bus) == 14 + 33 + 33
    assert (tmp_path / "pf" / "branch.csv").exists()


@pytest.mark.parametrize("command", ["powerflow", "opf"])
def test_a_period_the_day_does_not_have_is_bad_input(folder, command):
    done = invoke(command, folder, "--period", "99", "--json")
    assert done.exit_code == 2
    assert "no period 99" in json.loads(done.stdout)["findings"][0]["finding"]


def test_a_load_that_cannot_be_carried_is_unsolved_and_exits_with_3(tmp_path):
    scenario = read_coupling("14A").scenario
    heavy = (replace(r, p_mw=9 * r.p_mw, q_mvar=9 * r.q_mvar) for r in scenario.loads)
    write_scenario(replace(scenario, loads=tuple(heavy)), tmp_path / "heavy")
    done = invoke("powerflow", tmp_path / "heavy", "--json")
    found = json.loads(done.stdout)
    assert found["status"] == "unsolved"
    assert found["loss_mw"] is None
    assert "no solution" in found["why"]
    assert done.exit_code == 3


@pytest.mark.parametrize("method", ["coordinated", "merged"])
def test_optimal_flow_json_is_the_reference(folder, method):
    done = invoke("opf", folder, "--method", method, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert set(found) == COMMON | {
        "cost_usd_per_h",
        "lmp_usd_per_mwh",
        "lmp_q_usd_per_mvarh",
        "notes",
    }
    assert found["status"] == "solved"
    assert found["cost_usd_per_h"] == pytest.approx(7750.558151244, rel=1e-6)
    assert set(found["lmp_usd_per_mwh"]) == set(found["lmp_q_usd_per_mvarh"]) == {"B10", "B12"}


def test_both_methods_of_optimal_flow_agree_at_the_boundaries(folder):
    apart, together = (
        json.loads(invoke("opf", folder, "--method", m, "--json").stdout)
        for m in ("coordinated", "merged")
    )
    for name, port in together["boundaries"].items():
        assert apart["boundaries"][name]["p_mw"] == pytest.approx(port["p_mw"], abs=1e-3)
        assert apart["boundaries"][name]["v_pu"] == pytest.approx(port["v_pu"], abs=1e-4)
        price = apart["lmp_usd_per_mwh"][name]
        assert price == pytest.approx(together["lmp_usd_per_mwh"][name], abs=1e-2)
    assert apart["loss_mw"] == pytest.approx(together["loss_mw"], abs=1e-2)


def test_operators_alone_that_exceed_limits_say_which(tmp_path):
    """Behind a tap of 0.95 the feeder stands above its band at transmission's best voltage."""
    feeder = {"3": OPF_CASES / "feeder_behind_tap.m"}
    write_scenario(import_matpower(OPF_CASES / "transmission.m", feeder), tmp_path / "tap")
    done = invoke("opf", tmp_path / "tap", "--method", "alone")
    assert done.exit_code == 1
    assert "status: violated" in done.output
    assert "bus D3/2" in done.output
    assert "is above 1.1" in done.output


def test_an_optimum_without_feeders_prints_no_table_of_boundaries(tmp_path):
    write_scenario(import_matpower(OPF_CASES / "transmission.m", {}), tmp_path / "none")
    done = invoke("opf", tmp_path / "none")
    assert done.exit_code == 0
    assert done.output.startswith("cost 2,210.4716 USD/h")


def test_operators_alone_cost_more_than_coordinated_ones(folder):
    alone, together = (
        json.loads(invoke("opf", folder, "--method", m, "--json").stdout)
        for m in ("alone", "coordinated")
    )
    assert set(alone) == set(together)
    assert alone["cost_usd_per_h"] > together["cost_usd_per_h"]


def test_optimal_flow_writes_prices_by_bus(folder, tmp_path):
    invoke("opf", folder, "--out", tmp_path / "opf")
    bus = pd.read_csv(tmp_path / "opf" / "bus.csv")
    assert list(bus.columns) == ["area", "bus", "v_pu", "angle_deg", "lmp_usd_per_mwh"]
    assert bus["lmp_usd_per_mwh"].between(20, 60).all()


def test_real_time_writes_every_cycle_of_every_level(folder, tmp_path):
    asked = ("--cycles", 3, "--level", 0.9, "--level", 1.0, "--out", tmp_path / "out", "--json")
    done = invoke("realtime", folder, *asked)
    found = json.loads(done.stdout)
    grid = pd.read_parquet(tmp_path / "out" / "grid.parquet")
    assert grid["level"].tolist() == [1, 1, 1, 2, 2, 2]
    assert found["cost_usd_per_h"] == grid["cost_usd_per_h"].iloc[-1]
    assert done.exit_code == (1 if found["violations"] else 0)


def test_impossible_conditions_exit_with_2(folder):
    done = invoke("realtime", folder, "--loss", 1.0, "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["findings"][0]["place"] == "real time, loss"


@pytest.mark.parametrize("package", [name for name in ("ipyopt", "cyipopt") if find_spec(name)])
def test_every_package_of_ipopt_finds_the_reference(folder, package):
    found = json.loads(invoke("opf", folder, "--ipopt", package, "--json").stdout)
    assert found["cost_usd_per_h"] == pytest.approx(7750.558151244, rel=1e-6)


def test_a_package_of_ipopt_that_is_not_there_ends_with_code_3(folder, monkeypatch):
    monkeypatch.setattr("solvers.ipopt.find_spec", lambda _: None)
    done = invoke("opf", folder, "--ipopt", "cyipopt")
    assert done.exit_code == 3
    assert "pip install -e '.[cyipopt]'" in done.stderr


def test_a_lumped_feeder_with_measured_exponents_comes_nearer_to_what_it_draws(tmp_path):
    """Of households with generation inside: weighted exponents forget losses and the difference."""
    write_scenario(build_system("T14D3-active"), tmp_path / "scenario")

    def drawn(*options):
        found = json.loads(invoke("powerflow", tmp_path / "scenario", *options, "--json").stdout)
        return pd.DataFrame(found["boundaries"]).loc[["p_mw", "q_mvar"]]

    exact = drawn()
    weighted = (drawn("--method", "itlf") - exact).abs()
    measured = (drawn("--method", "itlf", "--exponents", "measured") - exact).abs()
    assert (measured < 0.25 * weighted).all().all()


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """System A, whose feeders hold PV and wind with profiles."""
    place = tmp_path_factory.mktemp("day") / "scenario"
    write_scenario(build_system("A"), place)
    return place


def test_renewables_that_serve_more_of_the_load_leave_less_to_draw(day):
    """A tenth more of the load of 18 MW at 85 % is 0.65 x 1.53 MW less, and some losses."""
    drawn = [
        json.loads(invoke("powerflow", day, "--period", 10, "--renewables", s, "--json").stdout)
        for s in (0.2, 0.3)
    ]
    less = drawn[0]["boundaries"]["B10"]["p_mw"] - drawn[1]["boundaries"]["B10"]["p_mw"]
    inelastic = 0.65 * 18 * 0.85
    assert 0.1 * inelastic < less < 0.12 * inelastic


@pytest.mark.parametrize(
    "options",
    [("--renewables", "0.5"), ("--period", "2", "--renewables", "-1")],
)
def test_renewables_are_a_share_of_a_period(day, options):
    assert invoke("powerflow", day, *options).exit_code == 2


def test_feeders_without_renewables_cannot_have_a_share_of_them(folder):
    done = invoke("powerflow", folder, "--period", 1, "--renewables", "0.5")
    assert done.exit_code == 2
    assert "no feeder holds PV or wind" in done.stderr
