"""What areas answer bounds what they can gain: below these bounds lies the joint optimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.coordination import begin
from market.coordination.gains import cuts_of
from market.coordination.methods.cuts import Cuts
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.findings import InvalidInput
from scenarios.systems import build_system
from validation import validate

COUPLED = {"storage": True, "ramps": True, "shiftable": True}
OPTIONS = st.sampled_from([{}, {"quadratic": True, "congested": True}, COUPLED])
over_days = given(seed=st.integers(0, 10**6), options=OPTIONS)
few = settings(max_examples=4, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def system_a():
    scenario = build_system("A")
    return scenario, Operators(scenario)


@pytest.fixture(scope="module")
def agreed(system_a):
    return Cmo(Cuts()).clear(system_a[1])


def prices(clearing):
    return clearing.frame("boundary").sort_values(["boundary", "period"]).lmp_usd_per_mwh.to_numpy()


def test_system_a_agrees_on_the_joint_prices(system_a, agreed):
    best = Integrated().clear(system_a[1])
    assert agreed.status is Status.AGREED
    assert np.abs(prices(agreed) - prices(best)).max() <= 1e-2
    assert agreed.welfare_usd == pytest.approx(best.welfare_usd, rel=1e-7)


@over_days
@few
@pytest.mark.parametrize("discloses", ["nothing", "storage"])
def test_cuts_find_the_integrated_optimum(random_scenario, clear, discloses, seed, options):
    scenario = random_scenario(seed, **options)
    operators = Operators(scenario, discloses=discloses)
    best, found = clear(scenario, Integrated()), clear(scenario, Cmo(Cuts()), operators)
    assert found.status is Status.AGREED
    assert found.welfare_usd == pytest.approx(best.welfare_usd, rel=2e-7)


@over_days
@few
def test_bounds_close_in_on_the_integrated_welfare(random_scenario, clear, seed, options):
    scenario = random_scenario(seed, **options)
    best = clear(scenario, Integrated()).welfare_usd
    rounds, room = clear(scenario, Cmo(Cuts())).frame("round"), 1e-7 * abs(best)
    assert (rounds.lower_usd <= best + room).all()
    assert (rounds.upper_usd >= best - room).all()
    assert (rounds.lower_usd.diff().dropna() >= -room).all()
    assert (rounds.upper_usd.diff().dropna() <= room).all()


def test_blocks_meet_where_the_feeder_sets_the_price():
    """Blocks 50 MW at 20 and 100 MW at 40; 40 MW fixed, 30 MW worth 30: 50 MW at 30 $/MWh."""
    found = Cmo(Cuts()).clear(Operators(build_system("two-blocks"))).frame("boundary")
    assert found.lmp_usd_per_mwh.to_numpy() == pytest.approx([30.0], abs=1e-6)
    assert found.p_mw.to_numpy() == pytest.approx([50.0], abs=1e-6)


@pytest.mark.parametrize("coupled", [{}, COUPLED])
def test_no_schedule_is_worth_more_than_its_ceiling(random_scenario, coupled):
    """A cut by the reply to one price holds at the replies to any other."""
    scenario = random_scenario(3, **coupled)
    conversation = begin(Operators(scenario))
    draw = np.random.default_rng(1)
    for _ in range(4):
        asked, other = draw.uniform(-10, 90, (2, *conversation.shape))
        heard, replies = (
            {
                d.name: d.respond(p[conversation.rows[d.name]])
                for d in conversation.operators.distribution
            }
            for p in (asked, other)
        )
        cuts = cuts_of(conversation, heard, asked)
        power = conversation.gather({name: r.schedule for name, r in replies.items()})
        ceiling = cuts.most + cuts.slope @ power.T.ravel()
        worth = np.concatenate(
            [
                r.welfare if conversation.ready[name].is_separable else [r.welfare.sum()]
                for name, r in replies.items()
            ]
        )
        assert (worth <= ceiling + 1e-6 * (1 + np.abs(ceiling))).all()


@pytest.mark.parametrize("quantity", ["bound", "schedule", "welfare", "value"])
def test_a_changed_message_is_found(system_a, agreed, quantity, with_messages):
    sent = agreed.frame("message")
    row = sent[(sent.quantity == quantity) & (sent["round"] == 2)].index[-1]
    sent.loc[row, "value"] += 1.0 + 0.5 * abs(sent.loc[row, "value"])
    wrong = with_messages(agreed, sent)
    assert any(not c.passed for c in validate(system_a[0], wrong))


def test_a_value_that_is_missing_is_found(system_a, agreed, with_messages):
    sent = agreed.frame("message")
    fewer = sent[~((sent.quantity == "value") & (sent["round"] == 2) & (sent.sender == "D10"))]
    assert len(fewer) < len(sent)
    wrong = with_messages(agreed, fewer)
    assert "log is complete" in {c.name for c in validate(system_a[0], wrong) if not c.passed}


def test_areas_that_know_no_limits_are_named(random_scenario):
    operators = Operators(random_scenario(1), distribution="branch_flow_cone")
    with pytest.raises(InvalidInput, match="D1: knows no limits"):
        Cmo(Cuts()).clear(operators)
