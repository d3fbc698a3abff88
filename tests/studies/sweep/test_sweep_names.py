from pathlib import Path

import pytest

from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.designs.local_wholesale import LocalWholesale
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.systems import build_system
from studies.study.study import Study
from studies.sweep.knob import Case
from studies.sweep.parameters import read_parameters, settled

DESIGNS = {
    "conventional": Conventional(),
    "cmo": Cmo(),
    "local_wholesale": LocalWholesale(),
    "integrated": Integrated(),
}


def case_of(system, designs=None):
    return Case(Study("s", Path("scenario"), designs or DESIGNS), build_system(system))


@pytest.fixture(scope="module")
def local():
    return case_of("local-wholesale")


@pytest.fixture(scope="module")
def b():
    return case_of("B", {"conventional": Conventional(), "cmo": Cmo()})


def turned(case, text):
    """The case with the first value of `text` set."""
    (parameter,) = read_parameters([text], case)
    return settled([parameter], case, parameter.values[:1])


def refused(case, *over):
    with pytest.raises(InvalidInput) as caught:
        read_parameters(over, case)
    return caught.value.findings


def column(rows, name, **where):
    return [getattr(r, name) for r in rows if all(getattr(r, k) == v for k, v in where.items())]


def test_load_scales_consumers_in_distribution_alone(local):
    other = turned(local, "load=0.5").scenario
    for before, after in zip(local.scenario.loads, other.loads, strict=True):
        factor = 1.0 if before.area == local.scenario.transmission else 0.5
        assert after.p_mw == factor * before.p_mw
        assert after.q_mvar == factor * before.q_mvar


def test_load_widens_bids_and_keeps_their_first_and_last_price(local):
    other = turned(local, "load=0.5").scenario
    bids = {(k.area, k.bid) for k in local.scenario.bids}
    for before, after in zip(local.scenario.offers, other.offers, strict=True):
        if (before.area, before.owner) in bids:
            assert after.quantity_mw == pytest.approx(0.5 * before.quantity_mw)
            assert after.price_usd_per_mwh == before.price_usd_per_mwh
            fall = before.slope_usd_per_mw2h * before.quantity_mw
            assert after.slope_usd_per_mw2h * after.quantity_mw == pytest.approx(fall)
        else:
            assert after == before


def test_no_load_can_be_cleared(local):
    assert all(k.p_max_mw == 0 for k in turned(local, "load=0").scenario.bids)


def test_pv_scales_capacity_and_offers_of_pv_alone(b):
    other = turned(b, "pv=2").scenario
    for before, after in zip(b.scenario.generators, other.generators, strict=True):
        assert after.p_max_mw == before.p_max_mw * (2 if before.technology == "pv" else 1)


@pytest.mark.parametrize("factor", [0.0, 2.0])
def test_der_scales_all_that_distribution_makes_and_stores_and_nothing_above(b, factor):
    other = turned(b, f"der={factor}").scenario
    assert check_scenario(other) == ()
    for before, after in zip(b.scenario.generators, other.generators, strict=True):
        assert after.p_max_mw == before.p_max_mw * (1 if before.area == "T" else factor)
    for before, after in zip(b.scenario.storage, other.storage, strict=True):
        assert after.energy_max_mwh == factor * before.energy_max_mwh
        assert after.p_charge_max_mw == factor * before.p_charge_max_mw


def test_gamma_is_that_of_every_type1(local):
    other = turned(local, "gamma=0.25").scenario
    assert set(column(other.generators, "gamma", participation="type1")) == {0.25}
    assert set(column(other.generators, "gamma", participation=None)) == {None}


def test_chi_is_that_of_the_conventional_design(local):
    designs = turned(local, "chi=85").study.designs
    assert designs["conventional"] == Conventional(chi_percent=85.0)
    assert {**designs, "conventional": None} == {**DESIGNS, "conventional": None}


def test_voll_is_a_price(local):
    assert turned(local, "voll=900").scenario.voll_usd_per_mwh == 900.0
    assert turned(local, "scenario.voll_usd_per_mwh=900") == turned(local, "voll=900")


def test_column_of_all_rows_leaves_rows_without_a_value(local):
    assert turned(local, "generators.gamma=0.25") == turned(local, "gamma=0.25")


def test_column_of_one_row(local):
    other = turned(local, "generators[D10/dg1-a].beta=30").scenario
    assert column(other.generators, "beta", area="D10", generator="dg1-a") == [30.0]
    assert column(other.generators, "beta", area="D14", generator="dg1-a") == [16.5]


def test_row_is_named_without_its_area_where_one_area_has_it(local):
    name = "generators[dg1-b].beta=30"
    assert turned(local, name) == turned(local, "generators[D10/dg1-b].beta=30")


def test_beginning_of_a_name_means_all_rows_that_begin_so(local):
    other = turned(local, "loads[D10].p_mw=0.5").scenario
    assert set(column(other.loads, "p_mw", area="D10")) == {0.5}
    assert column(other.loads, "p_mw", area="D14") == column(
        local.scenario.loads, "p_mw", area="D14"
    )


def test_values_after_a_star_are_factors(b):
    other = turned(b, "storage.energy_max_mwh=*1.5").scenario
    for before, after in zip(b.scenario.storage, other.storage, strict=True):
        assert after.energy_max_mwh == 1.5 * before.energy_max_mwh


def test_a_bus_can_be_swept(b):
    store = b.scenario.storage[0]
    other = turned(b, f"storage[{store.area}/{store.storage}].bus=5").scenario
    assert other.storage[0].bus == "5"


def test_key_of_a_design(local):
    assert turned(local, "designs.local_wholesale.gamma=0.3").study.designs[
        "local_wholesale"
    ] == LocalWholesale(gamma=0.3)


def test_another_method_starts_from_its_defaults():
    case = case_of("two-blocks", {"cmo": Cmo(Schedules(gap_relative=1e-9))})
    assert turned(case, "designs.cmo.method=exchange").study.designs["cmo"] == Cmo(Exchange())


def test_later_parameters_see_earlier_ones(local):
    found = read_parameters(["designs.cmo.method=exchange", "designs.cmo.damping=0.5,1"], local)
    assert settled(found, local, ["exchange", 1.0]).study.designs["cmo"] == Cmo(
        Exchange(damping=1.0)
    )


def test_formulation_and_solver_can_be_swept(local):
    assert turned(local, "formulation.distribution=transport").study.formulation.distribution == (
        "transport"
    )
    assert turned(local, "solver.time_limit_s=9").study.solver.time_limit_s == 9.0


@pytest.mark.parametrize(
    ("over", "place", "words"),
    [
        ("gama=0:1:0.5", "--over gama", "near: 'gamma'"),
        ("load", "--over 'load'", "NAME=VALUES"),
        ("load=a", "--over load", "'a'"),
        ("load=-1", "--over load=-1.0", "at least 0"),
        ("load=*1", "--over load", "takes no factor"),
        ("gamma=0,2", "--over gamma=2.0", "it must be from 0 to 1"),
        ("pv=2", "--over pv=2.0", "no generator has technology 'pv'"),
        ("voll=10", "--over voll=10.0", "raise voll_usd_per_mwh"),
        ("chi=-5", "--over chi=-5.0", "at least 0 %"),
        ("generators.gama=1", "--over generators.gama", "near: 'gamma'"),
        ("generators.generator=a", "--over generators.generator", "names the row"),
        ("generators[dg9].beta=1", "--over generators[dg9].beta", "no generator 'dg9'"),
        ("generators[dg1-a].beta=1", "--over generators[dg1-a].beta", "name the area too"),
        ("storage.energy_max_mwh=1", "--over storage.energy_max_mwh", "no row of table"),
        ("designs.cmoo.gap_relative=1", "--over designs.cmoo.gap_relative", "near: 'cmo'"),
        ("designs.cmo.gap_rel=1", "--over designs.cmo.gap_rel", "near: 'gap_relative'"),
        ("designs.cmo.method=magic", "--over designs.cmo.method=magic", "'magic'"),
        ("designs.cmo.damping=1", "--over designs.cmo.damping=1.0", "unknown key"),
        ("formulation.distribution=ac", "--over formulation.distribution=ac", "'ac'"),
        ("formulation.speed=1", "--over formulation.speed", "'speed'"),
        ("scenario.hours=1", "--over scenario.hours", "'hours'"),
        ("solver.time_limit_s=0", "--over solver.time_limit_s=0.0", "time > 0 s"),
        ("bids.tan_phi=true", "--over bids.tan_phi", "finite number"),
    ],
)
def test_each_misfit_names_its_place_and_what_is_wrong(local, over, place, words):
    (finding, *_) = refused(local, over)
    assert finding.place.startswith(place)
    assert words in str(finding)


def test_all_misfits_come_together(local):
    found = refused(local, "gama=1", "load=0:1:0", "pv=x", "load=1", "load=2")
    assert [f.place for f in found] == [
        "--over gama",
        "--over load",
        "--over pv",
        "--over load",
    ]


def test_values_that_break_the_scenario_come_together(local):
    places = {f.place.partition(":")[0] for f in refused(local, "gamma=-1,0.5,2", "voll=10,500")}
    assert places == {"--over gamma=-1.0", "--over gamma=2.0", "--over voll=10.0"}


def test_conventional_designs_that_chi_would_make_the_same_are_refused():
    designs = {"a": Conventional(chi_percent=70.0), "b": Conventional(chi_percent=85.0)}
    (finding,) = refused(case_of("two-blocks", designs), "chi=100")
    assert "--design" in finding.cure


def test_gamma_that_no_design_looks_at_is_refused():
    case = case_of("local-wholesale", {"a": LocalWholesale(gamma=0.5), "b": Cmo()})
    (finding,) = refused(case, "gamma=0.5")
    assert "no design" in finding.finding


def test_what_is_wrong_with_every_value_is_said_once():
    case = case_of("local-wholesale", {"b": Cmo()})
    (finding,) = refused(case, "gamma=0,0.5,1")
    assert finding.place == "--over gamma: gamma"


def test_gamma_without_type1_is_refused():
    (finding,) = refused(case_of("two-blocks"), "gamma=0.5")
    assert "local-wholesale" in finding.cure


def test_parameter_that_a_later_one_sets_again_is_refused(local):
    (finding,) = refused(local, "chi=70,100", "designs.conventional.chi_percent=70,100")
    assert finding.place == "--over chi"
    assert "no effect" in finding.finding
