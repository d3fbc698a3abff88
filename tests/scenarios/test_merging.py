"""All areas as one network."""

from dataclasses import replace

import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.merging import merge, merged_bus
from scenarios.systems import build_system
from security.load_flow import base_load_flow


@pytest.fixture(scope="module")
def system():
    return build_system("A")


def test_every_bus_but_the_roots_stays(system):
    roots = len(system.boundaries)
    assert len(merge(system).buses) == len(system.buses) - roots


def test_a_root_is_the_bus_that_feeds_it(system):
    b = system.boundaries[0]
    assert merged_bus(system, b.area, b.root_bus) == b.transmission_bus


def test_impedance_is_the_same_in_ohms(system):
    """ohm = p.u. * kV^2 / MVA, so p.u. / MVA must not change."""
    base = {a.area: a.base_mva for a in system.areas}
    merged = merge(system)
    for own, moved in zip(system.branches, merged.branches, strict=True):
        assert moved.x_pu / base[system.transmission] == pytest.approx(own.x_pu / base[own.area])
        assert moved.b_pu * base[system.transmission] == pytest.approx(own.b_pu * base[own.area])


def test_names_stay_unique(system):
    merged = merge(system)
    for table, key in (("buses", "bus"), ("branches", "branch"), ("loads", "load")):
        names = [getattr(row, key) for row in getattr(merged, table)]
        assert len(names) == len(set(names))


def test_dc_on_the_merged_network_is_the_integrated_market_with_transport(system):
    """On a tree the angles are free to give any flow, so DC and transport agree."""
    bare = replace(system, branches=tuple(replace(k, r_pu=0.0) for k in system.branches))
    apart = Integrated().clear(Operators(bare, distribution="transport"))
    together = Integrated().clear(Operators(merge(bare)))
    assert together.welfare_usd == pytest.approx(apart.welfare_usd, rel=1e-7)


def test_a_transmission_bus_named_like_a_feeders_bus_stays_another(system):
    """Bus 'D10/2' of transmission beside bus '2' of area D10: a load flow of both, and of one."""
    name = "D10/2"
    renamed = {"2": name}

    def moved(row):
        ends = {"bus", "from_bus", "to_bus"} if row.area == "T" else set()
        held = {end for end in ends if hasattr(row, end)}
        return replace(row, **{e: renamed.get(getattr(row, e), getattr(row, e)) for e in held})

    tables = ("buses", "branches", "generators", "loads")
    odd = system.with_tables({t: [moved(row) for row in system.table(t)] for t in tables})
    assert {row.bus for row in merge(odd).buses} >= {f"'{name}'", name}
    test_names_stay_unique(odd)
    plain, other = (base_load_flow(s, 1, "merged").areas["T"].v for s in (system, odd))
    assert other == pytest.approx(plain)
