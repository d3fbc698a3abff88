"""No operator holds another's data, and only prices, schedules and their worth cross a boundary."""

import dataclasses

import numpy as np
import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.operators.operators import Operators
from scenarios.scenario import Scenario
from scenarios.systems import build_system

TABLES = (
    "buses", "branches", "generators", "offers", "loads", "bids", "storage", "shiftable_loads",
)  # fmt: skip


def marked(scenario: Scenario) -> Scenario:
    """The scenario with every asset named after its area, so that a name tells where it is from."""

    def rename(record, fields):
        new = {f: f"{record.area}~{getattr(record, f)}" for f in fields if getattr(record, f, None)}
        return dataclasses.replace(record, **new)

    names = ("bus", "branch", "from_bus", "to_bus", "generator", "owner", "load", "bid", "storage",
             "shiftable_load", "root_bus")  # fmt: skip
    fields = {t: [n for n in names if any(hasattr(r, n) for r in getattr(scenario, t))]
              for t in (*TABLES, "boundaries")}  # fmt: skip
    tables = {t: tuple(rename(r, fields[t]) for r in getattr(scenario, t)) for t in fields}
    tables["boundaries"] = tuple(
        dataclasses.replace(b, transmission_bus=f"T~{b.transmission_bus}")
        for b in tables["boundaries"]
    )
    return dataclasses.replace(scenario, **tables)


def words(thing, seen=None):
    """Every string that can be reached from an object through attributes and containers."""
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, (int, float, type, np.ndarray)):
        return
    seen.add(id(thing))
    if isinstance(thing, str):
        yield thing
        return
    if isinstance(thing, dict):
        parts = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (list, tuple, set, frozenset)):
        parts = list(thing)
    else:
        slots = [n for c in type(thing).__mro__ for n in getattr(c, "__slots__", ())]
        parts = [getattr(thing, n) for n in slots if hasattr(thing, n)]
        parts += list(getattr(thing, "__dict__", {}).values())
    for part in parts:
        yield from words(part, seen)


def origins(operator):
    """Areas of the assets whose names an operator holds."""
    return {word.split("~")[0] for word in words(operator) if "~" in word}


@pytest.fixture(scope="module")
def market():
    """Areas keep to themselves what their devices carry from hour to hour."""
    market = Operators(marked(build_system("B")))
    market.clearing = Cmo(Schedules(by_hour=False)).clear(market)
    return market


def test_an_operator_of_distribution_holds_its_own_names_only(market):
    for operator in market.distribution:
        assert origins(operator) == {operator.name}


def test_the_operator_of_transmission_holds_its_own_names_only(market):
    assert origins(market.transmission) == {"T"}


def test_only_prices_schedules_and_their_worth_cross_a_boundary(market):
    messages = market.clearing.crossed()
    assert set(messages.quantity) == {
        "price",
        "bound",
        "schedule",
        "welfare",
        "slack",
        "final_price",
        "final_schedule",
        "final_bound",
        "final_earned",
    }
    assert set(messages.boundary) == set(market.transmission.boundaries)


def test_distribution_sends_schedules_and_their_worth_and_transmission_prices(market):
    messages = market.clearing.crossed()
    down = messages[messages.sender == "tso"]
    up = messages[messages.sender != "tso"]
    assert set(down.quantity) == {
        "price", "bound", "final_price", "final_schedule", "final_bound",
    }  # fmt: skip
    assert set(up.quantity) == {"schedule", "welfare", "slack", "final_earned"}


def test_a_round_of_a_coupled_area_is_a_price_and_a_power_an_hour_and_one_worth(market):
    messages = market.clearing.crossed()
    first = messages[(messages["round"] == 1) & (messages.boundary == "B7")]
    assert first.groupby("quantity").size().to_dict() == {
        "price": 24,
        "bound": 1,
        "schedule": 24,
        "welfare": 1,
        "slack": 1,
    }


def test_hours_that_are_mixed_by_themselves_need_a_worth_each_and_what_batteries_hold(market):
    """Two batteries at each feeder of System B: 23 hours pass something on to another one."""
    messages = Cmo().clear(market).frame("message")
    assert set(messages.quantity) == set(market.clearing.frame("message").quantity) | {
        "carried",
        "carried_total",
    }
    first = messages[(messages["round"] == 1) & (messages.boundary == "B7")]
    counted = first.groupby("quantity").size()
    assert counted["welfare"] == 24
    assert counted["carried"] == 2 * 23
    assert messages[messages.quantity == "carried"].value.ge(-1e-9).all()
