"""Feeders that are alike: what they take of time and memory together, beside each for itself."""

import resource
import time

import numpy as np
import pytest

from benchmarks.cases import ieee118_with_feeders
from formulations.networks import formulation
from market.coordination.protocol import Terms
from market.operators.distribution import DistributionOperator
from market.operators.families import Families

FEEDERS = 30
LOWER = formulation("lindistflow", "distribution")


@pytest.fixture(scope="module")
def views():
    scenario = ieee118_with_feeders(FEEDERS)
    return [scenario.area(name) for name in scenario.distribution]


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def built(views, family_of):
    """Operators that have answered once, and what they took of CPU time and memory."""
    before, started = peak(), time.process_time()
    operators = [DistributionOperator(v, LOWER, 60.0, family=family_of(v)) for v in views]
    seconds = time.process_time() - started
    for operator in operators:
        operator.begin(Terms())
        operator.respond(30.0 + 0.0 * operator.forecast())
    return operators, np.array([seconds, peak() - before])


@pytest.mark.benchmark(group="feeders that are alike")
def test_operators_of_a_company_beside_operators_alone(benchmark, views):
    """Building time and memory of 30, over what they take where none knows of another."""
    kept = [built(views[:1], lambda _: None)[0]]
    operators, company = benchmark.pedantic(lambda: built(views, Families(LOWER).of), rounds=1)
    kept.append(operators)
    alone = built(views, lambda _: None)[1]
    seconds, memory = company / alone
    benchmark.extra_info |= {"CPU seconds, part": seconds, "memory, part": memory}
    assert seconds < 0.6
    assert memory < 0.4
