"""No operator holds another's data, and only prices, schedules and their worth cross a boundary."""

import dataclasses

import numpy as np
import pytest

from market.coordination.methods.exchange import Exchange
from market.coordination.protocol import Terms
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
    market = Operators(marked(build_system("B")))
    market.clearing = Cmo().clear(market)
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
    asked = Cmo().method.prices_a_round
    assert first.groupby("quantity").size().to_dict() == {
        "price": asked * 24,
        "bound": 1,
        "schedule": asked * 24,
        "welfare": asked,
        "slack": asked,
    }


def test_an_exchange_takes_no_more_than_prices_schedules_and_their_worth(market):
    quantities = set(Cmo(Exchange(max_rounds=3)).clear(market).crossed().quantity)
    assert quantities == set(market.clearing.crossed().quantity)


def test_whoever_asks_is_not_told_what_an_area_keeps_to_itself(market):
    area = market.distribution[0]
    prices = np.full((len(area.boundaries), 24), 50.0)
    assert area.begin(Terms()).carries == 0
    assert area.respond(prices, carried=True).carried is None


def test_an_area_that_discloses_tells_a_worth_an_hour_and_what_its_batteries_hold(market):
    """Two batteries at each feeder of System B: 23 hours pass something on to another one."""
    open_ = Operators(marked(build_system("B")))
    open_.distribution[0].disclosing("storage")
    (boundary,) = open_.distribution[0].boundaries
    messages = Cmo().clear(open_).frame("message")
    carried = messages[messages.quantity == "carried"]
    assert set(carried.boundary) == {boundary}
    assert carried.value.ge(-1e-9).all()
    counted = messages[(messages["round"] == 1) & (messages.boundary == boundary)]
    counted = counted.groupby("quantity").size()
    assert counted["welfare"] == counted["schedule"] == 24
    assert counted["carried"] == 2 * 23
