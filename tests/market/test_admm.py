"""Each side yields to the other at a slope: both come to rest at the joint optimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.coordination.methods.admm import Admm
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.systems import build_system
from solvers.errors import SolveFailed
from validation import validate

COUPLED = {"storage": True, "ramps": True, "shiftable": True}
OPTIONS = st.sampled_from([{}, {"quadratic": True, "congested": True}, COUPLED])


def boundary(clearing):
    return clearing.frame("boundary").sort_values(["boundary", "period"])


@pytest.fixture(scope="module")
def system_a():
    scenario = build_system("A")
    return scenario, Operators(scenario)


@pytest.fixture(scope="module")
def agreed(system_a):
    return Cmo(Admm()).clear(system_a[1])


def test_system_a_agrees_on_the_joint_prices(system_a, agreed):
    best = Integrated().clear(system_a[1])
    assert agreed.status is Status.AGREED
    assert agreed.rounds <= 200
    apart = boundary(agreed).lmp_usd_per_mwh.to_numpy() - boundary(best).lmp_usd_per_mwh.to_numpy()
    assert np.abs(apart).max() <= 1e-3
    assert agreed.welfare_usd == pytest.approx(best.welfare_usd, rel=1e-8)


@given(seed=st.integers(0, 10**6), options=OPTIONS)
@settings(max_examples=4, deadline=None, derandomize=True)
@pytest.mark.parametrize("discloses", ["nothing", "storage"])
def test_admm_ends_at_the_integrated_optimum(random_scenario, clear, discloses, seed, options):
    """Not within a band of it: the end leaves what solvers leave."""
    scenario = random_scenario(seed, **options)
    operators = Operators(scenario, discloses=discloses)
    best, found = clear(scenario, Integrated()), clear(scenario, Cmo(Admm()), operators)
    assert found.status is Status.AGREED
    assert found.rounds <= 200
    assert found.welfare_usd == pytest.approx(best.welfare_usd, rel=1e-8)


def test_the_end_sends_prices_alone(agreed):
    """Plans and slopes are sent in ADMM's rounds, and never after the first round without."""
    sent = agreed.frame("message")
    planned = set(sent[sent.quantity == "plan"]["round"])
    priced = set(sent[(sent.quantity == "price") & (sent["round"] > 0)]["round"])
    assert planned == set(range(1, max(planned) + 1))
    assert priced > planned


@given(seed=st.integers(0, 10**6), options=OPTIONS)
@settings(max_examples=4, deadline=None, derandomize=True)
def test_every_round_brackets_the_integrated_welfare(random_scenario, clear, seed, options):
    scenario = random_scenario(seed, **options)
    best = clear(scenario, Integrated()).welfare_usd
    rounds = clear(scenario, Cmo(Admm(max_rounds=8))).frame("round")
    room = 1e-6 * abs(best)
    assert (rounds.lower_usd <= best + room).all()
    assert (rounds.upper_usd >= best - room).all()


@pytest.mark.parametrize("slope", [0.1, 1.0])
def test_any_constant_slope_leads_to_the_same_price(slope):
    """Blocks 50 MW at 20 and 100 MW at 40; 40 MW fixed, 30 MW worth 30: 50 MW at 30 $/MWh."""
    operators = Operators(build_system("two-blocks"))
    found = boundary(Cmo(Admm(slope_usd_per_mw2h=slope)).clear(operators))
    assert found.lmp_usd_per_mwh.to_numpy() == pytest.approx([30.0], abs=1e-2)
    assert found.p_mw.to_numpy() == pytest.approx([50.0], abs=1e-2)


@pytest.mark.parametrize("quantity", ["bound", "schedule", "welfare", "price", "plan", "slope"])
def test_a_changed_message_is_found(system_a, agreed, quantity, with_messages):
    sent = agreed.frame("message")
    row = sent[(sent.quantity == quantity) & (sent["round"] == 2)].index[-1]
    sent.loc[row, "value"] += 1.0 + 0.5 * abs(sent.loc[row, "value"])
    wrong = with_messages(agreed, sent)
    assert any(not c.passed for c in validate(system_a[0], wrong))


def test_messages_that_no_law_reads_are_found(system_a, agreed, with_messages):
    sent = agreed.frame("message")
    renamed = sent.assign(quantity=sent.quantity.replace("schedule", "near_schedule"))
    wrong = with_messages(agreed, renamed)
    assert "kinds of messages" in {c.name for c in validate(system_a[0], wrong) if not c.passed}


def test_a_schedule_beyond_announced_limits_is_found(system_a, agreed, with_messages):
    sent = agreed.frame("message")
    sent.loc[sent.quantity == "most", "value"] = -1e3
    wrong = with_messages(agreed, sent)
    assert "announced limits" in {c.name for c in validate(system_a[0], wrong) if not c.passed}


def test_an_area_that_does_not_answer_is_named(random_scenario):
    class Silent:
        def __init__(self, operator):
            self.operator = operator

        def __getattr__(self, name):
            return getattr(self.operator, name)

        def respond_near(self, *asked):
            raise RuntimeError("power cut")

    operators = Operators(random_scenario(5))
    operators.distribution[1] = Silent(operators.distribution[1])
    with pytest.raises(SolveFailed, match="area 'D1': it raised RuntimeError: power cut"):
        Cmo(Admm()).clear(operators)
