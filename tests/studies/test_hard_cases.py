"""What `tandem powerflow` and `tandem opf` make of inputs that have no answer."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from scenarios.files import write_scenario
from scenarios.records import Bus
from scenarios.systems.coupled import coupled
from tandem.cli import app

FEEDER = "D10"


@pytest.fixture(scope="module")
def system():
    """IEEE 14 with 33-bus feeders at 10 and 14."""
    return coupled("ieee14", {"10": "feeder33", "14": "feeder33"})


def told(place, scenario, *words):
    """Exit code and JSON; a traceback fails the test."""
    write_scenario(scenario, place)
    done = CliRunner().invoke(app, [words[0], str(place), *words[1:], "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, json.loads(done.stdout)


def with_buses(scenario, change):
    return replace(scenario, buses=tuple(change(b) for b in scenario.buses))


def with_branch(scenario, area, branch, **columns):
    return replace(
        scenario,
        branches=tuple(
            replace(k, **columns) if (k.area, k.branch) == (area, branch) else k
            for k in scenario.branches
        ),
    )


def with_loads(scenario, area, factor):
    return replace(
        scenario,
        loads=tuple(
            replace(r, p_mw=r.p_mw * factor, q_mvar=r.q_mvar * factor) if r.area == area else r
            for r in scenario.loads
        ),
    )


def without_slack(scenario, area):
    return with_buses(
        scenario, lambda b: replace(b, kind="pq") if b.area == area and b.kind == "slack" else b
    )


BAD = {
    "no slack": lambda s: without_slack(s, "T"),
    "no slack in a feeder": lambda s: without_slack(s, FEEDER),
    "two slacks": lambda s: with_buses(
        s, lambda b: replace(b, kind="slack") if (b.area, b.bus) == ("T", "2") else b
    ),
    "isolated bus": lambda s: replace(s, buses=(*s.buses, Bus("T", "99", 100.0, 0.9, 1.1))),
    "island": lambda s: with_branch(s, FEEDER, "5-6", in_service=False),
    "zero impedance": lambda s: with_branch(s, "T", "1-2", r_pu=0.0, x_pu=0.0),
    "voltage limits that cross": lambda s: with_buses(
        s, lambda b: replace(b, v_min_pu=1.1, v_max_pu=0.9) if b.bus == "4" else b
    ),
    "power limits that cross": lambda s: replace(
        s, generators=tuple(replace(g, p_min_mw=g.p_max_mw + 1) for g in s.generators)
    ),
    "reactive limits that cross": lambda s: replace(
        s, generators=tuple(replace(g, q_min_mvar=g.q_max_mvar + 1) for g in s.generators)
    ),
}
WORDS = {
    "no slack": "no bus is slack",
    "no slack in a feeder": "no bus is slack",
    "two slacks": "'1', '2' are slack",
    "isolated bus": "island of '99'",
    "island": "no way to the slack bus",
    "zero impedance": "0.0 p.u.",
    "voltage limits that cross": "above v_max_pu",
    "power limits that cross": "above p_max_mw",
    "reactive limits that cross": "above q_max_mvar",
}


@pytest.mark.parametrize("command", [["powerflow"], ["opf"], ["opf", "--method", "merged"]])
@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_found_with_place_and_cure(system, tmp_path, name, command):
    code, found = told(tmp_path / "bad", BAD[name](system), *command)
    assert code == 2
    assert found["status"] == "bad input"
    assert any(WORDS[name] in finding["finding"] for finding in found["findings"])
    assert all(finding["place"] and finding["cure"] for finding in found["findings"])


@pytest.mark.parametrize(
    ("method", "area", "where"),
    [
        ("response", "T", "bus '3'"),
        ("merged", "T", "bus '3'"),
        ("response", FEEDER, "boundary 'B10'"),
        ("merged", FEEDER, "bus 'D10/"),
        ("idlf", FEEDER, "area 'D10'"),
    ],
)
def test_load_beyond_the_nose_is_unsolved_with_mismatch_and_hint(
    system, tmp_path, method, area, where
):
    heavy = with_loads(system, area, 8.0)
    code, found = told(tmp_path / "heavy", heavy, "powerflow", "--method", method)
    assert code == 3
    assert found["status"] == "unsolved"
    assert "largest mismatch" in found["why"]
    assert "beyond what the network can carry" in found["why"]
    assert where in found["why"]
    assert found["boundaries"] == {}
    assert found["v_min_pu"] is None


@pytest.mark.parametrize("method", ["coordinated", "merged"])
def test_an_optimum_that_sheds_load_is_scarcity(system, tmp_path, method):
    """What generators give (772.4 MW at most) is what loads are served and losses."""
    heavy = with_loads(system, "T", 8.0)
    code, found = told(tmp_path / "heavy", heavy, "opf", "--method", method)
    short = float(found["why"].split()[0])
    loads = sum(r.p_mw for r in heavy.loads)
    assert code == 1
    assert found["status"] == "scarcity"
    assert 0.9 * 772.4 < loads - short + found["loss_mw"] <= 772.4 + 1e-3


def test_a_feeder_that_cannot_keep_its_band_says_where(system, tmp_path):
    """No voltage that transmission offers (1.06 p.u. at most) gives 1.08 p.u. in the feeder."""
    high = with_buses(
        system,
        lambda b: (
            replace(b, v_min_pu=1.08, v_max_pu=1.09)
            if b.area == FEEDER and b.kind != "slack"
            else b
        ),
    )
    code, found = told(tmp_path / "band", high, "opf")
    assert code == 1
    assert found["status"] == "violated"
    assert any("bus D10/" in text and "is below 1.08" in text for text in found["violations"])


def test_a_band_that_nothing_can_keep_is_a_solver_failure_with_a_cure(system, tmp_path):
    high = with_buses(
        system,
        lambda b: replace(b, v_min_pu=1.25, v_max_pu=1.3) if (b.area, b.bus) == ("T", "14") else b,
    )
    code, found = told(tmp_path / "band", high, "opf", "--method", "merged")
    assert code == 3
    assert "no feasible point" in found["findings"][0]["finding"]
    assert found["findings"][0]["cure"]


def test_hardly_any_impedance_is_solved_like_none(system, tmp_path):
    found = []
    for n, x_pu in enumerate((1e-9, 0.0)):
        tie = with_branch(system, FEEDER, "5-6", r_pu=0.0, x_pu=x_pu)
        found.append(told(tmp_path / str(n), tie, "powerflow", "--method", "merged")[1])
    assert found[0]["loss_mw"] == pytest.approx(found[1]["loss_mw"], abs=1e-3)
