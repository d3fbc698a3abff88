"""Feeders at every load of transmission are its load, with the shares that are stated."""

from pathlib import Path

import numpy as np
import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.importers.matpower import import_matpower
from scenarios.importers.matpower.per_load import FeedersPerLoad
from scenarios.resources import Resources
from scenarios.scenario import Scenario

CASES = Path(__file__).parent / "cases"
GRID, FEEDERS = CASES / "T14.m", (CASES / "D17_1.m", CASES / "three_bus_feeder.m")
SHARES = Resources(pv=0.3, batteries=0.1, flexible=0.2, seed=7)


def hung(resources=SHARES, feeders=None, **where) -> Scenario:
    per_load = FeedersPerLoad(FEEDERS, resources=resources, **where)
    return import_matpower(GRID, feeders or {}, per_load=per_load)


@pytest.fixture(scope="module")
def nation() -> Scenario:
    return hung()


@pytest.fixture(scope="module")
def load_of_bus() -> dict[str, float]:
    """Active load of the transmission file (MW) by bus."""
    return {load.bus: load.p_mw for load in import_matpower(GRID, {}).loads}


def peak_mw(scenario: Scenario, area: str) -> float:
    """Fixed and flexible load of an area."""
    fixed = sum(r.p_mw for r in scenario.loads if r.area == area)
    names = {r.bid: r.p_max_mw for r in scenario.bids if r.area == area}
    return fixed + sum(mw for name, mw in names.items() if name.startswith("flexible-"))


def test_every_load_has_a_feeder_of_its_size(nation, load_of_bus):
    assert {b.transmission_bus for b in nation.boundaries} == load_of_bus.keys()
    assert not [load for load in nation.loads if load.area == "T"]
    for bus, mw in load_of_bus.items():
        assert peak_mw(nation, f"D{bus}") == pytest.approx(mw)


def test_feeders_come_in_turn(nation):
    buses = [sum(b.area == area for b in nation.buses) for area in nation.distribution]
    assert buses == [(17, 3)[n % 2] for n in range(len(buses))]


def test_shares_are_those_that_are_stated(nation, load_of_bus):
    for bus, mw in load_of_bus.items():
        area = f"D{bus}"
        pv = sum(g.p_max_mw for g in nation.generators if (g.area, g.technology) == (area, "pv"))
        stores = sum(s.p_discharge_max_mw for s in nation.storage if s.area == area)
        flexible = [r for r in nation.bids if r.area == area and r.bid.startswith("flexible-")]
        assert pv == pytest.approx(SHARES.pv * mw)
        assert stores == pytest.approx(SHARES.batteries * mw)
        assert sum(r.p_max_mw for r in flexible) == pytest.approx(SHARES.flexible * mw)


def test_one_seed_gives_one_nation(nation):
    assert hung() == nation
    assert hung(Resources(0.3, 0.1, 0.2, seed=8)) != nation


def test_other_feeders_leave_what_one_draws_as_it_is(nation):
    few = hung(buses=("12", "9"))
    assert [g for g in few.generators if g.technology == "pv" and g.area == "D12"] == [
        g for g in nation.generators if g.technology == "pv" and g.area == "D12"
    ]


def test_without_shares_a_feeder_is_scaled_alone():
    """Voltages in p.u. do not change where k feeders stand side by side: r k is what it was."""
    plain, own = hung(Resources(), buses=("9",)), import_matpower(GRID, {"9": FEEDERS[0]})
    k = peak_mw(plain, "D9") / peak_mw(own, "D9")
    drops = [[b.r_pu for b in scenario.branches if b.area == "D9"] for scenario in (plain, own)]
    assert np.array(drops[0]) * k == pytest.approx(np.array(drops[1]))
    assert not plain.storage


def test_loads_above_a_limit_alone(load_of_bus):
    scenario = hung(above_mw=29.0)
    expected = {bus for bus, mw in load_of_bus.items() if mw > 29.0}
    assert {b.transmission_bus for b in scenario.boundaries} == expected
    assert {r.bus for r in scenario.loads if r.area == "T"} == load_of_bus.keys() - expected


def test_a_bus_with_a_feeder_of_its_own_keeps_it(load_of_bus):
    scenario = hung(feeders={"9": CASES / "D17_2.m"})
    assert [b.boundary for b in scenario.boundaries].count("B9") == 1
    assert len(scenario.boundaries) == len(load_of_bus)


def test_the_nation_clears_and_serves_every_hour(nation):
    clearing = Integrated().clear(Operators(nation, distribution="transport"), "integrated")
    served = clearing.frame("dispatch").query("kind == 'load'")["p_mw"].sum()
    asked = sum(load.p_mw * nation.profile_arrays[load.profile].sum() for load in nation.loads)
    assert served == pytest.approx(asked)


@pytest.mark.parametrize(
    ("where", "finding"),
    [
        ({"buses": ("7", "99")}, "bus '7' of T14.m has no load to replace"),
        ({"buses": ("7", "99")}, "bus '99' of T14.m has no load to replace"),
        ({"buses": ("9",), "feeders": {"9": FEEDERS[0]}}, "a feeder of its own stands there"),
        ({"above_mw": 1e3}, "no load of T14.m is above 1000 MW"),
    ],
)
def test_places_without_a_load_are_findings(where, finding):
    with pytest.raises(InvalidInput) as refused:
        hung(**where)
    assert finding in [f.finding for f in refused.value.findings]


def test_a_feeder_without_load_cannot_be_scaled(tmp_path):
    text = FEEDERS[1].read_text()
    empty = tmp_path / "empty.m"
    empty.write_text(
        text.replace("mpc.branch =", "mpc.bus(:, [3, 4]) = mpc.bus(:, [3, 4]) * 0;\nmpc.branch =")
    )
    with pytest.raises(InvalidInput, match="cannot be scaled"):
        import_matpower(GRID, {}, per_load=FeedersPerLoad((empty,)))


def test_shares_that_cannot_be_are_found_together():
    with pytest.raises(InvalidInput) as refused:
        Resources(pv=-0.1, batteries=float("nan"), flexible=1.2, seed=-1)
    places = [f.place for f in refused.value.findings]
    assert places == ["share of pv", "share of batteries", "share of flexible", "seed"]
