"""One round by exact bid curves: the joint optimum, the curves' own laws, and who cannot bid."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.coordination import Late
from market.coordination.methods.curve import Curve
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.findings import InvalidInput
from scenarios.quantity import key_columns
from scenarios.records import Area, Boundary, Bus
from scenarios.results import Message
from scenarios.systems import build_system

SOLVED = 1e-7  # part of the welfare; what solvers may leave
SYSTEMS = [("A", "transport"), ("B", "lindistflow")]


def hourly(scenario):
    """The scenario without what couples hours."""
    free = [dataclasses.replace(g, ramp_mw_per_h=None) for g in scenario.generators]
    return dataclasses.replace(scenario, storage=(), shiftable_loads=(), generators=tuple(free))


def over_scenarios(examples):
    """Seeds and options of scenarios with separable hours, as arguments of a test."""
    drawn = given(
        seed=st.integers(0, 10**6),
        options=st.fixed_dictionaries(dict.fromkeys(("quadratic", "congested"), st.booleans())),
        hours=st.sampled_from([(1.0, 1.0, 1.0), (0.5, 1.0, 2.0)]),
    )
    return lambda test: settings(max_examples=examples, deadline=None, derandomize=True)(
        drawn(test)
    )


def by_period(curve):
    """From, to, price from and price to of every period's segments."""
    rows = np.stack([curve.from_mw, curve.to_mw, curve.price_from, curve.price_to])
    return [rows[:, curve.period == t] for t in range(curve.least_mw.size)]


@pytest.fixture(scope="module", params=SYSTEMS, ids=lambda s: s[0])
def cleared(request, clear):
    """A shipped system without coupled hours, cleared in one round and as one problem."""
    name, distribution = request.param
    scenario = hourly(build_system(name))
    market = Operators(scenario, distribution=distribution)
    designs = (Cmo(Curve()), Integrated())
    return [clear(scenario, d, market, distribution=distribution) for d in designs]


def tables(cleared, name):
    return [clearing.tables[name].to_pandas() for clearing in cleared]


def test_a_shipped_system_agrees_in_one_round(cleared):
    assert cleared[0].status is Status.AGREED
    assert cleared[0].rounds == 1


def test_boundary_power_is_that_of_the_joint_optimum(cleared):
    one, best = tables(cleared, "boundary")
    assert one.p_mw.to_numpy() == pytest.approx(best.p_mw.to_numpy(), abs=1e-4)


def test_prices_at_every_bus_are_those_of_the_joint_optimum(cleared):
    one, best = tables(cleared, "lmp")
    assert one.lmp_usd_per_mwh.to_numpy() == pytest.approx(best.lmp_usd_per_mwh, abs=1e-4)


def test_the_certificate_closes(cleared):
    assert cleared[0].certificate.gap_relative <= 1e-9
    assert cleared[0].welfare_usd == pytest.approx(cleared[1].welfare_usd, rel=1e-9)


def test_two_blocks_meet_at_fifty_mw_and_thirty_dollars(clear):
    """The flexible load is worth 30 $/MWh; 50 MW cost 20, the next 40: it sets the price at 50."""
    found = clear(build_system("two-blocks"), Cmo(Curve()))
    boundary = found.tables["boundary"].to_pandas().iloc[0]
    assert found.rounds == 1
    assert boundary.p_mw == pytest.approx(50.0)
    assert boundary.lmp_usd_per_mwh == pytest.approx(30.0)


def test_the_curve_of_two_blocks_is_its_loads(clear):
    """Least: nothing produced, so 0 MW. 40 MW unserved at 500, 30 MW worth 30; to 70 MW."""
    operator = Operators(build_system("two-blocks")).distribution[0]
    (curve,) = by_period(operator.bid_curve())
    assert curve == pytest.approx(
        np.array([[0.0, 40.0], [40.0, 70.0], [500.0, 30.0], [500.0, 30.0]])
    )


def test_a_quadratic_bid_is_one_falling_segment(clear):
    """30 MW worth 60 - x $/MWh at the x-th MW: the curve falls from 60 to 30 on [40, 70] MW."""
    scenario = build_system("two-blocks")
    offers = [
        dataclasses.replace(o, price_usd_per_mwh=60.0, slope_usd_per_mw2h=1.0)
        if o.owner == "flexible"
        else o
        for o in scenario.offers
    ]
    bent = dataclasses.replace(scenario, offers=tuple(offers))
    (curve,) = by_period(Operators(bent).distribution[0].bid_curve())
    assert curve == pytest.approx(
        np.array([[0.0, 40.0], [40.0, 70.0], [500.0, 60.0], [500.0, 30.0]]), abs=1e-5
    )


@over_scenarios(12)
def test_one_round_finds_the_joint_optimum(random_scenario, clear, seed, options, hours):
    scenario = random_scenario(seed, **options, hours=hours)
    best, found = clear(scenario, Integrated()), clear(scenario, Cmo(Curve()))
    assert found.status is Status.AGREED
    assert found.welfare_usd == pytest.approx(best.welfare_usd, rel=SOLVED)


@over_scenarios(6)
def test_transmission_may_have_ramps(random_scenario, clear, seed, options, hours):
    scenario = random_scenario(seed, **options, hours=hours, ramps=True)
    best, found = clear(scenario, Integrated()), clear(scenario, Cmo(Curve()))
    assert found.status is Status.AGREED
    assert found.welfare_usd == pytest.approx(best.welfare_usd, rel=SOLVED)


@over_scenarios(8)
def test_prices_never_rise_along_a_curve(random_scenario, seed, options, hours):
    scenario = random_scenario(seed, **options, hours=hours)
    for operator in Operators(scenario).distribution:
        for rows in by_period(operator.bid_curve()):
            assert (np.diff(rows[2:].T.ravel()) <= 0).all()


@over_scenarios(8)
def test_segments_join_from_the_least_power_to_the_most(random_scenario, seed, options, hours):
    scenario = random_scenario(seed, **options, hours=hours)
    for operator in Operators(scenario).distribution:
        curve = operator.bid_curve()
        found = operator._clear_for(np.full((1, len(hours)), -1e4), tight=True)
        most = operator._reply(found).schedule[0]
        for least, last, rows in zip(curve.least_mw, most, by_period(curve), strict=True):
            assert rows[0] == pytest.approx([least, *rows[1, :-1]], abs=0.0)
            assert rows[1, -1] == pytest.approx(last, abs=1e-6)


@over_scenarios(8)
def test_between_two_powers_the_curve_adds_up_to_the_change_of_worth(
    random_scenario, seed, options, hours
):
    scenario = random_scenario(seed, **options, hours=hours)
    for operator in Operators(scenario).distribution:
        curve = operator.bid_curve()
        shares = np.random.default_rng(seed).uniform(size=(2, len(hours)))
        ends = np.array([rows[1, -1] for rows in by_period(curve)])
        powers = curve.least_mw + np.sort(shares, axis=0) * (ends - curve.least_mw)
        worth = [operator.price_at(p[None, :]).welfare.sum() for p in powers]
        bid = sum(
            h * (value_to(rows, high) - value_to(rows, low))
            for h, rows, low, high in zip(hours, by_period(curve), *powers, strict=True)
        )
        assert bid == pytest.approx(worth[1] - worth[0], abs=1e-4)


def value_to(rows, power):
    """Area under a period's curve up to a power ($/h)."""
    start, end, first, last = rows
    used = np.clip(power - start, 0.0, end - start)
    return float((first * used - (first - last) / (end - start) * used**2 / 2).sum())


@pytest.mark.parametrize("device", ["storage", "ramps", "shiftable"])
def test_an_area_whose_hours_are_coupled_is_refused(random_scenario, device):
    scenario = random_scenario(1, **{device: True})
    if device == "ramps":
        slow = [
            dataclasses.replace(g, ramp_mw_per_h=0.5) if g.area != "T" else g
            for g in scenario.generators
        ]
        scenario = dataclasses.replace(scenario, generators=tuple(slow))
    with pytest.raises(InvalidInput, match=r"hours are coupled by .*'schedules'"):
        Cmo(Curve()).clear(Operators(scenario))


def test_an_area_with_two_boundaries_is_refused(random_scenario):
    scenario = random_scenario(1)
    (first, *_) = scenario.boundaries
    twice = dataclasses.replace(
        scenario, boundaries=(*scenario.boundaries, dataclasses.replace(first, boundary="again"))
    )
    with pytest.raises(InvalidInput, match="area 'D0': it meets 'B0', 'again'"):
        Cmo(Curve()).clear(Operators(twice))


def test_the_log_holds_the_curve_that_was_sent(clear):
    """0, 40 and 70 MW; 500 and 500, then 30 and 30 $/MWh; sent before the first round."""
    sent = clear(build_system("two-blocks"), Cmo(Curve())).tables["message"].to_pandas()
    first = sent[sent["round"] == 0]
    assert set(first.sender) == {"D1"}
    assert list(first[first.quantity == "curve_mw"].value) == pytest.approx([0.0, 40.0, 70.0])
    assert list(first[first.quantity == "curve_price"].value) == pytest.approx([500, 500, 30, 30])


def test_without_distribution_areas_transmission_clears_alone(random_scenario, clear):
    scenario = random_scenario(1, feeders=0)
    best, found = clear(scenario, Integrated()), clear(scenario, Cmo(Curve()))
    assert found.welfare_usd == pytest.approx(best.welfare_usd, rel=SOLVED)


def test_an_empty_feeder_bids_for_nothing(random_scenario, clear):
    scenario = random_scenario(1)
    more = dataclasses.replace(
        scenario,
        areas=(*scenario.areas, Area("empty", "distribution", 10.0, "A")),
        buses=(*scenario.buses, Bus("empty", "d0", 10.0, 0.95, 1.05, kind="slack")),
        boundaries=(*scenario.boundaries, Boundary("nowhere", "t1", "empty", "d0")),
    )
    assert Operators(more).distribution[-1].bid_curve().period.size == 0
    without, beside = clear(scenario, Cmo(Curve())), clear(more, Cmo(Curve()))
    assert beside.welfare_usd == pytest.approx(without.welfare_usd, rel=SOLVED)


def test_a_curve_ends_at_the_limit_of_the_boundary(clear):
    """At most 45 MW may cross: 40 MW fixed and 5 MW worth 30; the last MW costs 20 $/MWh."""
    scenario = build_system("two-blocks")
    limits = [dataclasses.replace(b, p_max_mw=45.0) for b in scenario.boundaries]
    limited = dataclasses.replace(scenario, boundaries=tuple(limits))
    found = clear(limited, Cmo(Curve())).tables["boundary"].to_pandas().iloc[0]
    assert found.p_mw == pytest.approx(45.0)
    assert found.lmp_usd_per_mwh == pytest.approx(20.0)
    assert found.dlmp_usd_per_mwh == pytest.approx(30.0)


def test_every_number_of_the_log_has_a_name_of_its_own(random_scenario, clear):
    sent = clear(random_scenario(1), Cmo(Curve())).tables["message"].to_pandas()
    assert not sent.duplicated(list(key_columns(Message))).any()


def test_a_round_is_prices_and_schedules_and_what_they_are_worth(random_scenario, clear):
    sent = clear(random_scenario(1), Cmo(Curve())).tables["message"].to_pandas()
    last = sent[sent["round"] == 1]
    assert set(last[last.sender == "tso"].quantity) == {
        "price", "bound", "total", "final_price", "final_schedule", "final_bound",
    }  # fmt: skip
    assert set(last[last.sender != "tso"].quantity) == {
        "schedule", "welfare", "slack", "final_welfare", "final_earned",
    }  # fmt: skip


def test_a_walk_that_runs_out_of_time_says_so(random_scenario):
    operator = Operators(random_scenario(1)).distribution[0]
    operator.time_limit_s = 0.0
    with pytest.raises(Late, match=r"bid curve of area 'D0': .* raise time_limit_s"):
        operator.bid_curve()
