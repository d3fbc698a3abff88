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


def assert_same(one, other):
    assert one.certificate == other.certificate
    assert {n for n in one.tables if not one.tables[n].equals(other.tables[n])} == set()


@pytest.mark.parametrize("design", ["cmo", "local_wholesale"])
def test_no_number_of_a_day_depends_on_where_operators_are(here, apart, design):
    assert_same(*(designs[design]().clear(operators) for operators in (here, apart)))


@pytest.mark.parametrize("design", designs)
def test_no_number_of_any_design_depends_on_where_operators_are(crew, design):
    """Two areas in one period, of which another process keeps one."""
    hour = build_system("T14D2")
    assert_same(*(designs[design]().clear(Operators(hour, workers=w)) for w in (None, crew)))


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
