"""Whole numbers that add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.cents import largest_remainder

shares = st.lists(st.floats(-1e7, 1e7, allow_nan=False), min_size=1, max_size=30)


def apportion(values, total):
    group = np.zeros(len(values), dtype=np.intp)
    return largest_remainder(np.array(values), group, np.array([total])).tolist()


def test_the_missing_units_go_to_the_largest_remainders():
    """1.2 + 2.7 + 3.6 = 7.5; rounded down 6 of 7: the missing one goes to 2.7."""
    assert apportion([1.2, 2.7, 3.6], 7) == [1, 3, 3]


def test_negative_shares_are_rounded_down_too():
    """-1.2 + 0.9 = -0.3; rounded down -2 of 0: both get one."""
    assert apportion([-1.2, 0.9], 0) == [-1, 1]


def test_a_whole_share_with_representation_error_stays():
    """19.99 $ x 100 is 1998.9999999999998 in binary; it is 1999 and owed no remainder."""
    assert apportion([19.99 * 100, 0.5], 2000) == [1999, 1]


def test_groups_are_served_on_their_own():
    """0.4 + 0.4 = 0.8 gives one to the first; 0.6 is 1."""
    given = largest_remainder(np.array([0.4, 0.6, 0.4]), np.array([0, 1, 0]), np.array([1, 1]))
    assert given.tolist() == [1, 1, 0]


@settings(max_examples=50, deadline=None)
@given(values=shares)
def test_nearest_total_moves_no_share_by_a_whole_unit(values):
    total = round(sum(np.round(values, 6)))
    given_out = apportion(values, total)
    assert sum(given_out) == total
    assert np.abs(np.array(given_out) - values).max() < 1.0 + 1e-5


@pytest.mark.parametrize(("total", "expected"), [(5, [3, 2]), (-3, [-1, -2])])
def test_a_far_total_is_spread_evenly(total, expected):
    """0.5 and 0.0 that must make 5 (or -3): two (or minus two) each, the rest by remainder."""
    assert apportion([0.5, 0.0], total) == expected
