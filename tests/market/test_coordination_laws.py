"""Whatever the scenario, coordination finds the integrated optimum and bounds it on the way."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.coordination import Late
from market.coordination.anderson import weights
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.records import TABLES, Area, Bid, Boundary, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario

SOLVED = 1e-7  # part of the welfare; what solvers may leave
TIGHT = Cmo(Schedules(gap_relative=1e-7))
COUPLED = {"storage": True, "ramps": True, "shiftable": True}

flags = st.fixed_dictionaries(dict.fromkeys(("quadratic", "congested"), st.booleans()))
couplings = st.sampled_from([{}, COUPLED])
days = st.sampled_from([(1.0, 1.0, 1.0), (0.5, 1.0, 2.0)])
seeds = st.integers(0, 10**6)


def over_scenarios(examples=10, *, coupled=couplings):
    """Seeds and options of scenarios, as arguments of a test."""

    def decorate(test):
        drawn = given(seed=seeds, options=flags, coupled=coupled, hours=days)(test)
        return settings(max_examples=examples, deadline=None, derandomize=True)(drawn)

    return decorate


def tolerated(clearing):
    """Money ($) that the solvers and the certificate leave open."""
    certificate = clearing.certificate
    return certificate.upper_usd - certificate.lower_usd + SOLVED * abs(certificate.upper_usd)


def bounds(clearing):
    rounds = clearing.tables["round"].to_pandas()
    return rounds.lower_usd.to_numpy(), rounds.upper_usd.to_numpy()


@over_scenarios()
def test_schedules_find_the_integrated_optimum(
    random_scenario, clear, seed, options, coupled, hours
):
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    best, found = clear(scenario, Integrated()), clear(scenario, TIGHT)
    assert found.status is Status.AGREED
    assert found.certificate.gap_relative <= 1e-7
    assert found.welfare_usd == pytest.approx(best.welfare_usd, abs=tolerated(found))


@over_scenarios()
@pytest.mark.parametrize(
    "method",
    [
        Schedules(1e-7),
        Exchange(max_rounds=8),
        Exchange(1.0, max_rounds=8),
        Exchange(anderson=3, max_rounds=8),
    ],
)
def test_every_round_brackets_the_integrated_welfare(
    random_scenario, clear, method, seed, options, coupled, hours
):
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    best = clear(scenario, Integrated()).welfare_usd
    lower, upper = bounds(clear(scenario, Cmo(method)))
    assert (lower <= best + SOLVED * abs(best)).all()
    assert (upper >= best - SOLVED * abs(best)).all()


@over_scenarios(6)
@pytest.mark.parametrize("distribution", ["transport", "lindistflow", "branch_flow_cone"])
@pytest.mark.parametrize("gap", [0.1, 1e-3])
def test_operators_that_stop_early_leave_no_more_than_certified(
    random_scenario, clear, distribution, gap, seed, options, coupled, hours
):
    """What the validator finds unearned at the prices is within the gap of the certificate."""
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    clear(scenario, Cmo(Schedules(gap)), distribution=distribution)


@over_scenarios()
def test_bounds_by_schedules_only_come_closer(
    random_scenario, clear, seed, options, coupled, hours
):
    lower, upper = bounds(clear(random_scenario(seed, **options, **coupled, hours=hours), TIGHT))
    room = SOLVED * abs(lower[-1])
    assert (np.diff(lower) >= -room).all()
    assert (np.diff(upper) <= room).all()


@over_scenarios()
def test_an_exchange_that_transmission_damps_finds_the_integrated_optimum(
    random_scenario, clear, seed, options, coupled, hours
):
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    best, found = clear(scenario, Integrated()), clear(scenario, Cmo(Exchange()))
    assert found.status is Status.AGREED
    assert found.welfare_usd == pytest.approx(best.welfare_usd, rel=1e-6)


@over_scenarios()
def test_a_damped_exchange_that_agrees_finds_the_integrated_optimum(
    random_scenario, clear, seed, options, coupled, hours
):
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    found = clear(scenario, Cmo(Exchange(damping=0.5, max_rounds=30)))
    if found.status is Status.AGREED:
        best = clear(scenario, Integrated()).welfare_usd
        assert found.welfare_usd == pytest.approx(best, abs=tolerated(found))


@over_scenarios()
def test_no_share_of_essential_demand_beats_the_integrated_optimum(
    random_scenario, clear, seed, options, coupled, hours
):
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    best = clear(scenario, Integrated()).welfare_usd
    for chi in (60.0, 100.0, 140.0):
        found = clear(scenario, Conventional(chi_percent=chi)).welfare_usd
        assert found <= best + SOLVED * abs(best)


@over_scenarios(6)
def test_the_order_of_areas_does_not_matter(random_scenario, clear, seed, options, coupled, hours):
    scenario = random_scenario(seed, **options, **coupled, hours=hours, feeders=3)
    turned = dataclasses.replace(
        scenario, **{name: getattr(scenario, name)[::-1] for name in ("areas", "boundaries")}
    )
    one, other = clear(scenario, TIGHT), clear(turned, TIGHT)
    assert other.welfare_usd == pytest.approx(one.welfare_usd, abs=tolerated(one))


def with_empty_feeder(scenario):
    """One more distribution area: a bus and nothing else."""
    return dataclasses.replace(
        scenario,
        areas=(*scenario.areas, Area("empty", "distribution", 10.0, "A")),
        buses=(*scenario.buses, Bus("empty", "d0", 10.0, 0.95, 1.05, kind="slack")),
        boundaries=(*scenario.boundaries, Boundary("nowhere", "t1", "empty", "d0")),
    )


@over_scenarios(6)
@pytest.mark.parametrize("design", [Integrated(), TIGHT, Conventional(100.0)])
def test_an_empty_feeder_changes_nothing(
    random_scenario, clear, design, seed, options, coupled, hours
):
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    without, beside = clear(scenario, design), clear(with_empty_feeder(scenario), design)
    assert beside.welfare_usd == pytest.approx(without.welfare_usd, rel=2 * SOLVED)


def at_period(scenario, period):
    """The scenario cut to one of its periods."""
    values = [dataclasses.replace(v, period=1) for v in scenario.profiles if v.period == period]
    hours = (scenario.hours[period - 1],)
    return dataclasses.replace(scenario, hours=hours, profiles=tuple(values))


@over_scenarios(6, coupled=st.just({}))
@pytest.mark.parametrize("design", [Integrated(), TIGHT, Conventional(100.0)])
def test_hours_that_nothing_couples_clear_alone(
    random_scenario, clear, design, seed, options, coupled, hours
):
    scenario = random_scenario(seed, **options, hours=hours)
    day = clear(scenario, design).welfare_usd
    alone = [clear(at_period(scenario, t), design).welfare_usd for t in scenario.periods]
    assert sum(alone) == pytest.approx(day, rel=2 * SOLVED)


def rescaled(scenario, factor):
    """The same day in other units: every power times `factor`, every price divided by it."""
    powers = {"MW": 1, "Mvar": 1, "MVA": 1, "MWh": 1, "MW/h": 1, "$/MWh": -1, "$/MW2h": -2}

    def converted(record):
        new = {
            f.name: getattr(record, f.name) * factor ** powers[f.metadata["unit"]]
            for f in dataclasses.fields(record)
            if f.metadata["unit"] in powers and getattr(record, f.name) is not None
        }
        return dataclasses.replace(record, **new)

    return dataclasses.replace(
        scenario,
        voll_usd_per_mwh=scenario.voll_usd_per_mwh / factor,
        spill_usd_per_mwh=scenario.spill_usd_per_mwh / factor,
        **{name: tuple(map(converted, getattr(scenario, name))) for name in TABLES},
    )


def assert_worth_the_same(clear, scenario, design):
    megawatts, kilowatts = clear(scenario, design), clear(rescaled(scenario, 1e3), design)
    room = tolerated(megawatts) + tolerated(kilowatts)
    assert kilowatts.welfare_usd == pytest.approx(megawatts.welfare_usd, abs=room)


@over_scenarios(6)
def test_a_day_in_kilowatts_is_worth_as_much(random_scenario, clear, seed, options, coupled, hours):
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    assert_worth_the_same(clear, scenario, Integrated())


@over_scenarios(6)
def test_schedules_of_blocks_in_kilowatts_are_worth_as_much(
    random_scenario, clear, seed, options, coupled, hours
):
    blocks = {**options, "quadratic": False}
    scenario = random_scenario(seed, **blocks, **coupled, hours=hours)
    assert_worth_the_same(clear, scenario, TIGHT)


def on_base(scenario, factor):
    """The same impedances in per unit of other power bases."""
    areas = [dataclasses.replace(a, base_mva=a.base_mva * factor) for a in scenario.areas]
    branches = [
        dataclasses.replace(k, r_pu=k.r_pu * factor, x_pu=k.x_pu * factor)
        for k in scenario.branches
    ]
    return dataclasses.replace(scenario, areas=tuple(areas), branches=tuple(branches))


@over_scenarios(6)
def test_the_power_base_does_not_matter(random_scenario, clear, seed, options, coupled, hours):
    scenario = random_scenario(seed, **options, **coupled, hours=hours)
    one, other = (clear(on_base(scenario, base), Integrated()) for base in (1.0, 7.0))
    assert other.welfare_usd == pytest.approx(one.welfare_usd, rel=2 * SOLVED)


class Unpunctual:
    """A distribution operator that answers all questions but its second."""

    def __init__(self, operator):
        self.operator = operator
        self.asked = 0

    def __getattr__(self, name):
        return getattr(self.operator, name)

    def respond(self, prices, **more):
        self.asked += 1
        if self.asked == 2:
            raise Late("no answer")
        return self.operator.respond(prices, **more)


@pytest.fixture(scope="module")
def tight_day(random_scenario):
    """A day on which both methods take several rounds."""
    return random_scenario(5, quadratic=True, congested=True)


@pytest.fixture(scope="module")
def best(tight_day, clear):
    return clear(tight_day, Integrated()).welfare_usd


def late_market(scenario):
    market = Operators(scenario)
    market.distribution[1] = Unpunctual(market.distribution[1])
    return market


# The first reply to schedules comes before the first round, that to an exchange in it.
LATE = [(Schedules(1e-7), 1), (Exchange(0.5, max_rounds=6), 2)]


@pytest.mark.parametrize(("method", "round_"), LATE)
def test_an_area_that_is_late_is_named_in_its_round(tight_day, clear, method, round_):
    clearing = clear(tight_day, Cmo(method), late_market(tight_day))
    rounds = clearing.tables["round"].to_pandas()
    assert rounds[rounds.late != ""].set_index("round").late.to_dict() == {round_: "D1"}


@pytest.mark.parametrize(("method", "round_"), LATE)
def test_a_certificate_holds_though_an_area_was_late(tight_day, clear, best, method, round_):
    clearing = clear(tight_day, Cmo(method), late_market(tight_day))
    lower, upper = bounds(clearing)
    room = SOLVED * abs(best)
    assert (lower <= best + room).all()
    assert (upper >= best - room).all()
    assert clearing.certificate.lower_usd - room <= best <= clearing.certificate.upper_usd + room


def test_schedules_agree_though_an_area_was_late(tight_day, clear, best):
    clearing = clear(tight_day, TIGHT, late_market(tight_day))
    assert clearing.status is Status.AGREED
    assert clearing.welfare_usd == pytest.approx(best, abs=tolerated(clearing))


LIMITED = [Schedules(1e-7, max_rounds=2), Exchange(max_rounds=2)]


@pytest.mark.parametrize("method", LIMITED)
def test_rounds_run_out(tight_day, clear, best, method):
    clearing = clear(tight_day, Cmo(method))
    assert clearing.status is Status.OUT_OF_ROUNDS
    assert clearing.rounds == 2
    assert clearing.certificate.lower_usd < best < clearing.certificate.upper_usd


@pytest.mark.parametrize("method", LIMITED)
def test_time_runs_out(tight_day, clear, best, method):
    """The operators' own solvers keep their time; only the coordination has none left."""
    market = Operators(tight_day)
    market.time_limit_s = 0.0
    clearing = clear(tight_day, Cmo(method), market)
    assert clearing.status is Status.OUT_OF_TIME
    assert clearing.rounds == 1
    assert clearing.certificate.lower_usd < best < clearing.certificate.upper_usd


def linear_curves(ratio):
    """Supply at ratio x p $/MWh, flexible demand worth 10 (1 + ratio) - d: they meet at 10 MW.

    A load and a unit of 10.5 MW each at the feeder cancel but for the forecast, which counts
    loads only: the exchange starts 0.5 MW beside the optimum.
    """
    return Scenario(
        "linear", (1.0,), 500.0, 500.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (
            Bus("T", "a", 110.0, 0.9, 1.1, kind="slack"),
            Bus("D", "r", 10.0, 0.9, 1.1, kind="slack"),
        ),
        (),
        (Generator("T", "grid", "a", 0.0, 50.0), Generator("D", "unit", "r", 0.0, 10.5)),
        (
            Offer("T", "grid", None, 1, 50.0, 0.0, ratio),
            Offer("D", "unit", None, 1, 10.5, 0.0),
            Offer("D", "flex", None, 1, 50.0, 10.0 * (1 + ratio), 1.0),
        ),
        (Load("D", "load", "r", 10.5),),
        (Bid("D", "flex", "r", 0.0, 50.0),),
        boundaries=(Boundary("B", "a", "D", "r"),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ratio", "status"),
    [(0.5, Status.AGREED), (1.0, Status.CYCLING), (1.2, Status.OUT_OF_ROUNDS)],
)
def test_an_exchange_converges_where_supply_is_flatter_than_demand(clear, ratio, status):
    clearing = clear(linear_curves(ratio), Cmo(Exchange(damping=1.0, max_rounds=15)))
    assert clearing.status is status


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.2])
def test_every_round_of_an_exchange_multiplies_what_is_missing_by_the_ratio(clear, ratio):
    """0.5 MW beside the optimum, the demand moves by 0.5 (1 + ratio), then by ratio of that."""
    clearing = clear(linear_curves(ratio), Cmo(Exchange(damping=1.0, max_rounds=8)))
    moved = clearing.tables["round"].to_pandas().quantity_residual_mw.to_numpy()
    expected = 0.5 * (1 + ratio) * ratio ** np.arange(len(moved))
    assert moved == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.2])
def test_mixing_two_steps_finds_where_linear_curves_meet_in_the_third_round(clear, ratio):
    """Undamped steps lie on either side, and what they leave is linear in the demand."""
    clearing = clear(linear_curves(ratio), Cmo(Exchange(anderson=1, max_rounds=15)))
    assert clearing.status is Status.AGREED
    moved = clearing.tables["round"].to_pandas().quantity_residual_mw.to_numpy()
    assert moved[1] > 0.1
    assert moved[2] == pytest.approx(0.0, abs=1e-4)
    assert clearing.tables["boundary"].to_pandas().p_mw[0] == pytest.approx(10.0, abs=1e-3)


def test_weights_leave_the_least_and_add_up_to_one():
    """Of 3 and -1 a quarter and three quarters leave nothing; of 3 and 1 the smaller is best."""
    one = lambda *values: [np.array([v]) for v in values]  # noqa: E731
    assert weights(one(3.0, -1.0)) == pytest.approx([0.25, 0.75], abs=1e-5)
    assert weights(one(3.0, 1.0)) == pytest.approx([0.0, 1.0], abs=1e-5)
    assert weights(one(0.0, 0.0)).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.2])
def test_schedules_find_where_linear_curves_meet(clear, ratio):
    clearing = clear(linear_curves(ratio), TIGHT)
    assert clearing.status is Status.AGREED
    assert clearing.tables["boundary"].to_pandas().p_mw[0] == pytest.approx(10.0, abs=1e-2)


@pytest.mark.parametrize("method", [Schedules(), Exchange(1.0, max_rounds=2)])
def test_what_is_not_known_yet_is_null_and_never_infinite(random_scenario, method):
    """In the first round of a damped exchange there are no prices with which to compare."""
    rounds = Cmo(method).clear(Operators(random_scenario(0))).tables["round"]
    for name in ("upper_usd", "gap_relative", "quantity_residual_mw", "price_residual_usd_per_mwh"):
        assert all(value is None or np.isfinite(value) for value in rounds[name].to_pylist())
    assert isinstance(method, Schedules) or rounds["price_residual_usd_per_mwh"][0].as_py() is None
