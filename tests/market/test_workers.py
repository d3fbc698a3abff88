"""Operators in other processes of this machine answer as those in this one."""

import os
from functools import partial

import pytest

from market.carriers.workers import result_of, shared_out, workers
from market.designs import designs
from market.operators.operators import Operators
from scenarios.systems import build_system
from solvers.errors import SolveFailed

SYSTEM = "local-wholesale"
DESIGNS = ("conventional", "cmo", "local_wholesale", "wholesale_only", "integrated")
counts, leaves = partial(partial, abs), partial(partial, os._exit)  # other work than areas


@pytest.fixture(scope="module")
def scenario():
    return build_system(SYSTEM)


@pytest.fixture(scope="module")
def here(scenario):
    return Operators(scenario)


@pytest.fixture(scope="module")
def crew():
    with workers(2, counts) as crew:
        yield crew


@pytest.fixture(scope="module")
def apart(scenario, crew):
    """Three areas, of which another process keeps one."""
    return Operators(scenario, workers=crew)


@pytest.mark.parametrize("design", DESIGNS)
def test_no_number_depends_on_where_operators_are(here, apart, design):
    one, other = (designs[design]().clear(o) for o in (here, apart))
    assert one.certificate == other.certificate
    assert {n for n in one.tables if not one.tables[n].equals(other.tables[n])} == set()


def test_solvers_elsewhere_are_counted(apart):
    designs["cmo"]().clear(apart)
    assert all(operator.solve_seconds > 0 for operator in apart.distribution)


def test_a_process_does_other_work_between_questions(apart, crew):
    assert result_of(crew.do(-3)) == 3


def test_a_process_that_has_ended_fails_the_clearing(scenario):
    with workers(2, leaves) as crew:
        operators = Operators(scenario, workers=crew)
        crew.do(1)
        with pytest.raises(SolveFailed, match="one of them ended"):
            designs["cmo"]().clear(operators)


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_areas_are_dealt_out_by_their_size(parts):
    """No part has more than another by more than the largest area."""
    system = build_system("C")
    views = [system.area(name) for name in system.distribution]
    dealt = shared_out(views, parts)
    names = [view.name for part in dealt for view in part]
    assert sorted(names) == sorted(system.distribution)
    sizes = [sum(len(view.network.buses) for view in part) for part in dealt]
    assert max(sizes) - min(sizes) <= max(len(view.network.buses) for view in views)
