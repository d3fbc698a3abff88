"""What a party could gain by not being truthful."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.systems import build_system
from studies.analyses.deviation import Deviator, best_response_gain, withholding_gain
from studies.study.new_study import new_study
from studies.study.study_tables import FormulationTable
from tests.studies.conftest import invoke


@pytest.fixture(scope="module")
def market():
    return Operators(build_system("A"), distribution="transport")


def test_a_little_withheld_gains_what_it_lowers_the_price_of_the_rest(market):
    """dJ/dd = -d dprice/dd at the truthful schedule, by differences of 0.02 MW at hour 6."""
    deviator = Deviator(market, "D14")
    truth, hour, step = deviator.truthful(), 5, 0.02
    nudge = np.zeros_like(truth)
    nudge[0, hour] = step
    more, less = truth + nudge, truth - nudge
    payoff = (deviator.payoff(more) - deviator.payoff(less))[hour] / (2 * step)
    price = (deviator.price(more) - deviator.price(less))[0, hour] / (2 * step)
    assert price > 0.01
    assert payoff == pytest.approx(-truth[0, hour] * price, rel=1e-2)


def test_a_net_buyer_gains_by_understating_its_demand(market):
    found = best_response_gain(market, "D14", factors=(0.7, 0.9, 1.1))
    assert found.gain_usd > 1.0
    assert (found.factor <= 1.0).all()


def test_not_to_deviate_is_always_open(market):
    assert best_response_gain(market, "D14", factors=(3.0,)).gain_usd >= 0.0


def test_an_area_that_does_not_exist_is_bad_input(market):
    with pytest.raises(InvalidInput, match="D14"):
        best_response_gain(market, "D15")


def test_a_generator_that_sets_its_price_gains_by_withholding_and_never_loses():
    """Light load: the local price falls to cost, and less on offer lifts it."""
    system = build_system("A")
    light = (
        r if r.area == "T" else replace(r, p_mw=0.3 * r.p_mw, q_mvar=0.3 * r.q_mvar)
        for r in system.loads
    )
    scenario = replace(system, loads=tuple(light))
    design = LocalWholesale(Schedules(gap_relative=1e-7), gamma=0.0)
    physics = FormulationTable(distribution="transport")
    found = withholding_gain(scenario, ("D10", "dg-5"), design, physics, kept=(0.75, 0.5))
    assert found.gain_usd >= 0.0


def test_an_unknown_generator_is_bad_input():
    with pytest.raises(InvalidInput, match="D10/dg-9"):
        withholding_gain(build_system("A"), ("D10", "dg-9"), LocalWholesale())


def test_the_command_prints_and_writes_what_every_dso_could_gain(tmp_path):
    """Two blocks: 5 MW in distribution never set the price of 20 $, so nobody gains."""
    study = new_study(tmp_path / "two", "two-blocks")
    done = invoke("deviation", study, "--out", tmp_path / "out", "--json")
    found = json.loads(done.stdout)
    (one,) = found["deviations"]
    assert (done.exit_code, found["status"]) == (0, "ok")
    table = pd.read_parquet(tmp_path / "out" / "deviation.parquet")
    assert one["gain_usd"] == table["gain_usd"].iloc[0] >= 0.0
    assert one["factor"] == table["factor"].tolist()


@pytest.mark.parametrize("option", ["--area", "--generator", "--design"])
def test_a_party_that_is_not_there_is_bad_input(tmp_path, option):
    study = new_study(tmp_path / "two", "two-blocks")
    done = invoke("deviation", study, option, "D99", "--json")
    assert done.exit_code == 2
    assert "D99" in done.stdout
