"""Performance indices and rankings of outages."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from security.indices import (
    combined_ranking,
    contenders,
    performance_index_mw,
    performance_index_v,
    ranking,
)

flows = arrays(float, (6, 4), elements=st.floats(-200, 200))
few = settings(max_examples=50, deadline=None)
LIMITS = np.array([50.0, 80.0, 100.0, 120.0, 60.0, np.inf])


def test_index_of_two_flows_by_hand():
    """(50/100)^2 + (60/40)^2 = 0.25 + 2.25; to the fourth 0.0625 + 5.0625."""
    p, limits = np.array([50.0, -60.0]), np.array([100.0, 40.0])
    assert performance_index_mw(p, limits) == pytest.approx(2.5)
    assert performance_index_mw(p, limits, exponent=2) == pytest.approx(5.125)


def test_only_violations_leaves_out_flows_within_their_limits():
    """As above, of which only (60/40)^2 = 2.25 is above its limit."""
    p, limits = np.array([50.0, -60.0]), np.array([100.0, 40.0])
    assert performance_index_mw(p, limits, only_violations=True) == pytest.approx(2.25)


def test_weights_multiply_terms():
    """3 (50/100)^2 + 2 (60/40)^2 = 0.75 + 4.5."""
    p, limits = np.array([50.0, -60.0]), np.array([100.0, 40.0])
    assert performance_index_mw(p, limits, weights=np.array([3.0, 2.0])) == pytest.approx(5.25)


def test_index_of_voltages_by_hand():
    """Band 0.9 to 1.1: 1.05 is half-way to its edge, 0.85 at 1.5 of it: 0.25 + 2.25."""
    found = performance_index_v(np.array([1.05, 0.85]), np.full(2, 0.9), np.full(2, 1.1))
    assert found == pytest.approx(2.5)


def test_branches_without_limit_do_not_count():
    assert performance_index_mw(np.array([1e6]), np.array([np.inf])) == 0.0


def test_one_overload_hides_behind_many_loadings_with_exponent_1_and_not_with_3():
    """Ten lines at 90 %: 8.1 and 5.3. One at 150 % beside nine idle ones: 2.25 and 11.4."""
    busy, overloaded = np.full(10, 90.0), np.array([150.0] + [0.0] * 9)
    cases, limits = np.column_stack([busy, overloaded]), np.full(10, 100.0)
    assert list(ranking(performance_index_mw(cases, limits, 1))) == [0, 1]
    assert list(ranking(performance_index_mw(cases, limits, 3))) == [1, 0]


@few
@given(p=flows, order=st.permutations(range(6)), exponent=st.integers(1, 3))
def test_index_does_not_depend_on_the_order_of_branches(p, order, exponent):
    found = performance_index_mw(p[order], LIMITS[order], exponent)
    assert found == pytest.approx(performance_index_mw(p, LIMITS, exponent), rel=1e-12)


@few
@given(p=flows, exponent=st.integers(1, 3))
def test_index_does_not_depend_on_the_orientation_of_branches(p, exponent):
    turned = p * np.array([1, -1, 1, -1, -1, 1])[:, None]
    found = performance_index_mw(turned, LIMITS, exponent)
    assert found == pytest.approx(performance_index_mw(p, LIMITS, exponent), rel=1e-12)


def test_ranking_starts_with_what_is_unknown_and_then_the_most_severe():
    assert list(ranking(np.array([1.0, np.nan, 3.0, 2.0]))) == [1, 2, 3, 0]


def test_outages_of_equal_index_keep_their_order():
    assert list(ranking(np.array([1.0, 2.0, 1.0, 2.0]))) == [1, 3, 0, 2]


def test_a_second_index_ranks_outages_that_are_alike_by_the_first():
    first, second = np.array([1.0, 2.0, 1.0, 2.0]), np.array([0.0, 5.0, 9.0, 7.0])
    assert list(ranking(first, second)) == [3, 1, 2, 0]
    assert list(ranking(np.array([1.0, np.nan, 2.0]), np.array([3.0, np.nan, 1.0]))) == [1, 2, 0]


def test_combined_ranking_adds_ranks():
    """Ranks 0, 1, 2 and 1, 0, 2: sums 1, 1, 4; a third index puts b first."""
    power, voltage = np.array([9.0, 8.0, 1.0]), np.array([2.0, 3.0, 1.0])
    assert list(combined_ranking(power, voltage)) == [0, 1, 2]
    assert list(combined_ranking(power, voltage, voltage)) == [1, 0, 2]


def test_what_is_unknown_to_one_index_leads_the_combined_ranking():
    power, voltage = np.array([9.0, 8.0, 1.0]), np.array([2.0, 3.0, np.nan])
    assert combined_ranking(power, voltage)[0] == 2


@few
@given(
    index=arrays(float, 12, elements=st.floats(0, 100)),
    below=arrays(float, 12, elements=st.floats(0, 20)),
    above=arrays(float, 12, elements=st.floats(0, 20)),
    top=st.integers(1, 5),
)
def test_contenders_hold_the_most_severe_outages(index, below, above, top):
    kept = contenders(index - below, index + above, top)
    assert kept[ranking(index)[:top]].all()


def test_an_outage_certainly_milder_than_the_top_is_no_contender():
    """Top 1 of [5, 6], [1, 2], [5.5, 9]: the second stays below 5.5, the first may exceed it."""
    low, high = np.array([5.0, 1.0, 5.5]), np.array([6.0, 2.0, 9.0])
    assert list(contenders(low, high, 1)) == [True, False, True]


def test_outages_of_unknown_index_take_no_place_among_the_top():
    """Of a bridge, 5 and 1 the top 1 holds 5 beside the bridge."""
    index = np.array([np.nan, 5.0, 1.0])
    assert list(contenders(index, index, 1)) == [True, True, False]
