"""`tandem profiles`: what a plant gives over its rating, by the weather of every period."""

import json

import pandas as pd
import pytest

from scenarios.files import read_scenario, write_scenario
from scenarios.renewables.expectation import bell_day, expected_factors
from scenarios.renewables.pv import ThresholdPv
from scenarios.systems import build_system
from tests.studies.conftest import invoke


def tandem(*args):
    return invoke("profiles", *args)


def factors(*args):
    return json.loads(tandem(*args, "--json").stdout)["factors"]


def csv(folder, text):
    file = folder / "weather.csv"
    file.write_text(text)
    return file


def test_panels_lose_output_as_their_cells_warm(tmp_path):
    """500 W/m2 at 20 degrees: cells at 20 + 25/800 x 500 = 35.625, 0.5 (1 - 0.004 x 10.625)."""
    file = csv(tmp_path, "irradiance_w_per_m2,temperature_c\n0,10\n500,20\n900,30\n")
    assert factors("pv", "--weather", file) == pytest.approx([0.0, 0.47875, 0.78075], abs=1e-6)


def test_without_temperature_output_rises_with_the_square_up_to_the_threshold(tmp_path):
    """Up to 150 W/m2 it is G^2 / (1000 x 150), then G / 1000."""
    file = csv(tmp_path, "irradiance_w_per_m2\n75\n150\n600\n1200\n")
    assert factors("pv", "--weather", file) == pytest.approx([0.0375, 0.15, 0.6, 1.0])


def test_without_weather_the_day_is_a_bell():
    expected = expected_factors(ThresholdPv(1.0), bell_day())
    assert factors("pv") == pytest.approx(expected, abs=1e-6)


def test_little_deviation_is_hardly_any(tmp_path):
    file = csv(tmp_path, "irradiance_w_per_m2,deviation_w_per_m2\n600,1\n0,0\n")
    assert factors("pv", "--weather", file) == pytest.approx([0.6, 0.0], abs=1e-5)


def test_wind_rises_between_cut_in_and_rated_speed(tmp_path):
    """(v - 3) / 9, or (v^3 - 27) / (1728 - 27); none from 25 m/s on."""
    file = csv(tmp_path, "speed_m_per_s\n2\n7.5\n12\n25\n")
    assert factors("wind", "--weather", file) == pytest.approx([0.0, 0.5, 1.0, 0.0])
    by_cube = factors("wind", "--weather", file, "--cubic")
    assert by_cube[1] == pytest.approx((7.5**3 - 27) / (1728 - 27), abs=1e-6)


def test_speeds_grow_with_height_by_the_power_law(tmp_path):
    """(80 / 10)^(1/7) times 6 m/s."""
    file = csv(tmp_path, "speed_m_per_s\n6\n")
    (found,) = factors("wind", "--weather", file, "--hub", "80")
    assert found == pytest.approx((6 * 8 ** (1 / 7) - 3) / 9, abs=1e-6)


def test_gusts_take_from_the_rating_and_give_below_cut_in(tmp_path):
    """Expected over a Weibull distribution, whose mean is the speed."""
    low, high = factors("wind", "--weather", csv(tmp_path, "speed_m_per_s,shape\n3,2\n12,2\n"))
    assert 0.0 < low < 0.2
    assert 0.4 < high < 1.0


def test_tables_and_the_picture_are_written(tmp_path):
    done = tandem("pv", "--name", "roof", "--out", tmp_path / "out")
    assert done.exit_code == 0
    rows = pd.read_parquet(tmp_path / "out" / "profiles.parquet")
    assert list(rows) == ["profile", "period", "value"]
    assert (rows["profile"] == "roof").all()
    assert rows["period"].tolist() == list(range(1, 25))
    page = (tmp_path / "out" / "profile.html").read_text()
    assert "output over rating" in page


def test_a_scenario_gets_the_profile_that_its_plants_follow(tmp_path):
    scenario = build_system("A")
    write_scenario(scenario, tmp_path / "scenario")
    name = next(g.profile for g in scenario.generators if g.technology == "pv")
    done = tandem("pv", "--name", name, "--into", tmp_path / "scenario", "--json")
    told = json.loads(done.stdout)
    changed = read_scenario(tmp_path / "scenario")
    values = [row.value for row in changed.profiles if row.profile == name]
    assert values == pytest.approx(told["factors"], abs=1e-6)
    assert len(told["followed_by"]) == sum(g.profile == name for g in scenario.generators)
    others = [row for row in changed.profiles if row.profile != name]
    assert others == [row for row in scenario.profiles if row.profile != name]


def test_a_day_of_another_length_is_refused(tmp_path):
    write_scenario(build_system("two-blocks"), tmp_path / "scenario")
    done = tandem("pv", "--into", tmp_path / "scenario")
    assert done.exit_code == 2
    assert "rows: 24" in done.stderr


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("pv", "irradiance\n1\n", "there is no column 'irradiance'"),
        ("pv", "temperature_c\n1\n", "'irradiance_w_per_m2' is missing"),
        ("wind", "speed_m_per_s\n1\n-2\n", "row 2, column 'speed_m_per_s'"),
        ("wind", "speed_m_per_s\nfast\n", "row 1, column 'speed_m_per_s'"),
        ("wind", "speed_m_per_s\n", "it has no rows"),
        ("wind", "speed_m_per_s,shape\n5,0\n", "row 1, column 'shape'"),
        ("pv", "irradiance_w_per_m2,deviation_w_per_m2\n500,900\n", "deviation^2"),
    ],
)
def test_weather_that_cannot_be_is_bad_input(tmp_path, kind, text, words):
    done = tandem(kind, "--weather", csv(tmp_path, text))
    assert done.exit_code == 2
    assert words in done.stderr


def test_wind_needs_speeds():
    assert tandem("wind").exit_code == 2
