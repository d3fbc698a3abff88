"""An operator that fails is named, and none can make others believe a false bound."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.carriers import here
from market.coordination import Late
from market.coordination.consistency import Said
from market.coordination.methods.curve import Curve
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.coordination.protocol import Reply
from market.coordination.questions import Failed, Respond
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.designs.local_only import LocalOnly
from market.operators.operators import Operators
from scenarios.clearing import Status
from solvers.errors import SolveFailed

ACTIVE = {"distribution": "transport"}
SOLVED = 1e-7
METHODS = [Schedules(1e-7), Exchange(0.5, max_rounds=30), Exchange(max_rounds=30)]


class Errs:
    """A distribution operator whose answers to one question are not its own.

    `wrong` is given the operator, the number of the question and what was asked.
    """

    def __init__(self, operator, question, wrong):
        self.operator, self.question, self.wrong, self.asked = operator, question, wrong, 0

    def __getattr__(self, name):
        if name != self.question:
            return getattr(self.operator, name)

        def answer(*asked, **more):
            self.asked += 1
            return self.wrong(self.operator, self.asked, *asked, **more)

        return answer


def market(scenario, question, wrong):
    """Operators of which D1 errs."""
    operators = Operators(scenario, **ACTIVE)
    operators.distribution[1] = Errs(operators.distribution[1], question, wrong)
    return operators


def same(reply):
    return reply


def from_round(first, wrong):
    """An honest operator that answers prices wrongly from a question on."""
    return lambda o, n, *asked, **more: (wrong if n >= first else same)(o.respond(*asked, **more))


def once(at, wrong):
    return lambda o, n, *asked, **more: (wrong if n == at else same)(o.respond(*asked, **more))


@pytest.fixture(scope="module")
def day(random_scenario):
    """A day on which all methods take several rounds."""
    return random_scenario(5, quadratic=True, congested=True)


@pytest.fixture(scope="module")
def best(day):
    return Integrated().clear(Operators(day, **ACTIVE)).welfare_usd


def raises(reply):
    raise ValueError("no such bus")


def is_late(reply):
    raise Late("not at home")


NO_ANSWERS = {
    "raises": (raises, "raised ValueError: no such bus"),
    "is late": (is_late, "not at home"),
    "None": (lambda reply: None, "answered NoneType, not Reply"),
    "NaN": (lambda r: replace(r, schedule=r.schedule * np.nan), "schedule are not finite"),
    "infinite worth": (lambda r: replace(r, welfare=r.welfare + np.inf), "welfare are not finite"),
    "a wrong shape": (lambda r: replace(r, schedule=r.schedule[:, 1:]), "have shape"),
    "words": (lambda r: replace(r, welfare="much"), "are no numbers"),
}
failing = pytest.mark.parametrize(("wrong", "why"), NO_ANSWERS.values(), ids=NO_ANSWERS)


@failing
@pytest.mark.parametrize("method", METHODS)
def test_no_first_answer_stops_the_clearing_with_its_name(day, method, wrong, why):
    with pytest.raises(SolveFailed, match="area 'D1'") as caught:
        Cmo(method).clear(market(day, "respond", from_round(1, wrong)))
    assert why in str(caught.value)


@failing
@pytest.mark.parametrize("method", METHODS)
def test_no_later_answer_is_told_and_the_bounds_hold(day, best, method, wrong, why):
    clearing = Cmo(method).clear(market(day, "respond", once(3, wrong)))
    (note,) = clearing.notes
    assert "area 'D1'" in note
    assert why in note
    assert (clearing.tables["round"].to_pandas().late == "D1").sum() == 1
    assert_true(clearing, best)


def assert_true(clearing, best):
    room = SOLVED * abs(best)
    rounds = clearing.tables["round"].to_pandas()
    assert (rounds.lower_usd <= best + room).all()
    assert (rounds.upper_usd >= best - room).all()
    assert clearing.certificate.lower_usd <= best + room
    assert clearing.certificate.upper_usd >= best - room


@pytest.mark.parametrize("question", ["forecast", "settle", "price_at", "begin"])
def test_whoever_fails_at_another_question_is_named(day, question):
    def broken(*asked):
        raise RuntimeError("power cut")

    method = Exchange(1.0, max_rounds=3) if question == "price_at" else Schedules(1e-3)
    with pytest.raises(SolveFailed, match="area 'D1': it raised RuntimeError: power cut"):
        Cmo(method).clear(market(day, question, broken))


def test_whoever_bids_nothing_is_named(day):
    with pytest.raises(SolveFailed, match="area 'D1': it gave no answer"):
        Conventional().clear(market(day, "by_rule", lambda o, n, rule: None))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda bid: "much", "it answered str, not Bid"),
        (lambda bid: replace(bid, most=bid.most[:, 1:]), "its most have shape"),
        (lambda bid: replace(bid, least=bid.least * np.nan), "its least are not finite"),
    ],
)
def test_a_bid_that_is_none_is_told_with_its_name(day, wrong, why):
    with pytest.raises(SolveFailed, match=f"area 'D1': {why}"):
        Conventional().clear(market(day, "by_rule", lambda o, n, rule: wrong(o.by_rule(rule))))


def test_a_home_price_that_is_none_is_told_with_its_name(day):
    with pytest.raises(SolveFailed, match="area 'D1': its numbers are not finite"):
        LocalOnly().clear(market(day, "by_rule", lambda o, n, rule: o.by_rule(rule) * np.nan))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda c: replace(c, least_mw=c.least_mw[1:]), "its curve's least_mw have shape"),
        (lambda c: replace(c, period=c.period + 99), "its curve has periods that are not in the"),
    ],
)
def test_a_curve_of_another_day_is_told_with_its_name(day, wrong, why):
    with pytest.raises(SolveFailed, match=f"area 'D1': {why}"):
        Cmo(Curve()).clear(market(day, "bid_curve", lambda o, n: wrong(o.bid_curve())))


def test_whoever_sends_a_curve_that_rises_is_named(day):
    def rising(o, n):
        curve = o.bid_curve()
        return replace(curve, price_to=curve.price_from + 1.0)

    with pytest.raises(SolveFailed, match="area 'D1': its curve rises"):
        Cmo(Curve()).clear(market(day, "bid_curve", rising))


def slowly(o, n, prices, **more):
    time.sleep(0.2)
    return o.respond(prices, **more)


def test_an_answer_after_the_limit_is_none_and_others_behind_it_are_not_waited_for(day):
    operators = market(day, "respond", slowly)
    operators.distribution.append(operators.distribution[0])
    questions = {"D0": Respond(np.full((1, 3), 30.0)), "D1": Respond(np.full((1, 3), 30.0))}
    order = [operators.distribution[n] for n in (1, 0)]
    came = dict(here.ask(order, questions, 0.1))
    assert came["D1"].status == "it had not answered after 0.1 s"
    assert came["D0"].status == "the time was up, spent by area 'D1'"


def test_a_slow_first_answer_ends_the_clearing_in_time(day):
    operators = market(day, "respond", slowly)
    operators.answer_limit_s = 0.1
    with pytest.raises(SolveFailed, match=r"area 'D1': it had not answered after 0\.1 s"):
        Cmo().clear(operators)


def more(usd):
    """Worth `usd` more in every period than it is."""
    return lambda reply: replace(reply, welfare=reply.welfare + usd)


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("method", METHODS)
def test_worth_that_is_overstated_once_is_found_out(day, method, at):
    with pytest.raises(SolveFailed, match="area 'D1': its answers contradict each other"):
        Cmo(method).clear(market(day, "respond", once(at, more(100.0))))


def test_the_lie_of_a_coupled_area_is_found_out(random_scenario):
    scenario = random_scenario(5, storage=True, congested=True)
    with pytest.raises(SolveFailed, match="area 'D1': its answers contradict each other"):
        Cmo(Schedules(1e-7)).clear(market(scenario, "respond", once(1, more(100.0))))


def impossible(reply):
    """A schedule with 2 MW less than the area needs, at the worth of the one with it."""
    return replace(reply, schedule=reply.schedule - 2.0)


def cleared_or_refused(method, operators):
    """The clearing, and where there is none the words that refuse it."""
    try:
        return Cmo(method).clear(operators), ""
    except SolveFailed as failed:
        return None, str(failed)


@pytest.mark.parametrize("first", [1, 2])
def test_schedules_that_cannot_be_had_are_not_agreed(day, best, first):
    """The operator believes itself until it is dispatched."""
    wrong = from_round(first, impossible)
    clearing, refused = cleared_or_refused(Schedules(1e-4), market(day, "respond", wrong))
    if clearing is None:
        assert "area 'D1'" in refused
        return
    assert clearing.status is not Status.AGREED
    assert any("area 'D1'" in note for note in clearing.notes)
    assert clearing.certificate.lower_usd <= best + SOLVED * abs(best)


class Stale:
    """Answers what it answered before, from its third question on."""

    def __init__(self):
        self.last = None

    def __call__(self, o, n, prices, **more):
        if n < 3:
            self.last = o.respond(prices, **more)
        return self.last


def test_stale_replies_do_not_end_agreed_at_a_gap_that_was_not_asked_for(day, best):
    clearing, refused = cleared_or_refused(Schedules(1e-6), market(day, "respond", Stale()))
    if clearing is None:
        assert "area 'D1'" in refused
        return
    close = clearing.certificate.gap_relative <= 1e-6
    assert close or clearing.status is not Status.AGREED
    assert clearing.certificate.upper_usd >= best - SOLVED * abs(best)


def understated(reply):
    return replace(reply, welfare=reply.welfare - 50.0)


@pytest.mark.parametrize("at", [2, 3])
def test_worth_that_is_understated_once_is_found_out_or_does_no_harm(day, best, at):
    wrong = once(at, understated)
    clearing, refused = cleared_or_refused(Schedules(1e-6), market(day, "respond", wrong))
    if clearing is None:
        assert "area 'D1'" in refused
    else:
        assert_true(clearing, best)


LIES = {
    "overstates": lambda at: once(at, more(30.0)),
    "understates": lambda at: once(at, understated),
    "claims the impossible": lambda at: from_round(at, impossible),
    "shifts its schedule": lambda at: once(
        at, lambda reply: replace(reply, schedule=reply.schedule + 0.05)
    ),
    "repeats itself": lambda at: Stale(),
}


@given(
    seed=st.integers(0, 10**6),
    lie=st.sampled_from(sorted(LIES)),
    at=st.integers(1, 4),
    method=st.sampled_from([Schedules(1e-5), Exchange(0.5, max_rounds=15)]),
    options=st.sampled_from([{}, {"quadratic": True}, {"storage": True, "congested": True}]),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_whoever_lies_is_refused_or_the_bounds_are_true(
    random_scenario, seed, lie, at, method, options
):
    scenario = random_scenario(seed, **options)
    clearing, refused = cleared_or_refused(method, market(scenario, "respond", LIES[lie](at)))
    if clearing is None:
        assert "area 'D1'" in refused
        return
    best = Integrated().clear(Operators(scenario, **ACTIVE)).welfare_usd
    room = 1e-6 * abs(best)
    assert clearing.certificate.lower_usd - room <= best <= clearing.certificate.upper_usd + room


def line_of(prices, quantity, worth):
    """A reply of one hour at one boundary."""
    return np.array([[prices]]), Reply(np.array([[quantity]]), np.array([worth]))


def test_a_point_beyond_a_cut_is_proof_of_a_lie():
    """At 10 $/MWh it earns 20 - 10 = 10 at best, so 3 MW are worth at most 10 + 30 = 40 $."""
    known = Said(np.ones(1), is_separable=True)
    assert known.hear_reply(*line_of(10.0, 1.0, 20.0)) == ""
    assert known.hear_point(np.array([[3.0]]), np.array([40.0])) == ""
    wrong = known.hear_point(np.array([[3.0]]), np.array([41.0]))
    assert "gains 1.00 $ more" in wrong


def test_a_cut_below_a_point_is_proof_as_well():
    """1 MW is worth 20 $; whoever earns 5 $ at best at 10 $/MWh cannot have that."""
    known = Said(np.ones(1), is_separable=True)
    known.hear_point(np.array([[1.0]]), np.array([20.0]))
    assert "gains 5.00 $ more" in known.hear_reply(*line_of(10.0, 0.5, 10.0))


def test_what_couples_hours_is_compared_over_the_day():
    """One hour may gain what another loses; the day may not."""
    hours, prices = np.ones(2), np.zeros((1, 2))
    first = Reply(np.array([[1.0, 1.0]]), np.array([5.0, 5.0]))
    other = Reply(np.array([[2.0, 0.0]]), np.array([9.0, 1.0]))
    for separable, fine in ((False, True), (True, False)):
        known = Said(hours, separable)
        known.hear_reply(prices, first)
        assert (known.hear_reply(prices, other) == "") is fine


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("coupled", [False, True])
def test_honest_operators_are_believed(random_scenario, seed, coupled):
    options = dict.fromkeys(("storage", "ramps", "shiftable"), coupled)
    scenario = random_scenario(seed, quadratic=bool(seed % 2), congested=seed > 2, **options)
    clearing = Cmo(Schedules(1e-7)).clear(Operators(scenario))
    assert clearing.status is Status.AGREED
    assert clearing.notes == ()


def test_a_failure_is_a_record_like_any_answer(day):
    asked = {"D1": Respond(np.full((1, 3), 30.0))}
    operators = market(day, "respond", from_round(1, raises))
    ((name, failed),) = here.ask(operators.distribution, asked, 60.0)
    assert name == "D1"
    assert isinstance(failed, Failed)
