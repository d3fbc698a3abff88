"""`tandem margin`: what it prints, writes, and leaves as exit code."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from scenarios.files import write_scenario
from scenarios.systems import build_system
from scenarios.variants.feeders import TRANSFORMER, with_transformers
from security.continuation.margin import margin_with_taps
from security.continuation.tap_changer import TapChanger
from tests.security.conftest import FOLDER, read_coupling
from tests.security.continuation_cases import two_buses
from tests.studies.conftest import invoke

KEYS = {
    "status", "lambda_max", "limit", "critical_bus", "v_at_nose_pu", "rounds", "margin_mw", "why",
    "notes",
}  # fmt: skip
EXPECTED = json.loads((FOLDER / "14A" / "continuation.json").read_text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Coupling 14A as a scenario folder."""
    place = tmp_path_factory.mktemp("margin") / "scenario"
    write_scenario(read_coupling("14A").scenario, place)
    return place


def tandem(*args):
    return invoke("margin", *args)


@pytest.mark.parametrize(
    ("switch", "case"), [((), "nodg_qlim"), (("--no-q-limits",), "nodg_noqlim")]
)
def test_reactive_limits_hold_unless_switched_off(folder, switch, case):
    found = json.loads(tandem(folder, "--json", *switch).stdout)
    assert found["lambda_max"] == pytest.approx(EXPECTED[case]["lambda_max"], abs=1e-6)


def test_the_summary_names_the_bus_that_collapses(folder):
    done = tandem(folder, "--json", "--no-q-limits")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert set(found) == KEYS
    assert (found["status"], found["limit"], found["critical_bus"]) == ("solved", "fold", "D10/18")
    assert found["v_at_nose_pu"] == pytest.approx(EXPECTED["nodg_noqlim"]["minV"], abs=2e-4)


def test_more_load_served_is_the_base_load_times_lambda(folder):
    """All loads of the coupling have constant power."""
    found = json.loads(tandem(folder, "--json").stdout)
    base = sum(r.p_mw for r in read_coupling("14A").scenario.loads)
    assert found["margin_mw"] == pytest.approx(base * found["lambda_max"], rel=1e-9)


@pytest.mark.parametrize("method", ["merged", "tcpf", "tcpf-lm"])
def test_every_method_answers_in_the_same_shape(folder, method):
    found = json.loads(tandem(folder, "--json", "--method", method).stdout)
    assert set(found) == KEYS
    assert found["status"] == "solved"


def test_the_plain_exchange_says_that_its_end_is_no_nose(folder):
    done = tandem(folder, "--json", "--method", "plain")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["limit"] is None
    assert "at or below" in found["why"]
    assert found["lambda_max"] <= EXPECTED["nodg_qlim"]["lambda_max"]


def test_tables_and_curves_are_written(folder, tmp_path):
    out = tmp_path / "made"
    assert tandem(folder, "--out", out).exit_code == 0
    curve = pd.read_parquet(out / "curve.parquet")
    assert len(curve) == curve["point"].nunique() * (14 + 33 + 33)
    assert curve["lambda"].max() == pytest.approx(EXPECTED["nodg_qlim"]["lambda_max"], abs=1e-6)
    limits = pd.read_csv(out / "limit.csv")
    assert limits["bus"].astype(str).tolist()[:4] == ["2", "3", "6", "8"]
    assert set(pd.read_csv(out / "boundary.csv")["boundary"]) == {"B10", "B12"}
    assert "Voltage-stability margin" in (out / "curves.html").read_text()


def test_a_period_the_day_does_not_have_is_bad_input(folder):
    assert tandem(folder, "--period", "99").exit_code == 2


def test_a_base_case_without_solution_is_unsolved_and_exits_with_3(tmp_path):
    scenario = read_coupling("14A").scenario
    heavy = (replace(r, p_mw=9 * r.p_mw, q_mvar=9 * r.q_mvar) for r in scenario.loads)
    write_scenario(replace(scenario, loads=tuple(heavy)), tmp_path / "heavy")
    done = tandem(tmp_path / "heavy", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 3
    assert found["lambda_max"] is None
    assert "base case" in found["why"]


def test_loads_of_constant_impedance_have_no_end_and_that_is_said(tmp_path):
    write_scenario(two_buses(n=2.0, feeder="near"), tmp_path / "impedance")
    done = tandem(tmp_path / "impedance", "--json")
    assert done.exit_code == 3
    assert "without an end" in json.loads(done.stdout)["why"]


@pytest.fixture(scope="module")
def t14d2(tmp_path_factory):
    """IEEE 14 with feeders of constant power at buses 10 and 12, as a scenario folder."""
    place = tmp_path_factory.mktemp("varied") / "scenario"
    write_scenario(build_system("T14D2"), place)
    return place


def loading(folder, *args):
    return json.loads(tandem(folder, *args, "--json").stdout)["lambda_max"]


@pytest.mark.parametrize(
    ("options", "published"),
    [
        ((), 1.935),
        (("--rx", "2"), 1.051),
        (("--rx", "2", "--rx-held", "z"), 1.983),
        (("--plant", "0.4"), 2.176),
        (("--plant", "0.4", "--plant-at", "root"), 1.953),
    ],
)
def test_feeders_changed_by_options_have_the_published_margins(t14d2, options, published):
    """The slack bus alone picks up, without reactive limits."""
    found = loading(t14d2, "--pickup", "slack", "--no-q-limits", *options)
    assert found == pytest.approx(published, abs=6e-4)


def test_reactive_power_of_plants_helps(t14d2):
    none, all_they_can = (
        loading(t14d2, "--plant", "0.4", "--plant-q", mode) for mode in ("unity", "greatest")
    )
    assert all_they_can > none + 0.01


def test_all_areas_that_grow_are_all_loads(t14d2):
    names = ("--grow", "T", "--grow", "D10", "--grow", "D12")
    assert loading(t14d2, *names) == pytest.approx(loading(t14d2), abs=1e-9)


def test_a_load_that_grows_twice_as_fast_comes_half_as_far(t14d2):
    once, twice = (loading(t14d2, "--pickup", "slack", "--grow", n) for n in ("D10", "D10=2"))
    assert once == pytest.approx(2 * twice, abs=1e-5)


def test_a_tap_changer_is_that_of_the_library(t14d2):
    behind = with_transformers(build_system("T14D2"), 0.08)
    taps = {area: TapChanger(TRANSFORMER) for area in behind.distribution}
    expected = margin_with_taps(behind, taps).lambda_max
    assert loading(t14d2, "--transformer", "0.08", "--taps") == pytest.approx(expected, abs=1e-9)


def test_unknown_names_and_odd_factors_are_found_together(t14d2):
    done = tandem(t14d2, "--grow", "D11", "--grow", "D10=x", "--pickup", "T/gen1")
    assert done.exit_code == 2
    assert "3 problems" in done.stderr
    assert "near: 'T/gen-1'" in done.stderr


@pytest.mark.parametrize(
    "options",
    [("--taps",), ("--rx", "0"), ("--transformer", "0.1", "--taps", "--method", "tcpf")],
)
def test_what_cannot_be_changed_is_bad_input(t14d2, options):
    assert tandem(t14d2, *options).exit_code == 2
