"""Rounds by the market's clock: a gate that closes, areas that are late, what is left open."""

import re

import pytest

from market.coordination import Late
from market.coordination.gate import Gate
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from solvers.errors import SolveFailed
from validation import validate

METHODS = [Schedules(1e-7), Exchange(), Exchange(damping=0.5)]


@pytest.fixture(scope="module")
def tight_day(random_scenario):
    """A day on which all methods take several rounds."""
    return random_scenario(5, quadratic=True, congested=True)


@pytest.mark.parametrize("method", METHODS)
def test_a_gate_that_closes_early_ends_the_clearing(tight_day, clear, method):
    """From 10:00 to 10:10 there is room for two rounds of five minutes, or of four."""
    best = clear(tight_day, Integrated()).welfare_usd
    for minutes in (5.0, 4.0):
        gate = Gate("10:00", "10:10", minutes)
        found = clear(tight_day, Cmo(method), Operators(tight_day, gate=gate))
        assert found.status is Status.GATE_CLOSED
        assert found.rounds == 2
        assert found.certificate.lower_usd < best < found.certificate.upper_usd
        assert "the gate closed at 10:10 after 2 of" in found.outcome


def test_a_gate_with_room_for_more_rounds_than_are_needed_changes_nothing(tight_day, clear):
    with_gate = clear(tight_day, Cmo(Schedules()), Operators(tight_day, gate=Gate()))
    without = clear(tight_day, Cmo(Schedules()))
    assert with_gate.status is Status.AGREED
    assert (with_gate.rounds, with_gate.notes) == (without.rounds, ())
    assert with_gate.tables["message"].equals(without.tables["message"])


def test_what_is_left_open_is_priced(tight_day):
    """The money told is the energy told times the price, and scales with it, but for cents."""
    told = []
    for price in (100.0, 200.0):
        gate = Gate("10:00", "10:05", 5.0, residual_usd_per_mwh=price)
        operators = Operators(tight_day, gate=gate)
        found = Cmo(Exchange(damping=0.5)).clear(operators)
        rows = [re.findall(r"[\d.,]+(?= MWh)|[\d.,]+(?= \$ at)", n) for n in found.notes[1:]]
        told.append([[float(v.replace(",", "")) for v in row] for row in rows])
    once, twice = told
    assert once
    for (mwh, usd), (same, double) in zip(once, twice, strict=True):
        assert usd == pytest.approx(100.0 * mwh, abs=0.1)
        assert (same, double) == pytest.approx((mwh, 2 * usd), abs=0.02)


def test_a_day_that_was_cut_off_is_still_valid(tight_day):
    operators = Operators(tight_day, gate=Gate("10:00", "10:05"))
    found = Cmo(Schedules(1e-7)).clear(operators)
    assert all(check.passed for check in validate(tight_day, found))


class Unpunctual:
    """A distribution operator that answers all questions but its second."""

    def __init__(self, operator):
        self.operator, self.asked = operator, 0

    def __getattr__(self, name):
        return getattr(self.operator, name)

    def respond(self, prices, **more):
        self.asked += 1
        if self.asked == 2:
            raise Late("no answer")
        return self.operator.respond(prices, **more)


def late_market(scenario, late):
    operators = Operators(scenario, gate=Gate(late=late))
    operators.distribution[1] = Unpunctual(operators.distribution[1])
    return operators


def test_the_last_reply_of_an_area_that_is_late_is_kept(tight_day):
    found = Cmo(Schedules()).clear(late_market(tight_day, "keep"))
    assert found.status is Status.AGREED
    assert found.frame("round").late.iloc[0] == "D1"


def test_an_area_that_is_late_stops_the_clearing_where_that_was_announced(tight_day):
    with pytest.raises(SolveFailed, match="area 'D1': no answer"):
        Cmo(Schedules()).clear(late_market(tight_day, "stop"))


def test_an_answer_may_take_no_longer_than_a_round(tight_day):
    assert Operators(tight_day, gate=Gate(round_minutes=0.5)).answer_limit_s == 30.0
