"""The log of a coordination: no number can be changed unnoticed, and rows stand in any order.

What is free is said here: forecasts, on which nothing rests; residuals of rounds before the last,
of mixtures that only transmission knows; prices and power along a bid curve between those beside
it, which no answer has touched.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from market.coordination.methods.curve import Curve
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from scenarios.systems import build_system
from validation.cleared import Cleared
from validation.log_laws import log_holds
from validation.tolerances import Tolerances

DAYS = {
    "schedules": ("local-wholesale", LocalWholesale(gamma=0.5)),
    "exchange": ("two-blocks", Cmo(Exchange())),
    "damped": ("two-blocks", Cmo(Exchange(damping=0.5, max_rounds=4))),
    "curve": ("two-blocks", Cmo(Curve())),
    "by hour": ("B", Cmo(Schedules())),
}
ASKED = ["price", "bound", "schedule", "welfare", "slack", "total"]
FINAL = ["final_price", "final_schedule", "final_bound", "final_earned"]


@cache
def day(name):
    system, design = DAYS[name]
    scenario = build_system(system)
    return scenario, design.clear(Operators(scenario, discloses="storage"))


def failed(scenario, clearing, **frames):
    """Laws of the log that do not hold once tables are replaced."""
    other = {
        name: pa.Table.from_pandas(frame, clearing.tables[name].schema, preserve_index=False)
        for name, frame in frames.items()
    }
    changed = Cleared(scenario, replace(clearing, tables={**clearing.tables, **other}))
    return {c.name for c in log_holds(changed, Tolerances.of(changed)) if not c.passed}


def drawn(rows, count, seed=0):
    return np.random.default_rng(seed).choice(rows, min(count, len(rows)), replace=False)


def raised(frame, row, column):
    """The table with one number a hundredth, but at least 0.1, larger."""
    other = frame.copy()
    value = other.loc[row, column]
    other.loc[row, column] = value + max(0.1, 0.01 * abs(value))
    return other


@pytest.mark.parametrize("name", DAYS)
def test_the_log_as_it_was_written_holds(name):
    assert failed(*day(name)) == set()


@pytest.mark.parametrize("name", DAYS)
def test_rows_of_the_log_may_stand_in_any_order(name):
    sent = day(name)[1].frame("message")
    assert failed(*day(name), message=sent.sample(frac=1, random_state=1)) == set()


@pytest.mark.parametrize("quantity", [*ASKED, *FINAL])
@pytest.mark.parametrize("name", DAYS)
def test_a_changed_message_is_found(name, quantity):
    """Also where nothing else rests on it: sums of what was said are sent with it.

    A price of no power and power at no price are left out: they move no money.
    """
    sent = day(name)[1].frame("message")
    asked = sent[(sent.question > 0) & (sent.quantity == quantity)]
    if quantity in ("price", "schedule"):
        key = ["question", "boundary", "period"]
        other = sent[sent.quantity == {"price": "schedule", "schedule": "price"}[quantity]]
        moved = asked.merge(other, on=key, suffixes=("", "_other"), how="left")
        asked = asked[(moved.value_other.abs() > 1e-3).to_numpy()]
    for row in drawn(asked.index, 4):
        assert failed(*day(name), message=raised(sent, row, "value"))


@pytest.mark.parametrize("quantity", ["carried", "carried_total"])
def test_a_change_of_what_devices_carry_on_is_found(quantity):
    sent = day("by hour")[1].frame("message")
    for row in drawn(sent.index[sent.quantity == quantity], 4):
        assert failed(*day("by hour"), message=raised(sent, row, "value"))


def test_what_a_schedule_is_worth_in_the_end_is_found_either_way():
    sent = day("curve")[1].frame("message")
    for row in sent.index[sent.quantity == "final_welfare"]:
        for by in (-1.0, 1.0):
            other = sent.copy()
            other.loc[row, "value"] += by
            assert "log is complete" not in failed(*day("curve"), message=other) != set()


@pytest.mark.parametrize("column", ["round", "question", "period", "point"])
@pytest.mark.parametrize("name", DAYS)
def test_a_message_under_another_key_is_found(name, column):
    sent = day(name)[1].frame("message")
    for row in drawn(sent.index, 4):
        other = sent.copy()
        value = other.loc[row, column]
        other.loc[row, column] = 1 if np.isnan(float(value)) else value + 1
        assert failed(*day(name), message=other)


@pytest.mark.parametrize("name", DAYS)
def test_a_message_lost_is_found(name):
    """But forecasts, and bounds of 0 $, which may as well not have been known."""
    sent = day(name)[1].frame("message")
    counted = sent[(sent.question > 0) & ~((sent.quantity == "bound") & (sent.value == 0.0))]
    for row in drawn(counted.index[~counted.quantity.str.startswith("curve")], 8):
        assert failed(*day(name), message=sent.drop(index=row))


@pytest.mark.parametrize("column", ["lower_usd", "upper_usd", "gap_relative"])
@pytest.mark.parametrize("name", DAYS)
def test_a_changed_bound_of_a_round_is_found(name, column):
    rounds = day(name)[1].frame("round")
    for row in rounds.index[rounds[column].notna()]:
        assert failed(*day(name), round=raised(rounds, row, column))


def test_early_rounds_claim_no_more_than_their_own_offers_make():
    """With the gap in step, the last lower bound is too good for the first round."""
    _, clearing = day("schedules")
    rounds = clearing.frame("round")
    rounds.loc[0, "lower_usd"] = rounds.lower_usd.iloc[-1]
    upper = rounds.loc[0, "upper_usd"]
    rounds.loc[0, "gap_relative"] = (upper - rounds.loc[0, "lower_usd"]) / max(1.0, abs(upper))
    assert "certificate by the log" in failed(*day("schedules"), round=rounds)
