"""The shipped systems are sound, hold what their descriptions say, and clear as they should."""

import dataclasses

import pytest

from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.networks import load_network
from scenarios.systems import SYSTEMS, build_system
from security.load_flow import base_load_flow
from security.outages.ac import Before


def cleared(scenario, distribution="transport"):
    return Integrated().clear(Operators(scenario, distribution=distribution), "integrated")


def shed_and_spilled(clearing):
    dispatch = clearing.tables["dispatch"].to_pandas()
    scarce = dispatch[dispatch["kind"].isin(["unserved", "spilled"])]
    return scarce["p_mw"].sum() + dispatch["unserved_mw"].sum()


def at_hour(scenario, hour):
    """The scenario of one hour; only where no device couples hours."""
    return dataclasses.replace(
        scenario,
        hours=(1.0,),
        offers=tuple(
            dataclasses.replace(o, period=o.period and 1)
            for o in scenario.offers
            if o.period in (None, hour)
        ),
        profiles=tuple(
            dataclasses.replace(p, period=1) for p in scenario.profiles if p.period == hour
        ),
    )


@pytest.mark.parametrize("name", SYSTEMS)
def test_no_finding_in_any_system(name):
    assert check_scenario(build_system(name)) == ()


@pytest.mark.parametrize("name", SYSTEMS)
def test_building_twice_gives_the_same_system(name):
    assert build_system(name) == build_system(name)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_is_called_by_its_name(name):
    assert build_system(name).name == name


LOSSES = {
    "ieee14": 13.393,
    "ieee30": 17.557,
    "ieee118": 132.863,
    "feeder16": 0.51144,
    "feeder33": 0.202677,
    "feeder17": 0.66187,
    "feeder17_as_published": 0.95068,
    "feeder141": 0.63270,
}


@pytest.mark.parametrize(("name", "loss_mw"), LOSSES.items())
def test_a_network_by_itself_has_the_losses_of_the_literature(name, loss_mw):
    """A feeder hangs below a bus at 1 p.u."""
    flow = base_load_flow(build_system(name))
    assert flow.loss_mw == pytest.approx(loss_mw, abs=5e-4 if name.startswith("ieee") else 5e-6)


def test_ratings_of_t14d3_are_those_of_its_base_case():
    """1.3 times the power at the fuller end of every line, at least 15 MVA."""
    scenario = build_system("T14D3")
    before = Before.of(scenario)
    carried = before.intact().loading_mva
    rating = {k.branch: k.rating_mva for k in scenario.branches if k.area == "T"}
    told = [rating[name] for name in before.layout.upper.branches]
    assert told == pytest.approx([max(1.3 * s, 15.0) for s in carried], abs=5e-4)


def test_unknown_system_is_refused_with_the_known_names():
    with pytest.raises(InvalidInput, match="'two-blocks'"):
        build_system("two_blocks")


# System A -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def system_a():
    return build_system("A")


@pytest.mark.parametrize(
    ("hour", "net_demand_mw"),
    [
        (6, (4.815, 3.745, 5.885)),
        (10, (4.545, 3.535, 5.555)),
        (16, (5.580, 4.340, 6.820)),
        (19, (10.350, 8.050, 12.650)),
    ],
)
def test_net_essential_demand_of_system_a(system_a, hour, net_demand_mw):
    """Feeder of 18 MW at hour 10: 0.65 x 18 x 0.85 - 0.15 x 18 x (2 x 0.80 + 0.40) = 4.545."""
    for area, expected in zip(("D10", "D13", "D14"), net_demand_mw, strict=True):
        view = system_a.area(area)
        fixed = sum(d.p_mw * view.factor(d.profile)[hour - 1] for d in view.loads.values())
        free = sum(
            g.p_max_mw * view.factor(g.profile)[hour - 1]
            for g in view.generators.values()
            if g.technology in ("pv", "wind")
        )
        assert fixed - free == pytest.approx(expected)


@pytest.mark.parametrize(
    ("hour", "welfare_usd", "boundary_mw", "lmp"),
    [
        (6, -4326.2392, (5.4512, 4.2398, 6.6625), (42.4155, 42.4155, 42.4155)),
        (10, -7319.1371, (3.5646, 2.7725, 4.3568), (50.0067, 50.0067, 50.0067)),
        (16, -6928.6612, (4.7761, 3.7148, 5.8375), (49.0774, 49.0774, 49.0774)),
        (19, -10045.3562, (7.3658, 4.5500, 7.5959), (58.5507, 73.0723, 65.4508)),
    ],
)
def test_system_a_clears_at_the_reference_point(system_a, hour, welfare_usd, boundary_mw, lmp):
    """Reference: two programs, independent of each other and of this one, to all digits shown."""
    clearing = cleared(at_hour(system_a, hour))
    boundary = clearing.tables["boundary"].to_pandas().set_index("boundary")
    ends = ["B10", "B13", "B14"]
    assert clearing.welfare_usd == pytest.approx(welfare_usd, abs=5e-4)
    assert boundary.loc[ends, "p_mw"].to_numpy() == pytest.approx(boundary_mw, abs=5e-4)
    assert boundary.loc[ends, "lmp_usd_per_mwh"].to_numpy() == pytest.approx(lmp, abs=5e-4)


def test_without_line_limits_system_a_has_one_price_at_hour_19(system_a):
    """Reference of the same two programs: welfare -9989.4700 $/h, price 55.8312 $/MWh."""
    unlimited = tuple(
        dataclasses.replace(k, rating_mva=None) if k.area == "T" else k for k in system_a.branches
    )
    clearing = cleared(at_hour(dataclasses.replace(system_a, branches=unlimited), 19))
    boundary = clearing.tables["boundary"].to_pandas()
    assert clearing.welfare_usd == pytest.approx(-9989.4700, abs=5e-4)
    assert boundary["p_mw"].to_numpy() == pytest.approx((8.0397, 6.2531, 9.8263), abs=5e-4)
    assert boundary["lmp_usd_per_mwh"].to_numpy() == pytest.approx(55.8312, abs=5e-4)


def test_value_of_a_flexible_load_falls_by_24_in_every_hour(system_a):
    offers = [o for o in system_a.offers if o.owner.startswith("flex")]
    falls = [o.slope_usd_per_mw2h * o.quantity_mw for o in offers]
    assert falls == pytest.approx([24.0] * len(offers))


def test_feeders_replace_the_load_of_their_boundary_bus(system_a):
    loaded = {load.bus for load in system_a.area("T").loads.values()}
    assert loaded == {"2", "3", "4", "5", "6", "9", "11", "12"}


def test_voltage_limits_leave_system_a_solvable(system_a):
    assert shed_and_spilled(cleared(system_a, "lindistflow")) == pytest.approx(0.0, abs=1e-6)


# Two blocks ---------------------------------------------------------------------------------------


def test_two_blocks_clears_at_the_value_of_the_flexible_load():
    """50 MW at 20 $/MWh serve 40 MW fixed and 10 MW worth 30: price 30, welfare 300 - 1000."""
    clearing = cleared(build_system("two-blocks"), "lindistflow")
    assert clearing.welfare_usd == pytest.approx(-700.0)
    assert clearing.tables["boundary"]["lmp_usd_per_mwh"].to_pylist() == pytest.approx([30.0])


# Systems B and C ----------------------------------------------------------------------------------

LARGE = ("B", "C")


@pytest.fixture(scope="module", params=LARGE)
def large(request):
    return build_system(request.param)


@pytest.fixture(scope="module")
def cleared_large(large):
    return cleared(large, "lindistflow")


def test_nothing_is_shed_or_spilled_at_the_integrated_optimum(cleared_large):
    assert shed_and_spilled(cleared_large) == pytest.approx(0.0, abs=1e-6)


def test_a_few_transmission_lines_bind(cleared_large):
    flow = cleared_large.tables["flow"].to_pandas()
    rated = flow[(flow["area"] == "T") & flow["rating_mva"].notna()]
    binding = rated[rated["p_mw"].abs() > rated["rating_mva"] - 1e-6]
    assert 2 <= binding["branch"].nunique() <= 8


def test_prices_of_the_day_spread_from_night_to_peak(cleared_large):
    """Below 30 $/MWh at night, above 60 at peak: the day is neither flat nor scarce."""
    lmp = cleared_large.tables["lmp"].to_pandas()
    lmp = lmp.loc[lmp["area"] == "T", "lmp_usd_per_mwh"]
    assert 15.0 < lmp.min() < 30.0
    assert 60.0 < lmp.max() < 80.0


@pytest.mark.parametrize(("name", "network"), [("B", "ieee30"), ("C", "ieee118")])
def test_each_feeder_is_as_large_as_the_load_it_replaces(name, network):
    scenario, peak = build_system(name), {}
    for load in (*scenario.loads, *scenario.bids):
        p_mw = load.p_mw if hasattr(load, "p_mw") else load.p_max_mw
        peak[load.area] = peak.get(load.area, 0.0) + p_mw
    original = {load.bus: load.p_mw for load in load_network(network, "T").loads}
    for boundary in scenario.boundaries:
        assert peak[boundary.area] == pytest.approx(original[boundary.transmission_bus])


def test_system_c_has_the_boundaries_of_the_118_bus_case():
    buses = {b.transmission_bus for b in build_system("C").boundaries}
    assert len(buses) == 12
    assert {"39", "50", "67", "98"} <= buses


def test_every_feeder_of_system_c_can_do_with_seven_tenths_of_its_essential_demand():
    """Dispatchable 3 x 0.08 of nominal and batteries serve what a bid of 70 % leaves open."""
    clearing = Conventional(chi_percent=70.0).clear(Operators(build_system("C")))
    dispatch = clearing.tables["dispatch"].to_pandas()
    assert dispatch.unserved_mw.max() < 1e-9


def test_system_c_has_six_feeders_of_each_size():
    scenario = build_system("C")
    sizes = sorted(len(scenario.area(name).network.buses) for name in scenario.distribution)
    assert sizes == [33] * 6 + [141] * 6
