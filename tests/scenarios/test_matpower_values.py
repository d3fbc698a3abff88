"""Values that real files hold: taken exactly, or by a rule that the import says."""

import math
from pathlib import Path

import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.findings import InvalidInput
from scenarios.importers.matpower import import_matpower
from security.load_flow import base_load_flow

CASES = Path(__file__).parent / "cases"
TEXT = (CASES / "three_bus.m").read_text()
FEEDER = (CASES / "three_bus_feeder.m").read_text()
LAST_GEN = "2 60 0 100 -100 1 100 1 100 0;\n"
LAST_COST = "2 0 0 3 0 40 0;\n"
LAST_BRANCH = "1 3 0.01 0.1 0.02 100 0 0 0 0 1 -360 360;\n"


def with_unit(gen, cost="2 0 0 3 0 30 0"):
    """The case with one more generator."""
    more = TEXT.replace(LAST_GEN, f"{LAST_GEN}{gen};\n")
    return more.replace(LAST_COST, f"{LAST_COST}{cost};\n")


@pytest.fixture
def imported(tmp_path):
    """Import a text as the transmission case, with feeders at bus 3."""

    def run(text, *feeders):
        path = tmp_path / "t.m"
        path.write_text(text)
        files = [tmp_path / f"d{n}.m" for n in range(len(feeders))]
        for file, feeder in zip(files, feeders, strict=True):
            file.write_text(feeder)
        return import_matpower(path, {"3": files} if files else {}, periods=1)

    return run


def cleared(scenario):
    return Integrated().clear(Operators(scenario, distribution="transport"), "integrated")


def dispatch(scenario):
    table = cleared(scenario).tables["dispatch"].to_pandas()
    return table.set_index("asset")["p_mw"].to_dict()


def said(scenario, area="T"):
    """What is said of an area besides its file."""
    lead = f"area {area}: "
    return [s.removeprefix(lead) for s in scenario.sources if s.startswith(lead)][1:]


# Units that consume -------------------------------------------------------------------------------


def test_what_consumes_and_produces_is_split(imported):
    scenario = imported(with_unit("3 -10 -3 10 -10 1 100 1 20 -25"))
    generator, bid = scenario.generators[2], scenario.bids[0]
    assert (generator.p_min_mw, generator.p_max_mw, generator.p_base_mw) == (0.0, 20.0, 0.0)
    assert (generator.q_min_mvar, generator.q_max_mvar) == (-10.0, 10.0)
    assert generator.q_base_mvar == -3.0
    assert (bid.p_min_mw, bid.p_max_mw, bid.p_base_mw) == (0.0, 25.0, 10.0)
    assert (bid.tan_phi, bid.q_base_mvar) == (0.0, 0.0)
    assert said(scenario) == ["what consumes and produces is a generator and a bid: mpc.gen row 3"]


@pytest.mark.parametrize(
    ("price", "p_mw"), [(10.0, 20.0), (30.0, -25.0)], ids=["cheap: produces", "dear: consumes"]
)
def test_a_split_unit_clears_at_the_end_that_its_price_asks_for(imported, price, p_mw):
    """The dispatch is set by gen-1 at 20 $/MWh: a unit below it sells, one above it buys."""
    found = dispatch(imported(with_unit("3 0 0 10 -10 1 100 1 20 -25", f"2 0 0 3 0 {price} 0")))
    assert found["gen-3"] - found["bid-3"] == pytest.approx(p_mw)


def test_cost_at_rest_of_a_split_unit_is_paid_once(imported):
    scenario = imported(with_unit("3 0 0 10 -10 1 100 1 20 -25", "2 0 0 3 0 30 7"))
    assert scenario.generators[2].no_load_usd_per_h == 7.0


def test_a_unit_without_limits_takes_all_that_others_could_use(imported):
    """Loads of 110 MW and generators of 250 MW: 360 MW are more than it can sell or buy."""
    scenario = imported(with_unit("3 0 0 10 -10 1 100 1 Inf -Inf"))
    assert scenario.generators[2].p_max_mw == scenario.bids[0].p_max_mw == 360.0
    assert said(scenario)[-1] == "360 MW stand for no limit of P: mpc.gen row 3"


def test_a_dispatchable_load_keeps_its_base_power(imported):
    """10 MW and 2 Mvar beside 60 and 20 at bus 3 are the same as a load of 70 and 22."""
    flexible = imported(with_unit("3 -10 -2 0 -8 1 100 1 0 -40", "2 0 0 3 0 100 0"))
    fixed = imported(TEXT.replace("3 1 60 20 0", "3 1 70 22 0"))
    assert flexible.bids[0].tan_phi == pytest.approx(0.2)
    losses = [base_load_flow(s).loss_mw for s in (flexible, fixed)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)
    assert losses[0] == pytest.approx(0.3158, abs=5e-5)


def test_a_dispatchable_load_that_holds_a_voltage_keeps_holding_it(imported):
    text = with_unit("3 -10 -2 0 -8 1.02 100 1 0 -40").replace("3 1 60 20 0", "3 2 60 20 0")
    flow = base_load_flow(imported(text))
    assert abs(flow.areas["T"].v[2]) == pytest.approx(1.02, rel=1e-12)


def test_what_consumes_with_free_reactive_power_keeps_it(imported):
    scenario = imported(with_unit("3 -10 0 10 -10 1 100 1 0 -25"))
    generator, bid = scenario.generators[2], scenario.bids[0]
    assert (generator.p_max_mw, generator.q_min_mvar, generator.q_max_mvar) == (0.0, -10.0, 10.0)
    assert (bid.p_max_mw, bid.tan_phi) == (25.0, 0.0)


def test_the_grid_at_a_feeders_root_is_left_out_where_it_may_take_back(imported):
    root = FEEDER.replace("1 0 0 10 -10 1 100 1 10 0", "1 0 0 10 -10 1 100 1 10 -10")
    scenario = imported(TEXT, root)
    assert [g.generator for g in scenario.generators if g.area == "D3"] == ["gen-3"]
    assert not scenario.bids


# Limits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("none", ["Inf", "1e10", "1e9", "100000000"])
def test_limits_that_are_none(imported, none):
    ramps = " 0 0 0 0 0 0 0 0 " + none
    text = TEXT.replace(
        "1 50 0 100 -100 1 100 1 150 0", f"1 50 0 {none} -{none} 1 100 1 150 0 {ramps}"
    )
    text = text.replace(LAST_GEN, LAST_GEN.replace(";", " 0 0 0 0 0 0 0 0 0;"))
    scenario = imported(text.replace("0.02 100", f"0.02 {none}"))
    generator = scenario.generators[0]
    assert (generator.q_min_mvar, generator.q_max_mvar) == (-math.inf, math.inf)
    assert generator.ramp_mw_per_h is None
    assert {k.rating_mva for k in scenario.branches} == {None}
    assert base_load_flow(scenario, q_limits=True).outcome == "solved"


def test_reactive_power_without_limit_clears_in_a_feeder(imported):
    feeder = FEEDER.replace("3 0 0 1 -1", "3 0 0 Inf -Inf")
    scenario = imported(TEXT, feeder)
    clearing = Integrated().clear(Operators(scenario, distribution="lindistflow"), "integrated")
    assert clearing.welfare_usd == pytest.approx(cleared(scenario).welfare_usd)


# Costs --------------------------------------------------------------------------------------------


def test_points_that_rounding_bends_are_lowered(imported):
    """Chord from (0, 0) to (100, 2000.003): 1000.0015 at 50 MW, 0.0025 below the point."""
    points = "1 0 0 4 0 0 50 1000.004 100 2000.003 150 3000.005"
    text = TEXT.replace("2 0 0 3 0 20 0;", f"{points};")
    scenario = imported(text.replace(LAST_COST, "1 0 0 2 0 0 100 4000 0 0 0 0;\n"))
    prices = [o.price_usd_per_mwh for o in scenario.offers if o.owner == "gen-1"]
    assert prices == pytest.approx([20.00003, 20.00004], rel=1e-9)
    assert "lowered by 0.0025 $/h at most: mpc.gencost row 1" in said(scenario)[0]


def test_points_that_fall_by_more_than_rounding_are_refused(imported):
    points = "1 0 0 4 0 0 50 1000.03 100 2000 150 3000"
    text = TEXT.replace("2 0 0 3 0 20 0;", f"{points};")
    with pytest.raises(InvalidInput, match="not convex"):
        imported(text.replace(LAST_COST, "1 0 0 2 0 0 100 4000 0 0 0 0;\n"))


def test_without_costs_all_cost_nothing(imported):
    """The loads of 110 MW are served for 0 $."""
    scenario = imported(TEXT.split("mpc.gencost")[0])
    assert cleared(scenario).welfare_usd == pytest.approx(0.0, abs=1e-9)
    assert said(scenario) == [
        "no costs are given: mpc.gencost is missing, and every generator costs 0 $/MWh"
    ]


# Branches -----------------------------------------------------------------------------------------


def test_a_negative_resistance_is_taken(imported):
    scenario = imported(TEXT.replace("1 3 0.01", "1 3 -0.01"))
    assert cleared(scenario).welfare_usd == pytest.approx(-20.0 * 110.0)
    loss = base_load_flow(scenario).loss_mw
    assert loss < base_load_flow(imported(TEXT)).loss_mw


def test_a_tie_without_impedance_joins_its_buses(imported):
    """Buses 1 and 3 at one voltage; the rating of the tie still counts."""
    scenario = imported(TEXT.replace("1 3 0.01 0.1", "1 3 0 0"))
    v = base_load_flow(scenario).areas["T"].v
    assert v[2] == pytest.approx(v[0], abs=1e-4)
    assert scenario.branches[2].rating_mva == 100.0
    assert said(scenario) == ["1e-05 p.u. stand for no reactance: mpc.branch row 3"]


def test_a_tie_in_a_feeder_is_taken_by_market_and_load_flow(imported):
    scenario = imported(TEXT, FEEDER.replace("2 3 0.2 0.2", "2 3 0 0"))
    v = base_load_flow(scenario).areas["D3"].v
    assert v[2] == pytest.approx(v[1], abs=1e-5)
    assert cleared(scenario).status is Status.OPTIMAL


def test_an_open_row_without_impedance_does_not_matter(imported):
    scenario = imported(
        TEXT.replace(LAST_BRANCH, LAST_BRANCH + "1 3 0 0 0 0 0 0 0 0 0 -360 360;\n")
    )
    assert base_load_flow(scenario).loss_mw == base_load_flow(imported(TEXT)).loss_mw


def test_parallel_circuits_of_a_feeder_are_one_branch(imported):
    """Two of z = 0.2 + j0.2 are 0.1 + j0.1; the smaller rating of 3 MVA lets 6 pass."""
    line = "2 3 0.2 0.2 0 0 0 0 0 0 1 -360 360;\n"
    rows = line.replace("0 0 0 0 0 0 1", "0.1 4 0 0 0 0 1") + line.replace(
        "0 0 0 0 0 0 1", "0.1 3 0 0 0 0 1"
    )
    scenario = imported(TEXT, FEEDER.replace(line, rows))
    (branch,) = (k for k in scenario.branches if k.branch == "2-3" and k.area == "D3")
    assert (branch.r_pu, branch.x_pu, branch.b_pu) == pytest.approx((0.1, 0.1, 0.2))
    assert branch.rating_mva == pytest.approx(6.0)
    assert said(scenario, "D3") == ["parallel circuits are one branch: 2-3 and 2-3#2"]


def test_two_feeders_stand_at_one_bus(imported):
    scenario = imported(TEXT, FEEDER, FEEDER)
    ends = [(b.boundary, b.transmission_bus, b.area) for b in scenario.boundaries]
    assert ends == [("B3", "3", "D3"), ("B3-2", "3", "D3-2")]
    assert cleared(scenario).status is Status.OPTIMAL
