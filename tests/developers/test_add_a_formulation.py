"""The formulation of the page for developers is registered, cleared with and validated."""

import re
from pathlib import Path

import pytest

from formulations.networks import networks
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.records import Area, Branch, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario
from studies import run_study
from studies.study.new_study import new_study
from validation import validate

PAGE = Path(__file__).parents[2] / "docs" / "developers" / "add-a-formulation.md"


@pytest.fixture
def cycle_flows(monkeypatch):
    """The worked example, done as it is written, and forgotten afterwards."""
    monkeypatch.setattr(networks, "_members", dict(networks))
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    exec(code, {"__name__": "cycle_flows"})
    return "cycle_flows"


def triangle(shift_deg=0.0):
    """120 MW at c from 20 $ at a and 50 $ at b; line ac, of three alike, carries 60 MW at most."""
    buses = ("a", "b", "c")
    return Scenario(
        "triangle", (1.0,), 500.0, 500.0,
        (Area("T", "transmission", 100.0),),
        tuple(Bus("T", i, 110.0, 0.9, 1.1, kind="slack" if i == "a" else "pq") for i in buses),
        (
            Branch("T", "ab", "a", "b", 0.0, 0.1, shift_deg=shift_deg),
            Branch("T", "bc", "b", "c", 0.0, 0.1),
            Branch("T", "ac", "a", "c", 0.0, 0.1, rating_mva=60.0),
        ),
        (Generator("T", "cheap", "a", 0.0, 200.0), Generator("T", "dear", "b", 0.0, 200.0)),
        (Offer("T", "cheap", None, 1, 200.0, 20.0), Offer("T", "dear", None, 1, 200.0, 50.0)),
        (Load("T", "city", "c", 120.0),),
    )  # fmt: skip


def cleared(scenario, name):
    clearing = Integrated().clear(Operators(scenario, name))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


def test_a_loop_splits_flows_and_prices(cycle_flows):
    """ac carries 2/3 of a's and 1/3 of b's output: 60 MW each; c takes 2 of b less 1 of a: 80 $."""
    tables = cleared(triangle(), cycle_flows).tables
    flow = tables["flow"].to_pandas().set_index("branch").p_mw
    lmp = tables["lmp"].to_pandas().set_index("bus").lmp_usd_per_mwh
    assert flow.to_dict() == pytest.approx({"ab": 0.0, "bc": 60.0, "ac": 60.0})
    assert lmp.to_dict() == pytest.approx({"a": 20.0, "b": 50.0, "c": 80.0})


def test_a_phase_shifter_drives_the_same_flow_as_with_angles(cycle_flows):
    mine, with_angles = (cleared(triangle(5.0), name) for name in (cycle_flows, "dc"))
    for table, column in (("flow", "p_mw"), ("voltage", "angle_rad")):
        expected = with_angles.tables[table].to_pandas()[column].tolist()
        assert mine.tables[table].to_pandas()[column].tolist() == pytest.approx(expected)


def test_a_study_runs_it_and_finds_the_welfare_of_the_model_with_angles(cycle_flows, tmp_path):
    file = new_study(tmp_path / "first", "A")
    with_angles = run_study(file, tmp_path / "dc")
    file.write_text(file.read_text().replace('"dc"', f'"{cycle_flows}"'))
    mine = run_study(file, tmp_path / cycle_flows)
    assert mine.header.transmission == cycle_flows
    for name, design in mine.designs.items():
        assert design.welfare_usd == pytest.approx(with_angles.designs[name].welfare_usd, rel=1e-6)
        assert design.status == with_angles.designs[name].status
        assert mine.table(name, "checks").passed.all()
