"""Limits on the angle across a branch: in markets, in their prices and rents, and in AC optima."""

from dataclasses import replace
from math import degrees
from pathlib import Path

import numpy as np
import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.importers.matpower import import_matpower
from security.load_flow import base_load_flow
from security.outages.ac import Before
from security.outages.outage import Outage
from studies.analyses.opf import optimal_flow
from validation import validate

TEXT = (Path(__file__).parents[1] / "scenarios" / "cases" / "three_bus.m").read_text()
ROW = "1 3 0.01 0.1 0.02 100 0 0 0 0 1 -360 360;"
LIMIT_DEG = degrees(0.03)  # at 0.1 p.u. and 100 MVA: 30 MW


@pytest.fixture
def imported(tmp_path):
    """The case of three buses with other ends of the last row: shift, status, angle limits."""

    def run(tail="0 1 -360 360", rating="100", row=None):
        path = tmp_path / "case.m"
        row = row or f"1 3 0.01 0.1 0.02 {rating} 0 0 0 {tail};"
        path.write_text(TEXT.replace(ROW, row))
        return import_matpower(path, {}, periods=1)

    return run


def cleared(scenario, transmission="dc"):
    clearing = Integrated().clear(Operators(scenario, transmission))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


def flow_of(clearing, branch="1-3"):
    table = clearing.tables["flow"].to_pandas().set_index("branch")
    return table.loc[branch, "p_mw"], table.loc[branch, "shadow_usd_per_mwh"]


def test_zero_and_a_whole_turn_are_no_limit(imported):
    for tail in ("0 1 -360 360", "0 1 0 0", "0 1 -90 90"):
        branch = imported(tail).branches[2]
        assert (branch.angle_min_deg, branch.angle_max_deg) == (None, None)


def test_a_load_flow_tells_angles_beyond_their_limits(imported):
    """The angle across 1-3 in the base case, and the limit on its side."""
    flow = base_load_flow(imported("0 1 -0.5 0.5"))
    v = dict(zip(flow.areas["T"].grid.buses, flow.areas["T"].v, strict=True))
    across = degrees(np.angle(v["1"] * np.conj(v["3"])))
    (found,) = flow.violations
    assert (found.element, found.kind) == ("1-3", "wide angle")
    assert found.value == pytest.approx(across)
    assert found.limit == (0.5 if across > 0 else -0.5)
    assert base_load_flow(imported("0 1 -89 89")).violations == ()


def test_outages_tell_angles_beyond_their_limits(imported):
    before = Before.of(imported("0 1 -0.5 0.5"))
    lost, kept = before.after([Outage("1-3", ("1-3",)), Outage("1-2", ("1-2",))])
    assert not any("degrees" in words for words in lost.violations)
    assert any("degrees across it are beyond" in words for words in kept.violations)


@pytest.mark.parametrize("transmission", ["dc", "dc_losses"])
def test_an_angle_limit_binds_the_flow(imported, transmission):
    scenario = imported(f"0 1 -{LIMIT_DEG} {LIMIT_DEG}")
    clearing = cleared(scenario, transmission)
    voltage = clearing.tables["voltage"].to_pandas().set_index("bus")["angle_rad"]
    assert voltage["1"] - voltage["3"] == pytest.approx(0.03, abs=1e-7)
    assert flow_of(clearing)[1] > 1.0


@pytest.mark.parametrize(
    "row",
    [
        f"1 3 0.01 0.1 0.02 0 0 0 0 0 1 0 {LIMIT_DEG};",
        f"3 1 0.01 0.1 0.02 0 0 0 0 0 1 -{LIMIT_DEG} 0;",
        f"1 3 0.01 0.1 0.02 0 0 0 0 1 1 0 {LIMIT_DEG + 1};",
        f"1 3 0.01 0.1 0.02 100 0 0 0 0 1 -{LIMIT_DEG} {LIMIT_DEG};",
    ],
    ids=["from over to", "to over from", "shifted", "below a rating"],
)
def test_an_angle_limit_is_a_limit_of_30_mw(imported, row):
    """The same dispatch, prices and rents as of a rating that lets the same flow pass."""
    shift = row.split()[9]
    rated = cleared(imported(f"{shift} 1 0 0", rating="30"))
    limited = cleared(imported(row=row))
    assert limited.welfare_usd == pytest.approx(rated.welfare_usd, rel=1e-9)
    for part in ("lmp_usd_per_mwh", "congestion_usd_per_mwh"):
        prices = [c.tables["lmp"].to_pandas()[part] for c in (limited, rated)]
        assert prices[0].to_numpy() == pytest.approx(prices[1].to_numpy(), abs=1e-6)
    assert np.abs(flow_of(limited, limited_branch(row))) == pytest.approx(np.abs(flow_of(rated)))


def limited_branch(row):
    return "-".join(row.split()[:2])


def test_a_clearing_beyond_an_angle_limit_is_found(imported):
    free, scenario = imported(), imported(f"0 1 -{LIMIT_DEG} {LIMIT_DEG}")
    clearing = Integrated().clear(Operators(free))
    failed = [c.name for c in validate(scenario, clearing) if not c.passed]
    assert "angle limits" in failed


def test_an_ac_optimum_keeps_to_angle_limits(imported):
    scenario = imported(f"0 1 -{LIMIT_DEG} {LIMIT_DEG}")
    v = optimal_flow(scenario).flow.areas["T"].v
    assert np.angle(v[0]) - np.angle(v[2]) == pytest.approx(0.03, abs=1e-7)


def test_an_ac_optimum_keeps_to_angle_limits_the_other_way(imported):
    row = f"3 1 0.01 0.1 0.02 0 0 0 0 0 1 -{LIMIT_DEG} {LIMIT_DEG};"
    v = optimal_flow(imported(row=row)).flow.areas["T"].v
    assert np.angle(v[0]) - np.angle(v[2]) == pytest.approx(0.03, abs=1e-7)


def test_limits_that_do_not_bind_change_nothing(imported):
    wide = cleared(imported("0 1 -60 60"))
    assert wide.welfare_usd == pytest.approx(cleared(imported()).welfare_usd, rel=1e-12)
    scenario = imported("0 1 -60 60")
    costs = [optimal_flow(s).cost_usd_per_h for s in (scenario, unlimited(scenario))]
    assert costs[0] == pytest.approx(costs[1], rel=1e-8)


def unlimited(scenario):
    branches = (replace(k, angle_min_deg=None, angle_max_deg=None) for k in scenario.branches)
    return replace(scenario, branches=tuple(branches))
