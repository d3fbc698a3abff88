"""Operators that are late, gone, started anew or untrue, and a market that is cut short."""

import secrets
from dataclasses import replace

import numpy as np
import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from solvers.errors import SolveFailed
from tests.market.elsewhere.conftest import call, elsewhere, operator_of, same

TIGHT = Cmo(Schedules(gap_relative=1e-9, price_usd_per_mwh=1e-3))


@pytest.fixture(scope="module")
def best(day):
    return Integrated().clear(Operators(day)).welfare_usd


class At:
    """Does things once rounds are over."""

    def __init__(self, **deeds):
        self.deeds, self.rounds = {int(k[1:]): deed for k, deed in deeds.items()}, []

    def __call__(self, state):
        self.rounds.append(state)
        if deed := self.deeds.get(state.round):
            deed()


def test_an_operator_that_is_killed_and_comes_back_agrees(day, system, best):
    """Gone after round 2, back after round 5: three rounds are without it."""
    port = []
    watch = At(r2=lambda: port.append(system.stop("D1")),
               r5=lambda: system.serve("D1", port=port[0]))  # fmt: skip
    with system.market(limit_s=0.4) as operators:
        call(operators.distribution, "cmo")
        operators.answer_limit_s = 0.4
        clearing = TIGHT.clear(operators, "cmo", watch)
    assert clearing.status is Status.AGREED
    assert [r.round for r in watch.rounds if r.late == "D1"] == [3, 4, 5]
    assert clearing.certificate.gap_relative <= 1e-9
    assert clearing.welfare_usd == pytest.approx(best, rel=1e-8)
    (note,) = clearing.notes
    assert note.startswith("rounds 3 to 5, area 'D1': it is out of reach")


def test_an_operator_that_is_gone_for_good_leaves_a_gap_its_name_and_no_price(day, system, best):
    watch = At(r3=lambda: system.stop("D1"))
    with system.market(lost_after_s=1.0) as operators:
        operators.answer_limit_s = 0.3
        call(operators.distribution, "cmo")
        design = Cmo(replace(TIGHT.method, max_rounds=8))
        clearing = design.clear(operators, "cmo", watch)
    assert clearing.status is Status.LOST
    assert "area 'D1'" in clearing.outcome
    bounds = clearing.certificate
    room = 1e-7 * abs(best)
    assert bounds.lower_usd <= best + room
    assert best - room <= bounds.upper_usd < np.inf
    assert clearing.welfare_usd == bounds.lower_usd
    boundary = clearing.frame("boundary")
    assert boundary[boundary.area == "D1"].dlmp_usd_per_mwh.isna().all()
    assert boundary[boundary.area != "D1"].dlmp_usd_per_mwh.notna().all()


def test_one_that_was_never_there_stops_the_clearing_with_its_name(system):
    with system.market() as operators:
        system.stop("D1")
        operators.answer_limit_s = 0.3
        call(operators.distribution, "cmo")
        with pytest.raises(SolveFailed, match="area 'D1': it is out of reach"):
            TIGHT.clear(operators)


class CutShort(Exception):
    """The market operator's process is gone."""


def gone():
    raise CutShort


def test_a_market_that_was_cut_short_goes_on_from_its_log(day, system):
    """What was answered is not asked again, and the result is that of a run without a break."""
    near, session = TIGHT.clear(Operators(day)), secrets.token_hex(16)
    with system.market(session=session) as operators:
        call(operators.distribution, "cmo")
        with pytest.raises(CutShort):
            TIGHT.clear(operators, "cmo", At(r4=gone))
    asked = {area: desk.said.last_number for area, desk in system.desks.items()}
    assert min(asked.values()) > 4
    with system.market(session=session) as operators:
        call(operators.distribution, "cmo")
        far = TIGHT.clear(operators, "cmo")
        numbers = {line.name: line.number for line in operators.distribution}
    assert far.certificate == near.certificate
    assert same(near.tables["message"], far.tables["message"])
    assert {a: desk.said.last_number for a, desk in system.desks.items()} == numbers


class Lies:
    """An honest operator but for its answers to prices, from the third on."""

    def __init__(self, operator, lie):
        self.operator, self.lie, self.asked = operator, lie, 0

    def __getattr__(self, name):
        return getattr(self.operator, name)

    def respond(self, prices, **more):
        self.asked += 1
        reply = self.operator.respond(prices, **more)
        return self.lie(reply) if self.asked > 2 else reply


LIES = {
    "welfare overstated": lambda r: replace(r, welfare=r.welfare + 100.0),
    "a schedule that its own cuts do not permit": lambda r: replace(r, schedule=r.schedule - 3.0),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_operator_that_lies_is_named(day, system, lie):
    port = system.stop("D1")
    system.serve("D1", Lies(operator_of(day, "D1"), lie), port)
    with system.market() as operators:
        call(operators.distribution, "cmo")
        with pytest.raises(SolveFailed, match="area 'D1': its answers contradict each other"):
            TIGHT.clear(operators)


def test_an_operator_of_another_day_is_refused(day, keys, tmp_path):
    other = replace(day, hours=(2.0, 1.0, 1.0))
    with elsewhere(day, keys, tmp_path) as system:
        port = system.stop("D1")
        system.scenario = other
        system.serve("D1", port=port)
        system.scenario = day
        with system.market() as operators:
            call(operators.distribution, "cmo")
            with pytest.raises(SolveFailed, match=r"area 'D1'.*its day is another one"):
                TIGHT.clear(operators)
