"""IEEE 118 with 100 feeders: coordinated clearing beside one HiGHS solve of everything.

The monolithic solve is HiGHS as it comes: no starting basis, only its run is timed. The
coordinated clearing is timed whole: models, solves, tables.
"""

import dataclasses
import resource

import pytest

from benchmarks.cases import ieee118_with_feeders
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.operators.operators import Operators
from solvers.highs import HighsSession
from solvers.session import open_session

FEEDERS = 100


@pytest.fixture(scope="module")
def scenario():
    scenario = ieee118_with_feeders(FEEDERS)
    scenario.area("T")
    return scenario


def resident_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.benchmark(group="100 feeders")
@pytest.mark.parametrize("gap", [1e-4, 1e-6])
def test_coordinated(benchmark, scenario, gap):
    before = resident_mb()
    clearing = benchmark.pedantic(
        lambda: Cmo(Schedules(gap)).clear(Operators(scenario)), rounds=2, warmup_rounds=1
    )
    benchmark.extra_info |= {
        "rounds": clearing.rounds,
        "seconds": dataclasses.asdict(clearing.seconds),
        "megabytes a feeder": (resident_mb() - before) / FEEDERS,
    }


@pytest.mark.benchmark(group="100 feeders")
def test_monolithic_highs(benchmark, scenario):
    program = Operators(scenario).shared_models().joined.program
    program.follows = None

    def setup():
        return (HighsSession(program, "monolithic", 600.0),), {}

    benchmark.pedantic(lambda session: session.solve(), setup=setup, rounds=1)


@pytest.mark.benchmark(group="100 feeders")
def test_monolithic_from_the_injections_basis(benchmark, scenario):
    program = Operators(scenario).shared_models().joined.program

    def setup():
        return (HighsSession(program, "monolithic", 600.0),), {}

    benchmark.pedantic(lambda session: session.solve(), setup=setup, rounds=1)


@pytest.mark.benchmark(group="100 feeders")
def test_monolithic_without_what_follows(benchmark, scenario):
    models = Operators(scenario).shared_models()
    joined = models.joined
    places = zip(models.days, joined.columns, joined.rows, strict=True)
    parts = [part for day, *place in places for part in day.parts(*place)]

    def setup():
        return (open_session(joined.program, "monolithic", 600.0, parts=parts),), {}

    benchmark.pedantic(lambda session: session.solve(), setup=setup, rounds=1)
