"""PGLib-UC instances, as their format describes them."""

import json

import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.importers.pglib_uc import import_pglib_uc
from validation import validate


def thermal(**changed):
    """10 to 30 MW: 300 $ at the least output, then 25 $/MWh up to 20 MW and 40 beyond."""
    points = [{"mw": 10, "cost": 300.0}, {"mw": 20, "cost": 550.0}, {"mw": 30, "cost": 950.0}]
    return {
        "must_run": 0,
        "power_output_minimum": 10,
        "power_output_maximum": 30,
        "ramp_up_limit": 20,
        "ramp_down_limit": 20,
        "ramp_startup_limit": 30,
        "ramp_shutdown_limit": 30,
        "time_up_minimum": 1,
        "time_down_minimum": 1,
        "power_output_t0": 0,
        "unit_on_t0": 0,
        "time_up_t0": 0,
        "time_down_t0": 2,
        "startup": [{"lag": 1, "cost": 50.0}, {"lag": 2, "cost": 80.0}],
        "piecewise_production": points,
        **changed,
    }


def instance(**changed):
    """Two hours of demand, a unit that starts and a hydro unit that must give 5 MW at least."""
    hydro = {"power_output_minimum": [5.0, 5.0], "power_output_maximum": [5.0, 15.0]}
    return {
        "time_periods": 2,
        "demand": [30.0, 28.0],
        "reserves": [2.0, 0.0],
        "thermal_generators": {"a": thermal()},
        "renewable_generators": {"river": hydro},
        **changed,
    }


@pytest.fixture
def written(tmp_path):
    def write(held):
        file = tmp_path / "case.json"
        file.write_text(json.dumps(held) if isinstance(held, dict) else held)
        return file

    return write


def test_an_instance_costs_what_its_points_say(written):
    """25 MW at 550 + 5 x 40 $, a cold start of 80, then 13 MW at 300 + 3 x 25: 1205 $."""
    scenario = import_pglib_uc(written(instance()))
    found = Integrated().clear(Operators(scenario))
    assert all(check.passed for check in validate(scenario, found))
    assert found.welfare_usd == pytest.approx(-(750.0 + 80.0 + 375.0))
    reserve = found.frame("reserve")
    assert reserve["required_mw"].tolist() == [2.0, 0.0]
    assert reserve["shortage_mw"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("held", "finding"),
    [
        ("[]", "it holds no object"),
        ("{", "cannot be read"),
        (instance(demand=[30.0]), "'demand' is [30.0]"),
        (instance(time_periods=0), "'time_periods' is 0"),
        (instance(thermal_generators={"a": thermal(must_run="no")}), "'must_run' is 'no'"),
        (
            instance(thermal_generators={"a": thermal(power_output_maximum=40)}),
            "points from 10.0 to 30.0 MW do not rise",
        ),
        (
            instance(
                thermal_generators={
                    "a": thermal(
                        piecewise_production=[
                            {"mw": 10, "cost": 300.0},
                            {"mw": 20, "cost": 700.0},
                            {"mw": 30, "cost": 950.0},
                        ]
                    )
                }
            ),
            "its cost is not convex: 25.0 $/MWh after 40.0",
        ),
        (instance(thermal_generators={"a": thermal(time_up_minimum=-1)}), "-1.0 h"),
    ],
    ids=lambda part: str(part)[:30],
)
def test_what_cannot_be_imported_is_said(written, held, finding):
    with pytest.raises(InvalidInput, match="problem") as refused:
        import_pglib_uc(written(held))
    assert any(finding in f.finding for f in refused.value.findings)
