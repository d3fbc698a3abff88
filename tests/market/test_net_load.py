"""A profile may change its sign: what a load is short of in one hour it gives in another."""

import dataclasses

import pytest

import tandem
from scenarios.records import Load, ProfileValue
from scenarios.scenario import Scenario

FACTORS = (1.0, -0.5, 0.25)
FEEDER_MW = 2.0


@pytest.fixture(scope="module")
def quiet() -> Scenario:
    """Three hours of one bus and one feeder."""
    return dataclasses.replace(tandem.system("two-blocks"), hours=(1.0, 1.0, 1.0))


def with_loads(scenario: Scenario, loads: dict[str, tuple[float, tuple[float, ...]]]) -> Scenario:
    """Loads in the feeder by name, each with its power and the factors of its hours."""
    area = scenario.distribution[0]
    bus = next(b.root_bus for b in scenario.boundaries)
    return dataclasses.replace(
        scenario,
        loads=tuple(Load(area, name, bus, mw, profile=name) for name, (mw, _) in loads.items()),
        profiles=tuple(
            ProfileValue(name, t, value)
            for name, (_, factors) in loads.items()
            for t, value in enumerate(factors, start=1)
        ),
    )


@pytest.fixture(scope="module")
def net(quiet) -> Scenario:
    return with_loads(quiet, {"net": (FEEDER_MW, FACTORS)})


@pytest.mark.parametrize("design", ["integrated", "cmo"])
def test_net_load_is_a_load_and_a_fixed_plant(quiet, net, design):
    """2 MW times (1, -0.5, 0.25) is 2 MW times (1, 0, 0.25) and -1 MW in the second hour."""
    parts = {"use": (FEEDER_MW, (1.0, 0.0, 0.25)), "plant": (-FEEDER_MW, (0.0, 0.5, 0.0))}
    one, two = (tandem.clear(s, design) for s in (net, with_loads(quiet, parts)))
    assert one.welfare_usd == pytest.approx(two.welfare_usd)
    assert all(check.passed for check in tandem.validate(net, one))


def test_what_it_gives_may_have_to_be_spilled(net):
    """The boundary takes nothing back, and no one uses the 1 MW of the second hour."""
    closed = tuple(dataclasses.replace(b, p_min_mw=0.0) for b in net.boundaries)
    alone = dataclasses.replace(net, boundaries=closed, bids=(), offers=_of_generators(net))
    dispatch = tandem.clear(alone, "integrated").frame("dispatch")
    spilled = dispatch[dispatch["kind"] == "spilled"].groupby("period")["p_mw"].sum()
    assert spilled.loc[2] == pytest.approx(-FEEDER_MW * FACTORS[1])


def test_its_account_is_paid_for_what_it_gives(net):
    clearing = tandem.clear(net, "cmo")
    settled = tandem.settle(net, clearing)
    assert settled.settlement_imbalance_usd == 0.0
    assert settled.net_surplus_usd == pytest.approx(clearing.welfare_usd, abs=0.02)


def _of_generators(scenario: Scenario):
    names = {g.generator for g in scenario.generators}
    return tuple(o for o in scenario.offers if o.owner in names)
