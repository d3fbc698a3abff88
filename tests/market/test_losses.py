"""Markets with losses and voltages: the cone against AC optima and load flows, and its prices."""

from dataclasses import replace

import numpy as np
import pytest

from formulations.networks.ac import Ac
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.opf.merged import MergedOpf
from market.pricing.lmp import Nodal
from scenarios.networks import load_network
from scenarios.records import PQ, SLACK, Area, Boundary, Branch, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from security.cleared_day import check_cleared_day
from security.load_flow import base_load_flow
from settlement import settle
from validation import validate

CONE = "branch_flow_cone"
IMPORT = 40.0  # $/MWh
UNITS = {"18": (0.6, 25.0), "25": (0.5, 34.0), "33": (1.2, 41.0)}  # MW, $/MWh
VOLL = 1000.0


def feeder_market(
    *, units=UNITS, q_share=0.0, ratings=None, load=1.0, q_load=1.0, slope=0.0, hours=(1.0,)
):
    """The 33-bus feeder on a transmission bus held at 1 p.u., where energy costs 40 $/MWh.

    `units` are generators by bus with their capacity and cost; `ratings` limits branches (MVA).
    """
    tables = load_network("feeder33", "D")
    limits = ratings or {}
    generators = [
        Generator("D", f"g{bus}", bus, 0.0, p, -q_share * p, q_share * p)
        for bus, (p, _) in units.items()
    ]
    return Scenario(
        "feeder", hours, VOLL, VOLL,
        (Area("T", "transmission", 100.0), replace(tables.area, type="B")),
        (
            Bus("T", "1", 110.0, 1.0, 1.0, kind=SLACK),
            *(replace(b, v_min_pu=0.9, v_max_pu=1.1) for b in tables.buses),
        ),
        tuple(replace(k, rating_mva=limits.get(k.branch)) for k in tables.branches),
        generators=(
            Generator("T", "grid", "1", 0.0, 50.0, -50.0, 50.0, v_set_pu=1.0), *generators,
        ),
        offers=(
            Offer("T", "grid", None, 1, 50.0, IMPORT, slope),
            *(Offer("D", f"g{bus}", None, 1, p, c) for bus, (p, c) in units.items()),
        ),
        loads=tuple(
            replace(r, p_mw=load * r.p_mw, q_mvar=load * q_load * r.q_mvar) for r in tables.loads
        ),
        boundaries=(Boundary("B", "1", "D", tables.root),),
    )  # fmt: skip


def cleared(scenario, design=None):
    clearing = (design or Integrated()).clear(Operators(scenario, distribution=CONE))
    checks = validate(scenario, clearing)
    assert [c for c in checks if not c.passed] == []
    return clearing


def table(clearing, name):
    return clearing.tables[name].to_pandas()


def ac_cost(scenario):
    """Cost ($/h) of the merged AC optimum."""
    return MergedOpf.of(scenario, Ac()).solve().cost_usd_per_h


def test_losses_of_a_feeder_without_generation_are_those_of_its_load_flow():
    """202.677 kW is the published figure of the 33-bus feeder at 1 p.u."""
    scenario = feeder_market(units={})
    found = cleared(scenario)
    flow = base_load_flow(scenario)
    assert table(found, "flow")["loss_mw"].sum() == pytest.approx(0.202677, abs=1e-6)
    crossing = table(found, "boundary")
    assert crossing["p_mw"].item() == pytest.approx(flow.ports["B"].power.real, abs=1e-6)
    assert crossing["q_mvar"].item() == pytest.approx(flow.ports["B"].power.imag, abs=1e-6)
    lower = table(found, "voltage").query("area == 'D'")["v_pu"].min()
    assert lower == pytest.approx(0.91309, abs=1e-5)


CASES = {
    "active power": {},
    "reactive power": {"q_share": 0.6},
    "a full line": {"q_share": 0.6, "ratings": {"2-3": 1.6}},
    "a full line that arrives": {"units": {"18": (3.0, 25.0)}, "ratings": {"6-7": 1.0}},
    "heavy load": {"q_share": 0.4, "load": 1.3},
}


@pytest.mark.parametrize("case", CASES)
def test_an_exact_relaxation_costs_what_the_ac_optimum_costs(case):
    scenario = feeder_market(**CASES[case])
    found = cleared(scenario)
    assert table(found, "relaxation").empty
    assert -found.welfare_usd == pytest.approx(ac_cost(scenario), rel=1e-6)


def test_energy_that_is_worth_nothing_makes_the_relaxation_inexact_and_the_schedule_is_repaired():
    """Free power behind a full line: burning it in currents costs the relaxation nothing.

    The AC optimum curtails it instead at the same cost, and the prices stay.
    """
    scenario = feeder_market(units={"22": (3.0, 0.0)}, ratings={"2-19": 1.0})
    found = cleared(scenario)
    where = table(found, "relaxation")
    assert set(where["branch"]) <= {"19-20", "20-21", "21-22"}
    assert (where["excess_loss_mw"] > 1e-4).all()
    assert table(found, "flow")["excess_loss_mw"].max() < 1e-6
    assert -found.welfare_usd == pytest.approx(ac_cost(scenario), rel=1e-6)
    assert found.certificate.upper_usd >= -ac_cost(scenario) - 1e-6


def test_reactive_power_of_generators_saves_losses():
    without, with_q = (cleared(feeder_market(q_share=q)) for q in (0.0, 0.6))
    assert with_q.welfare_usd > without.welfare_usd + 0.5
    lost = [table(c, "flow")["loss_mw"].sum() for c in (without, with_q)]
    assert lost[1] < lost[0]


@pytest.mark.parametrize("case", ["active power", "a full line", "heavy load"])
@pytest.mark.parametrize("bus", ["7", "18", "25", "30"])
def test_a_price_is_what_one_more_megawatt_costs(case, bus):
    """Central difference of 2 kW; energy, losses, limits and voltages all move."""
    scenario, step = feeder_market(**CASES[case]), 1e-3
    price = table(cleared(scenario), "lmp").query(f"area == 'D' and bus == '{bus}'")
    welfare = [
        cleared(
            replace(scenario, loads=(*scenario.loads, Load("D", "more", bus, d, 0.0)))
        ).welfare_usd
        for d in (-step, step)
    ]
    slope = (welfare[0] - welfare[1]) / (2 * step)
    assert price["lmp_usd_per_mwh"].item() == pytest.approx(slope, abs=2e-2)


def test_price_parts_name_what_makes_them():
    """Losses raise prices away from the root; a full line adds congestion behind it alone."""
    prices = table(cleared(feeder_market(q_share=0.6, ratings={"2-3": 1.6})), "lmp")
    own = prices.query("area == 'D'").set_index("bus")
    assert own.loc["1", "loss_usd_per_mwh"] == 0.0
    assert own.loc["22", "congestion_usd_per_mwh"] == pytest.approx(0.0, abs=1e-6)
    assert own.loc["18", "congestion_usd_per_mwh"] > 0.1
    assert own.loc["22", "loss_usd_per_mwh"] > 0.0


def test_loss_rent_is_half_of_what_marginal_losses_bring():
    """Losses grow with the square of the flow, so their marginal price pays for them twice.

    Loads here take no reactive power, which is not paid for. Only about: losses have losses, and
    a lower voltage raises all currents.
    """
    scenario = feeder_market(units={}, q_load=0.0)
    found = cleared(scenario)
    settled = settle(scenario, found.tables, Nodal())
    rent = settled.rents.to_pandas().query("area == 'D' and kind == 'loss'")["amount_usd"].item()
    bought = table(found, "flow")["loss_mw"].sum() * IMPORT
    assert rent == pytest.approx(bought, rel=0.15)
    missed = {law.name: law.worst_usd for law in settled.checks if law.worst_usd > 0.00501}
    assert missed == {}


def test_settlement_laws_hold_where_a_line_is_full_and_losses_are_paid():
    scenario = feeder_market(q_share=0.6, ratings={"2-3": 1.6}, hours=(1.0, 2.0))
    settled = settle(scenario, cleared(scenario).tables, Nodal())
    assert {law.name for law in settled.checks if law.worst_usd > 0.00501} == set()
    assert "loss rent = marginal losses paid for less losses" in {c.name for c in settled.checks}


@pytest.mark.parametrize("case", ["active power", "reactive power", "heavy load"])
def test_coordinated_clearing_is_the_integrated_one(case):
    scenario = feeder_market(**CASES[case], slope=2.0)
    joint = cleared(scenario)
    apart = cleared(scenario, Cmo(Schedules(gap_relative=1e-7)))
    assert apart.welfare_usd == pytest.approx(joint.welfare_usd, rel=1e-6)
    power = [table(c, "boundary")["p_mw"].item() for c in (joint, apart)]
    assert power[0] == pytest.approx(power[1], abs=5e-3)


def test_other_designs_clear_with_losses_too():
    found = cleared(feeder_market(slope=2.0), Conventional(100.0))
    assert table(found, "flow")["loss_mw"].sum() > 0.0


@pytest.mark.parametrize("case", ["reactive power", "heavy load"])
def test_the_load_flow_of_the_cleared_hour_is_the_market(case):
    """Losses and voltages were in the market, so nothing is left for the slack bus to meet."""
    scenario = feeder_market(**CASES[case])
    found = cleared(scenario)
    flow = check_cleared_day(scenario, found.tables["dispatch"])[1]
    market = table(found, "boundary")
    assert flow.ports["B"].power.real == pytest.approx(market["p_mw"].item(), abs=1e-5)
    assert flow.ports["B"].power.imag == pytest.approx(market["q_mvar"].item(), abs=1e-5)
    assert flow.violations == ()


def test_losses_shrink_the_welfare_that_a_lossless_market_sees():
    scenario = feeder_market()
    lossless = Integrated().clear(Operators(scenario, distribution="lindistflow"))
    lossy = cleared(scenario)
    bought = table(lossy, "flow")["loss_mw"].sum() * IMPORT
    assert lossless.welfare_usd - lossy.welfare_usd == pytest.approx(bought, rel=0.25)


def test_prices_are_higher_where_losses_are_and_the_root_has_none():
    prices = table(cleared(feeder_market(units={})), "lmp").query("area == 'D'")
    assert np.all(prices["lmp_usd_per_mwh"] >= IMPORT - 1e-6)
    assert prices.loc[prices["bus"] == "18", "lmp_usd_per_mwh"].item() > 1.1 * IMPORT


def line_market(*, load_mw=100.0, r=0.02, rating=None, price=20.0):
    """A generator behind one line of x = 0.1 p.u. on 100 MVA, whose load has none of its own."""
    return Scenario(
        "line", (1.0,), VOLL, VOLL,
        (Area("T", "transmission", 100.0),),
        (Bus("T", "a", 110.0, 0.9, 1.1, kind=SLACK), Bus("T", "b", 110.0, 0.9, 1.1, kind=PQ)),
        (Branch("T", "line", "a", "b", r, 0.1, rating_mva=rating),),
        generators=(Generator("T", "g", "a", 0.0, 300.0),),
        offers=(Offer("T", "g", None, 1, 300.0, price),),
        loads=(Load("T", "load", "b", load_mw, 0.0),),
    )  # fmt: skip


def with_dc_losses(scenario, design=None, distribution="transport"):
    market = Operators(scenario, "dc_losses", distribution)
    clearing = (design or Integrated()).clear(market)
    checks = validate(scenario, clearing)
    assert [c for c in checks if not c.passed] == []
    return clearing


def test_a_line_loses_the_square_of_its_flow():
    """F = 100 + l/2 and l = 0.02 F^2 / 100: l = 2.0402... MW; the price is 20 (1 + k)/(1 - k),

    with k = 0.02 F / 100 the marginal loss at either half of the line.
    """
    found = with_dc_losses(line_market())
    flow = table(found, "flow").iloc[0]
    loss = (1 - 0.02 - np.sqrt((1 - 0.02) ** 2 - 4 * 0.5e-4 * 2.0)) / 1e-4
    assert flow["loss_mw"] == pytest.approx(loss, rel=1e-6)
    assert flow["p_mw"] == pytest.approx(100 + loss, rel=1e-7)
    k = 0.02 * (100 + loss / 2) / 100
    price = table(found, "lmp").set_index("bus")
    assert price.loc["b", "lmp_usd_per_mwh"] == pytest.approx(20 * (1 + k) / (1 - k), rel=1e-5)
    assert price.loc["b", "loss_usd_per_mwh"] == pytest.approx(40 * k / (1 - k), rel=1e-3)


def test_a_line_without_resistance_loses_nothing():
    found = with_dc_losses(line_market(r=0.0))
    assert table(found, "flow")["loss_mw"].item() == 0.0
    assert table(found, "lmp")["lmp_usd_per_mwh"].tolist() == pytest.approx([20.0, 20.0], abs=1e-6)


def test_a_rating_holds_at_the_end_where_power_enters():
    found = with_dc_losses(line_market(rating=80.0))
    assert table(found, "flow")["p_mw"].item() == pytest.approx(80.0, abs=1e-5)
    prices = table(found, "lmp").set_index("bus")
    assert prices.loc["b", "lmp_usd_per_mwh"] == pytest.approx(VOLL, rel=1e-6)
    assert prices.loc["b", "congestion_usd_per_mwh"] > 900


def test_losses_on_both_sides_of_a_boundary_settle():
    scenario = build_system("A")
    found = with_dc_losses(scenario, Cmo(), "branch_flow_cone")
    flow = table(found, "flow")
    assert (flow.groupby("area")["loss_mw"].sum() > 0.1).all()
    settled = settle(scenario, found.tables, Nodal())
    assert {law.name for law in settled.checks if law.worst_usd > 0.00501} == set()
    rents = settled.rents.to_pandas().query("kind == 'loss'").groupby("area")["amount_usd"].sum()
    assert (rents > 0).all()


def test_prices_of_lossy_transmission_are_what_one_more_megawatt_costs():
    scenario, step = line_market(), 1e-2
    welfare = [with_dc_losses(line_market(load_mw=100.0 + d)).welfare_usd for d in (-step, step)]
    slope = (welfare[0] - welfare[1]) / (2 * step)
    price = table(with_dc_losses(scenario), "lmp").set_index("bus").loc["b", "lmp_usd_per_mwh"]
    assert price == pytest.approx(slope, abs=1e-3)
