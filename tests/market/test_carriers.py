"""Only records cross between operators, and what was asked before does not count."""

import pickle
from dataclasses import is_dataclass, replace

import pytest

from market.carriers import here
from market.coordination.methods import methods
from market.coordination.methods.curve import Curve
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs import designs
from market.designs.cmo import Cmo
from market.operators.operators import Operators
from scenarios.systems import build_system

ANSWERED = ("name", "begin", "forecast", "by_rule", "respond", "price_at", "supported_at",
            "bid_curve", "settle", "mend", "wholesale_offers")  # fmt: skip
ALONE = [name for name, design in designs.items() if not design.about.needs_shared_models]


class Elsewhere:
    """A distribution operator of which nothing can be had but answers."""

    def __init__(self, operator):
        for name in ANSWERED:
            setattr(self, name, getattr(operator, name))

    build_seconds = solve_seconds = 0.0


def by_bytes(operators, questions, limit_s):
    """Questions and answers as bytes, the operator that was asked last answering first."""
    sent = {name: pickle.loads(pickle.dumps(asked)) for name, asked in questions.items()}
    assert all(is_dataclass(asked) for asked in sent.values())
    for name, answer in here.ask(list(operators)[::-1], sent, limit_s):
        yield name, pickle.loads(pickle.dumps(answer))


def elsewhere(scenario):
    operators = Operators(scenario, ask=by_bytes)
    operators.distribution = [Elsewhere(d) for d in operators.distribution]
    return operators


@pytest.mark.parametrize("system", ["two-blocks", "local-wholesale"])
@pytest.mark.parametrize("design", ALONE)
def test_designs_need_nothing_of_an_operator_but_records(system, design):
    scenario = build_system(system)
    near, far = (designs[design]().clear(o) for o in (Operators(scenario), elsewhere(scenario)))
    assert far.certificate == near.certificate
    assert {n for n in near.tables if not near.tables[n].equals(far.tables[n])} == set()


def without_coupling(scenario):
    free = [replace(g, ramp_mw_per_h=None) for g in scenario.generators]
    return replace(scenario, storage=(), shiftable_loads=(), generators=tuple(free))


def test_bid_curves_cross_as_records():
    scenario = without_coupling(build_system("local-wholesale"))
    near, far = (Cmo(Curve()).clear(o) for o in (Operators(scenario), elsewhere(scenario)))
    assert {n for n in near.tables if not near.tables[n].equals(far.tables[n])} == set()


ALL = [design() for design in designs.values()] + [Cmo(Exchange(max_rounds=4)), Cmo(Curve())]


@pytest.fixture(scope="module")
def hourly():
    return without_coupling(build_system("local-wholesale"))


@pytest.fixture(scope="module")
def fresh(hourly):
    """What every design gives on operators of its own."""
    return [design.clear(Operators(hourly)) for design in ALL]


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "in turned order"])
def test_designs_cleared_in_any_order_give_what_fresh_operators_give(hourly, fresh, turned):
    shared = Operators(hourly)
    for n in sorted(range(len(ALL)), reverse=turned):
        again = ALL[n].clear(shared)
        assert again.welfare_usd == fresh[n].welfare_usd
        assert again.certificate == fresh[n].certificate
        for name, table in fresh[n].tables.items():
            assert again.tables[name].equals(table), (ALL[n], name)


def test_reading_the_clock_or_the_models_changes_nothing(hourly, fresh):
    shared = Operators(hourly)
    shared.shared_models().clear("another's clearing")
    n = ALL.index(Cmo())
    assert ALL[n].clear(shared).tables["lmp"].equals(fresh[n].tables["lmp"])


def test_every_method_is_asked_for_by_its_name():
    assert {"schedules", "exchange", "curve"} <= set(methods)
    assert methods.name_of(Schedules()) == "schedules"
