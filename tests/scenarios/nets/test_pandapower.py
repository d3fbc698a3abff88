"""A small pandapower net, element by element."""

import math

import pytest

from scenarios.findings import InvalidInput
from scenarios.importers.pandapower import import_pandapower
from scenarios.records import Bid, Generator, Load

pp = pytest.importorskip("pandapower", reason="pip install 'tandem-market[pandapower]'")

from tests.scenarios.nets.agreement import distances  # noqa: E402


def small():
    """110 kV with an external grid; below a transformer 20 kV with a line and a load at its end."""
    net = pp.create_empty_network()
    high = pp.create_bus(net, 110.0)
    top, end = (pp.create_bus(net, 20.0) for _ in range(2))
    pp.create_ext_grid(net, high)
    pp.create_transformer(net, high, top, "25 MVA 110/20 kV")
    pp.create_line(net, top, end, 5.0, "NA2XS2Y 1x185 RM/25 12/20 kV")
    pp.create_load(net, end, 4.0, 1.0)
    return net


def agrees(net, scenario):
    voltage, loss = distances(net, scenario)
    return voltage < 1e-8 and loss < 1e-8


def row(scenario, table, column, name):
    (found,) = (r for r in scenario.table(table) if getattr(r, column) == name)
    return found


def test_the_area_begins_with_its_transformer():
    net = small()
    scenario = import_pandapower(net)
    assert scenario.distribution == ("D0",)
    first = row(scenario, "branches", "branch", "trafo-0")
    assert (first.area, first.from_bus, first.to_bus, first.rating_mva) == ("D0", "0", "1", 25.0)
    assert first.shift_deg == 150.0
    line = row(scenario, "branches", "branch", "line-0")
    assert line.rating_mva == pytest.approx(0.362 * 20.0 * math.sqrt(3.0))
    (boundary,) = scenario.boundaries
    assert (boundary.transmission_bus, boundary.root_bus) == ("0", "0")
    assert agrees(net, scenario)


def test_a_tap_and_parallel_units_are_kept():
    net = small()
    net.trafo.loc[0, ["tap_pos", "parallel"]] = 3, 2
    net.trafo["max_loading_percent"] = 80.0
    scenario = import_pandapower(net)
    assert row(scenario, "branches", "branch", "trafo-0").rating_mva == 40.0
    assert agrees(net, scenario)


def test_open_ends_and_joined_buses_are_as_in_pandapower():
    """A line open at one end charges; a closed switch makes one bus of two, an open one none."""
    net = small()
    ring, twin, far = (pp.create_bus(net, 20.0) for _ in range(3))
    pp.create_line(net, 1, ring, 2.0, "NA2XS2Y 1x185 RM/25 12/20 kV")
    tie = pp.create_line(net, 2, ring, 2.0, "NA2XS2Y 1x185 RM/25 12/20 kV")
    pp.create_switch(net, ring, tie, et="l", closed=False)
    pp.create_switch(net, ring, twin, et="b", closed=True)
    pp.create_switch(net, ring, far, et="b", closed=False)
    pp.create_load(net, twin, 1.0)
    pp.create_load(net, far, 1.0)
    scenario = import_pandapower(net)
    assert row(scenario, "loads", "load", "load-1").bus == str(ring)
    assert not any(r.load == "load-2" for r in scenario.loads)
    assert "loads at buses without supply are left out (1)" in scenario.sources
    assert agrees(net, scenario)


def test_three_windings_are_a_star_in_transmission():
    net = small()
    below = pp.create_bus(net, 20.0), pp.create_bus(net, 10.0)
    pp.create_transformer3w(net, 0, *below, "63/25/38 MVA 110/20/10 kV")
    for bus in below:
        pp.create_load(net, bus, 5.0, 1.0)
    scenario = import_pandapower(net)
    assert len(scenario.distribution) == 3
    assert agrees(net, scenario)


def test_a_part_fed_from_two_substations_stays_in_transmission_and_is_said():
    net = small()
    other = pp.create_bus(net, 110.0)
    pp.create_line(net, 0, other, 10.0, "243-AL1/39-ST1A 110.0")
    pp.create_transformer(net, other, 2, "25 MVA 110/20 kV")
    scenario = import_pandapower(net)
    assert not scenario.distribution
    (said,) = (s for s in scenario.sources if "several substations" in s)
    assert "open a switch to make it an area" in said
    assert agrees(net, scenario)


def test_two_transformers_of_one_substation_feed_one_area():
    net = small()
    pp.create_transformer(net, 0, 1, "40 MVA 110/20 kV")
    scenario = import_pandapower(net)
    assert len(scenario.distribution) == 1
    assert agrees(net, scenario)


def test_a_net_without_a_part_below_the_cut_is_transmission():
    scenario = import_pandapower(small(), cut_kv=10.0)
    assert not scenario.distribution
    assert any("no part hangs below the cut" in s for s in scenario.sources)


def test_the_cut_is_the_highest_voltage_where_that_is_lower_and_is_said():
    net = small()
    net.bus.loc[0, "vn_kv"] = net.trafo.loc[0, "vn_hv_kv"] = 60.0
    scenario = import_pandapower(net)
    assert len(scenario.distribution) == 1
    assert any("cut at 60 kV (by default" in s for s in scenario.sources)


def test_a_cut_above_all_buses_is_a_finding_with_a_cure():
    with pytest.raises(InvalidInput, match="the highest is at 110 kV; cut at 110 kV or lower"):
        import_pandapower(small(), cut_kv=220.0)


def test_loads_follow_voltage_by_their_shares():
    net = small()
    pp.create_load(net, 1, 2.0, 1.0, const_z_p_percent=50.0, const_i_q_percent=100.0)
    scenario = import_pandapower(net)
    assert row(scenario, "loads", "load", "load-1") == Load("D0", "load-1", "1", 1.0, 0.0)
    assert row(scenario, "loads", "load", "load-1-i").q_mvar == 1.0
    assert row(scenario, "loads", "load", "load-1-z").p_mw == 1.0
    assert agrees(net, scenario)


def test_elements_beside_loads_agree():
    """Stores at their power, wards, motors, unbalanced loads, shunts, impedances, switches."""
    net = small()
    far = pp.create_bus(net, 20.0)
    pp.create_switch(net, 2, far, et="b", z_ohm=0.1)
    pp.create_storage(net, far, 0.5, 2.0, q_mvar=0.1, soc_percent=50.0)
    pp.create_ward(net, far, 0.3, 0.1, 0.2, -0.1)
    pp.create_xward(net, 1, 0.3, 0.1, 0.2, -0.1, 0.1, 0.5, 1.0)
    pp.create_motor(net, far, 0.4, 0.9, efficiency_percent=90.0, loading_percent=80.0)
    pp.create_asymmetric_load(net, far, 0.1, 0.2, 0.3, 0.05, 0.05, 0.05)
    pp.create_shunt(net, far, -0.5, 0.01)
    near = pp.create_bus(net, 110.0)
    pp.create_impedance(net, 0, near, 0.01, 0.02, 100.0)
    pp.create_sgen(net, near, 3.0, 0.5)
    scenario = import_pandapower(net)
    store = row(scenario, "storage", "storage", "storage-0")
    assert (store.p_base_mw, store.energy_initial_mwh, store.energy_final_mwh) == (0.5, 1.0, 1.0)
    voltage, _ = distances(net, scenario)
    assert voltage < 1e-8


def test_a_dc_line_holds_both_voltages_and_loses_a_part():
    net = small()
    other = pp.create_bus(net, 110.0)
    pp.create_line(net, 0, other, 10.0, "243-AL1/39-ST1A 110.0")
    pp.create_dcline(net, 0, other, 5.0, 1.0, 0.2, 1.0, 1.01, max_p_mw=10.0)
    scenario = import_pandapower(net)
    (line,) = scenario.dc_lines
    assert (line.p_base_mw, line.p_max_mw, line.loss_1, line.loss_0_mw) == (5.0, 10.0, 0.01, 0.2)
    voltage, _ = distances(net, scenario)
    assert voltage < 1e-8


def test_costs_and_limits_become_offers():
    net = small()
    pp.create_poly_cost(net, 0, "ext_grid", cp1_eur_per_mw=50.0, cp0_eur=7.0)
    pp.create_gen(net, 2, 3.0, vm_pu=1.0, min_p_mw=1.0, max_p_mw=5.0, min_q_mvar=-2.0)
    pp.create_pwl_cost(net, 0, "gen", [[1.0, 2.0, 10.0], [2.0, 5.0, 30.0]])
    scenario = import_pandapower(net)
    grid = row(scenario, "generators", "generator", "ext_grid-0")
    assert grid.no_load_usd_per_h == 7.0
    unit = row(scenario, "generators", "generator", "gen-0")
    assert (unit.p_min_mw, unit.p_max_mw, unit.q_min_mvar) == (1.0, 5.0, -2.0)
    assert unit.q_max_mvar == math.inf
    assert unit.v_set_pu == 1.0
    steps = [(o.quantity_mw, o.price_usd_per_mwh) for o in scenario.offers if o.owner == "gen-0"]
    assert steps == [(1.0, 10.0), (1.0, 10.0), (3.0, 30.0)]  # the first slope goes on to 0 MW
    assert agrees(net, scenario)


def test_what_is_not_controllable_is_fixed_and_a_load_with_a_cost_is_a_bid():
    net = small()
    pp.create_sgen(net, 2, 2.0, type="PV", controllable=False)
    pp.create_sgen(net, 2, 1.0, type="WP", controllable=True)
    pp.create_load(net, 1, 3.0, 0.3, controllable=True, min_p_mw=1.0, max_p_mw=4.0)
    pp.create_poly_cost(net, 1, "load", cp1_eur_per_mw=-80.0, cp2_eur_per_mw2=2.0)
    scenario = import_pandapower(net)
    fixed, free = (row(scenario, "generators", "generator", f"sgen-{n}") for n in range(2))
    assert isinstance(fixed, Generator)
    assert (fixed.p_min_mw, fixed.p_max_mw, fixed.technology) == (2.0, 2.0, "pv")
    assert (free.p_min_mw, free.p_max_mw, free.technology) == (0.0, 1.0, "wind")
    bid = row(scenario, "bids", "bid", "load-1")
    assert isinstance(bid, Bid)
    assert (bid.p_min_mw, bid.p_max_mw, bid.p_base_mw) == (1.0, 4.0, 3.0)
    (offer,) = (o for o in scenario.offers if o.owner == "load-1")
    assert (offer.price_usd_per_mwh, offer.slope_usd_per_mw2h) == (80.0, 4.0)
    assert agrees(net, scenario)


def test_missing_costs_are_those_of_the_technology_or_of_a_table(tmp_path):
    net = small()
    pp.create_sgen(net, 2, 2.0, type="Biomass_MV")
    assert price(import_pandapower(net), "sgen-0") == 20.0
    table = tmp_path / "prices.csv"
    table.write_text("technology,kind,words,price_per_mwh\nbiomass,thermal,biomass,77\n")
    scenario = import_pandapower(net, costs=table)
    assert price(scenario, "sgen-0") == 77.0
    assert any(s.startswith("elements without a cost") for s in scenario.sources)


def price(scenario, owner):
    return next(o.price_usd_per_mwh for o in scenario.offers if o.owner == owner)


def test_costs_that_are_not_convex_are_findings_all_together():
    net = small()
    pp.create_gen(net, 2, 3.0, max_p_mw=5.0)
    pp.create_pwl_cost(net, 0, "gen", [[0.0, 2.0, 30.0], [2.0, 5.0, 10.0]])
    pp.create_poly_cost(net, 0, "ext_grid", cp1_eur_per_mw=50.0, cp2_eur_per_mw2=-1.0)
    with pytest.raises(InvalidInput) as caught:
        import_pandapower(net)
    assert [f.place for f in caught.value.findings] == ["poly_cost 0", "pwl_cost 0"]


def test_a_net_without_a_source_is_a_finding():
    net = small()
    net.ext_grid.in_service = False
    with pytest.raises(InvalidInput, match="power flow case"):
        import_pandapower(net)


def test_a_file_is_read_and_an_unreadable_one_is_a_finding(tmp_path):
    file, text, missing = tmp_path / "net.json", tmp_path / "text.json", tmp_path / "none.json"
    pp.to_json(small(), str(file))
    text.write_text("no net")
    assert import_pandapower(file) == import_pandapower(small())
    for wrong in (text, missing):
        with pytest.raises(InvalidInput, match=r"pandapower\.to_json"):
            import_pandapower(wrong)


def test_what_has_no_counterpart_is_listed():
    net = small()
    pp.create_svc(net, 1, 1.0, -10.0, 1.0, 130.0, in_service=True)
    net.svc["controllable"] = False
    assert any("left out: svc (1)" in s for s in import_pandapower(net).sources)
