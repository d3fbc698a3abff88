"""System C without what couples hours: one round by bid curves beside the schedule pool.

Curves save rounds of messages, not work: a feeder solves its day some sixty times for its curve,
and once in each round of the pool. Here one process does the work of all feeders in turn.
"""

import dataclasses

import pytest

from market.coordination import Terms
from market.coordination.methods.curve import Curve
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.operators.operators import Operators
from scenarios.systems import build_system


@pytest.fixture(scope="module")
def market():
    scenario = build_system("C")
    free = [dataclasses.replace(g, ramp_mw_per_h=None) for g in scenario.generators]
    hourly = dataclasses.replace(scenario, storage=(), shiftable_loads=(), generators=tuple(free))
    return Operators(hourly)


@pytest.mark.benchmark(group="System C, separable hours")
@pytest.mark.parametrize("method", [Curve(), Schedules(1e-9, 200)], ids=["curve", "schedules"])
def test_one_round_or_many(benchmark, market, method):
    clearing = benchmark.pedantic(lambda: Cmo(method).clear(market), rounds=2)
    benchmark.extra_info |= {
        "rounds": clearing.rounds,
        "gap": clearing.certificate.gap_relative,
        "numbers exchanged": clearing.tables["message"].num_rows,
        "seconds": dataclasses.asdict(clearing.seconds),
    }


@pytest.mark.benchmark(group="a curve")
def test_the_curve_of_one_feeder(benchmark, market):
    operator = market.distribution[0]
    curve = benchmark.pedantic(
        operator.bid_curve, setup=lambda: operator.begin(Terms()) and None, rounds=3
    )
    benchmark.extra_info["segments"] = curve.period.size
