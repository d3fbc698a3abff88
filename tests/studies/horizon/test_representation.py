"""What a few days say of many, against these themselves."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scenarios.horizon.series import Series
from studies.horizon.representation import representation, representations

DAY = date(2025, 1, 1)


def figures(welfare, consumed, price, pv):
    """Days of one design, of which only these are not 0."""
    count = len(welfare)
    return pd.DataFrame(
        {
            "day": [str(DAY + timedelta(days=n)) for n in range(count)],
            "design": "cmo",
            "welfare_usd": welfare,
            "consumed_mwh": consumed,
            "price_usd_per_mwh": price,
            "pv_mwh": pv,
            "wind_mwh": 0.0,
            "curtailed_mwh": 0.0,
            "boundary_mwh": consumed,
        }
    )


def plan_of(town, **horizon):
    """A plan of whole days, each of four values of one profile."""
    stamps = pd.date_range(DAY, periods=len(town), freq="6h", tz="UTC")
    series = Series(pd.DataFrame({"town": town}, index=stamps), pd.Timedelta("6h"))
    days = [DAY + timedelta(days=n) for n in range(len(town) // 4)]
    held = SimpleNamespace(**{"in_sequence": False, **horizon})
    weights = dict.fromkeys(days, 1.0)
    return SimpleNamespace(horizon=held, series=series, days=tuple(days), weights=weights)


def test_one_day_for_three():
    """10 + 20 + 60 = 90; the second day three times is 60, a third too little.

    Of what is consumed 1 + 2 + 3 = 6, and three times 2 as well. The price is (1 * 10 + 2 * 20 +
    3 * 30) / 6 = 70 / 3, and 20 on the second day: a seventh too low. PV is 0 + 1 + 5, and 3.
    """
    days = figures([10.0, 20.0, 60.0], [1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [0.0, 1.0, 5.0])
    found = representation("cmo", days, {str(DAY + timedelta(days=1)): 3.0})
    assert found.welfare_error == pytest.approx(-1 / 3)
    assert found.consumed_error == pytest.approx(0.0)
    assert found.price_error == pytest.approx(-1 / 7)
    assert found.pv_error == pytest.approx(-1 / 2)
    assert (found.wind_error, found.curtailed_error) == (0.0, 0.0)


def test_days_that_come_again_are_stood_for_without_error():
    """Two kinds of days, three of one and two of the other."""
    low, high = [0.1, 0.2, 0.3, 0.2], [0.8, 0.9, 1.0, 0.9]
    plan = plan_of(low + high + low + high + low)
    welfare = [10.0, 40.0] * 2 + [10.0]
    days = figures(welfare, [1.0, 3.0, 1.0, 3.0, 1.0], [20.0, 50.0] * 2 + [20.0], [0.0] * 5)
    two, four = representations(plan, days, (2, 4, 8))
    assert (two.representatives, four.representatives) == (2, 4)
    assert sorted(text.rpartition(" ")[2] for text in two.days.split(", ")) == ["2", "3"]
    errors = [two.welfare_error, two.price_error, two.consumed_error, four.welfare_error]
    assert np.abs(errors).max() < 1e-12


def test_it_is_not_told_of_days_that_were_not_all_cleared_by_themselves():
    town = [0.1, 0.5, 0.9, 0.4] * 3
    whole = figures([1.0, 2.0, 3.0], [1.0] * 3, [1.0] * 3, [0.0] * 3)
    failed = whole.assign(welfare_usd=[1.0, None, 3.0])
    assert not list(representations(plan_of(town, in_sequence=True), whole, (2,)))
    assert not list(representations(plan_of(town), failed, (2,)))
    weighted = plan_of(town)
    weighted.weights[DAY] = 2.0
    assert not list(representations(weighted, whole, (2,)))
