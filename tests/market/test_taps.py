"""Taps that no schedule can make up for are told before a market is cleared."""

from dataclasses import replace

import pytest

import tandem
from formulations.networks import networks
from formulations.suiting import feeder_findings
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.records import Generator
from studies.study.new_study import study_of

LINDISTFLOW = networks["lindistflow"].traits


def feeder(tap):
    """40 MW at the end of one branch with a tap, in a band from 0.9 to 1.1 p.u."""
    day = tandem.system("two-blocks")
    return replace(
        day,
        bids=(),
        offers=tuple(o for o in day.offers if o.owner != "flexible"),
        branches=tuple(replace(k, tap=tap) for k in day.branches),
    )


def test_a_tap_that_leaves_a_bus_below_its_band_is_a_finding(tmp_path):
    """1 / 1.2 = 0.8333 p.u., and what is drawn only lowers it; a new study uses no voltages."""
    day = feeder(1.2)
    (found,) = feeder_findings(day, LINDISTFLOW)
    assert "taps leave bus '2' at 0.8333 p.u. of 1 at the root, and at least 0.9" in found.finding
    with pytest.raises(InvalidInput, match="taps leave bus '2'"):
        Integrated().clear(Operators(day))
    physics = study_of(day, tmp_path).formulation.distribution
    assert not networks[physics].traits.reactive
    assert Integrated().clear(Operators(day, distribution=physics)).welfare_usd == pytest.approx(
        -800.0
    )


@pytest.mark.parametrize("tap", [1.0, 1.1, 0.92])
def test_a_tap_within_the_band_is_none(tap):
    assert not list(feeder_findings(feeder(tap), LINDISTFLOW))


def test_what_may_raise_the_voltage_is_left_to_the_market():
    day = feeder(1.2)
    plant = Generator("D1", "plant", "2", 0.0, 50.0, -50.0, 50.0)
    day = replace(day, generators=(*day.generators, plant))
    assert not list(feeder_findings(day, LINDISTFLOW))
