"""Instances of UnitCommitment.jl, as their format describes them."""

import json

import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.importers.unitcommitment import import_unitcommitment
from validation import validate


def unit(bus="b1", **changed):
    """10 to 30 MW: 300 $ at the least output, then 25 $/MWh up to 20 MW and 40 beyond."""
    return {
        "Bus": bus,
        "Type": "Thermal",
        "Production cost curve (MW)": [10.0, 20.0, 30.0],
        "Production cost curve ($)": [300.0, 550.0, 950.0],
        "Startup costs ($)": [50.0, 80.0],
        "Startup delays (h)": [1, 2],
        "Initial status (h)": -4,
        "Initial power (MW)": 0.0,
        **changed,
    }


def instance(**changed):
    """Two hours at one bus, with a river that must give 5 MW and may give 15 in the second."""
    river = {
        "Bus": "b1",
        "Type": "Profiled",
        "Minimum power (MW)": 5.0,
        "Maximum power (MW)": [5.0, 15.0],
        "Cost ($/MW)": 1.0,
    }
    return {
        "Parameters": {"Version": "0.4", "Time horizon (h)": 2},
        "Buses": {"b1": {"Load (MW)": [30.0, 28.0]}},
        "Generators": {"g1": unit(**{"Reserve eligibility": ["r1"]}), "river": river},
        "Reserves": {"r1": {"Type": "Spinning", "Amount (MW)": [2.0, 0.0]}},
        **changed,
    }


def line(start, end, **limits):
    given = {f"{word} flow limit (MW)": mw for word, mw in limits.items()}
    return {"Source bus": start, "Target bus": end, "Susceptance (S)": 10.0, **given}


def network(**changed):
    """60 MW at b2, two equal lines of 40 MW from the cheap unit at b1; either may be lost."""
    curve = {"Production cost curve (MW)": [0.0, 100.0]}
    return {
        "Parameters": {"Version": "0.3", "Time (h)": 1, "Power balance penalty ($/MW)": 900.0},
        "Buses": {"b1": {"Load (MW)": 0.0}, "b2": {"Load (MW)": 60.0}},
        "Generators": {
            "cheap": unit("b1", **curve, **{"Production cost curve ($)": [0.0, 2000.0]}),
            "dear": unit("b2", **curve, **{"Production cost curve ($)": [0.0, 5000.0]}),
        },
        "Transmission lines": {
            "l1": line("b1", "b2", Normal=40.0),
            "l2": line("b1", "b2", Normal=40.0),
        },
        "Contingencies": {"c1": {"Affected lines": ["l1"]}, "c2": {"Affected lines": ["l2"]}},
        **changed,
    }


@pytest.fixture
def written(tmp_path):
    def write(held):
        file = tmp_path / "case.json"
        file.write_text(json.dumps(held))
        return file

    return write


@pytest.fixture
def welfare(written):
    """Welfare of the best day; every law of the validator holds."""

    def cleared(held):
        scenario = import_unitcommitment(written(held))
        found = Integrated().clear(Operators(scenario, mip_gap=0.0))
        assert all(check.passed for check in validate(scenario, found))
        return found.welfare_usd

    return cleared


def test_a_copperplate_costs_what_its_points_say(welfare):
    """25 MW at 550 + 5 x 40 $, a cold start of 80, 13 at 300 + 3 x 25, 20 of the river."""
    assert welfare(instance()) == pytest.approx(-(750.0 + 80.0 + 375.0 + 20.0))


def test_buses_without_lines_are_one(welfare):
    """The same day with its load at another bus."""
    buses = {"b1": {"Load (MW)": 0.0}, "b2": {"Load (MW)": [30.0, 28.0]}}
    assert welfare(instance(Buses=buses)) == pytest.approx(-(750.0 + 80.0 + 375.0 + 20.0))


def test_a_network_survives_its_contingencies(welfare):
    """40 MW at 20 $ and 20 at 50, beside two cold starts of 80 $; without outages one start."""
    assert welfare(network()) == pytest.approx(-(800.0 + 1000.0 + 2 * 80.0))
    assert welfare(network(Contingencies={})) == pytest.approx(-(1200.0 + 80.0))


def test_emergency_limits_hold_after_an_outage(welfare):
    lines = {n: line("b1", "b2", Normal=40.0, Emergency=60.0) for n in ("l1", "l2")}
    given = network(**{"Transmission lines": lines})
    assert welfare(given) == pytest.approx(-(1200.0 + 80.0))


def test_flows_follow_susceptances(welfare):
    """A line of three times the susceptance takes three quarters: 40 MW of 53.33 from b1."""
    lines = {
        "l1": {**line("b1", "b2", Normal=40.0), "Susceptance (S)": 30.0},
        "l2": line("b1", "b2", Normal=1e8),
    }
    given = network(**{"Transmission lines": lines, "Contingencies": {}})
    sent = 40 / 0.75
    assert welfare(given) == pytest.approx(-(20 * sent + 50 * (60 - sent) + 160.0))


def test_price_sensitive_loads_and_stores(welfare):
    """Flexible 10 MW at 45 $ are served by what the dear point of 40 $ leaves: 5 $ x 5 MW.

    The unit gives its 30 MW in the first hour; in the second the river is enough for 5 of them.
    """
    load = {"p1": {"Bus": "b1", "Revenue ($/MW)": 45.0, "Demand (MW)": [10.0, 0.0]}}
    flexible = instance(**{"Price-sensitive loads": load, "Reserves": {}})
    flexible["Generators"]["g1"]["Reserve eligibility"] = []
    plain = {**flexible, "Price-sensitive loads": {}}
    assert welfare(flexible) - welfare(plain) == pytest.approx(5 * (45.0 - 40.0))
    store = {
        "Bus": "b1",
        "Maximum level (MWh)": 10.0,
        "Initial level (MWh)": 5.0,
        "Maximum charge rate (MW)": 10.0,
        "Maximum discharge rate (MW)": 10.0,
    }
    stored = {**plain, "Storage units": {"s": store}}
    assert welfare(stored) - welfare(plain) == pytest.approx(5 * 40.0)


def quarters(minutes=15):
    """The two hours in quarters: what a MW costs, and how it may change, is for a quarter."""
    river = {"Bus": "b1", "Type": "Profiled", "Minimum power (MW)": 5.0,
             "Maximum power (MW)": [5.0] * 4 + [15.0] * 4, "Cost ($/MW)": 0.25}  # fmt: skip
    costs = {"Production cost curve ($)": [75.0, 137.5, 237.5]}
    return instance(
        Parameters={"Version": "0.4", "Time horizon (h)": 2, "Time step (min)": minutes},
        Buses={"b1": {"Load (MW)": [30.0] * 4 + [28.0] * 4}},
        Generators={"g1": unit(**costs, **{"Reserve eligibility": ["r1"]}), "river": river},
        Reserves={"r1": {"Type": "Spinning", "Amount (MW)": [2.0] * 4 + [0.0] * 4}},
    )


def test_an_hour_in_quarters_costs_as_much(welfare):
    assert welfare(quarters()) == pytest.approx(-(750.0 + 80.0 + 375.0 + 20.0))


def test_ramps_are_of_time_steps(written):
    held = quarters()
    held["Generators"]["g1"]["Ramp up limit (MW)"] = 3.0
    scenario = import_unitcommitment(written(held))
    assert scenario.hours == (0.25,) * 8
    assert scenario.commitments[0].ramp_up_mw_per_h == 12.0


def test_prices_may_differ_by_period(written):
    """1 $ in the first hour, 3 in the second: 5 MW that must run and up to 10 more."""
    held = instance()
    held["Generators"]["river"]["Cost ($/MW)"] = [1.0, 3.0]
    offers = [o for o in import_unitcommitment(written(held)).offers if o.owner == "river"]
    assert [(o.period, o.price_usd_per_mwh) for o in offers] == [(1, 1.0), (2, 3.0)]


def test_the_old_reserve_is_read(welfare):
    """Version 0.2 has one reserve, which every unit may hold unless it says no."""
    old = instance(
        Parameters={"Version": "0.2", "Time (h)": 2}, Reserves={"Spinning (MW)": [2.0, 0.0]}
    )
    del old["Generators"]["g1"]["Reserve eligibility"]
    assert welfare(old) == pytest.approx(-(750.0 + 80.0 + 375.0 + 20.0))


def with_unit(**changed):
    return instance(Generators={"g1": unit(**changed)}, Reserves={})


@pytest.mark.parametrize(
    ("held", "finding"),
    [
        (instance(Parameters={"Time horizon (h)": 2}), "'Version' is missing"),
        (instance(Parameters={"Version": "0.9", "Time horizon (h)": 2}), "its version is '0.9'"),
        (quarters(25), "its time step of 25 min does not divide an hour"),
        (instance(Buses={}), "it has no bus"),
        (instance(Buses={"b1": {"Load (MW)": [1.0]}}), "'Load (MW)' is [1.0]"),
        (with_unit(**{"Initial status (h)": 0}), "its initial status is 0"),
        (with_unit(**{"Type": "Nuclear"}), "its type is 'Nuclear'"),
        (with_unit(**{"Production cost curve ($)": [300.0, 700.0, 950.0]}), "is not convex"),
        (with_unit(**{"Production cost curve ($)": [300.0]}), "not as many powers as costs"),
        (with_unit(**{"Commitment status": [True, None]}), "its commitment is given by period"),
        (with_unit(**{"Startup costs ($)": [1.0]}), "not as many startup costs as delays"),
        (with_unit(**{"Reserve eligibility": ["r9"]}), "there is no reserve 'r9'"),
        (
            instance(Reserves={"r1": {"Type": "flexiramp", "Amount (MW)": 1.0}}),
            "its type is 'flexiramp'",
        ),
        (network(Contingencies={"c": {"Affected units": ["dear"]}}), "not the loss of one line"),
        (network(Contingencies={"c": {"Affected lines": ["l9"]}}), "there is no line 'l9'"),
        (instance(**{"Storage units": {"s": {"Bus": "b1", "Loss factor": 0.1}}}), "'Loss factor'"),
    ],
    ids=lambda part: str(part)[-30:],
)
def test_what_cannot_be_imported_is_said(written, held, finding):
    with pytest.raises(InvalidInput, match="problem") as refused:
        import_unitcommitment(written(held))
    assert any(finding in f.finding for f in refused.value.findings)
