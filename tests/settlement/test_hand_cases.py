"""Days so small that the docstring shows the arithmetic."""

import pytest

from market.pricing.lmp import Nodal
from scenarios.findings import InvalidInput
from scenarios.records import Boundary
from settlement import settle

GRID = "grid"


@pytest.fixture
def two_bus(day):
    """20-$ unit and 40 MW line at a; 60 MW load and 50-$ unit at b; half an hour.

    Prices 20 and 50 $/MWh; 40 MW over the line, 20 MW from the unit at b.
    """
    d = day(hours=(0.5,))
    d.bus(GRID, "a")
    d.bus(GRID, "b")
    d.row("generator", GRID, "cheap", "a", 40.0, cost=400.0)
    d.row("generator", GRID, "dear", "b", 20.0, cost=500.0)
    d.row("load", GRID, "city", "b", 60.0)
    d.price(GRID, "a", 20.0)
    d.price(GRID, "b", 20.0, congestion=30.0)
    d.line(GRID, "ab", ("a", "b"), 40.0, shadow=30.0)
    return d


@pytest.fixture
def feeder(day):
    """A feeder behind bus a at 50 $/MWh: 10 MW line from its root to n, 12 MW load and 2 MW of
    80-$ generation at n; one hour. Price at n is 80.
    """
    d = day()
    d.bus(GRID, "a")
    d.area("north", "a")
    d.bus("north", "root")
    d.bus("north", "n")
    d.row("generator", GRID, "unit", "a", 10.0, cost=500.0)
    d.row("generator", "north", "chp", "n", 2.0, cost=160.0)
    d.row("load", "north", "homes", "n", 12.0)
    d.price(GRID, "a", 50.0)
    d.price("north", "root", 50.0)
    d.price("north", "n", 50.0, congestion=30.0)
    d.line("north", "rn", ("root", "n"), 10.0, shadow=30.0)
    d.cross("north", 10.0, 50.0)
    return d


def booked(settlement):
    """{(payer, payee): (energy, amount)} of the ledger."""
    rows = settlement.ledger.to_pylist()
    return {(r["payer"], r["payee"]): (r["energy_mwh"], r["amount_usd"]) for r in rows}


def received(settlement, party):
    """Payments received minus made over the day ($)."""
    rows = settlement.surplus.to_pylist()
    return sum(r["received_usd"] for r in rows if r["party"] == party)


def rent(settlement, area, kind):
    """(amount, check) of the one period."""
    for r in settlement.rents.to_pylist():
        if (r["area"], r["kind"]) == (area, kind):
            return r["amount_usd"], r["check_usd"]
    return None


def test_users_and_producers_settle_at_the_price_of_their_bus(two_bus):
    """City 60 MW x 0.5 h x 50 = 1500; cheap 40 x 0.5 x 20 = 400; dear 20 x 0.5 x 50 = 500."""
    assert booked(settle(*two_bus.cleared(), Nodal())) == {
        ("load:grid/city", "tso"): (30.0, 1500.0),
        ("tso", "generator:grid/cheap"): (20.0, 400.0),
        ("tso", "generator:grid/dear"): (10.0, 500.0),
    }


def test_tso_keeps_shadow_price_times_flow(two_bus):
    """1500 - 400 - 500 = 600 = 30 $/MWh x 40 MW x 0.5 h."""
    settlement = settle(*two_bus.cleared(), Nodal())
    assert received(settlement, "tso") == pytest.approx(600.0)
    assert rent(settlement, GRID, "congestion") == pytest.approx((600.0, 600.0))
    assert rent(settlement, GRID, "residual") == pytest.approx((600.0, 600.0))


def test_flow_against_the_branch_earns_the_same_rent(two_bus):
    """From b to a, the flow is -40 MW and the shadow price -30 $/MWh: 600 $ as before."""
    two_bus.flow.clear()
    two_bus.branches.clear()
    two_bus.line(GRID, "ba", ("b", "a"), -40.0, shadow=-30.0)
    assert rent(settle(*two_bus.cleared(), Nodal()), GRID, "congestion") == pytest.approx(
        (600.0, 600.0)
    )


def test_a_producer_gains_its_payment_less_its_cost(two_bus):
    """Cheap is paid 400 and costs 400; at a price of 25 it would gain 20 x 5 = 100."""
    two_bus.lmp.clear()
    two_bus.price(GRID, "a", 25.0)
    two_bus.price(GRID, "b", 25.0, congestion=25.0)
    rows = settle(*two_bus.cleared(), Nodal()).surplus.to_pylist()
    cheap = next(r for r in rows if r["party"] == "generator:grid/cheap")
    assert cheap["kind"] == "producer"
    assert cheap["surplus_usd"] == pytest.approx(100.0)


def test_dso_pays_the_tso_at_the_boundary_and_its_resources_locally(feeder):
    """Boundary 10 x 50 = 500; homes 12 x 80 = 960; chp 2 x 80 = 160."""
    assert booked(settle(*feeder.cleared(), Nodal())) == {
        ("tso", "generator:grid/unit"): (10.0, 500.0),
        ("dso:north", "tso"): (10.0, 500.0),
        ("load:north/homes", "dso:north"): (12.0, 960.0),
        ("dso:north", "generator:north/chp"): (2.0, 160.0),
    }


def test_dso_keeps_the_rent_of_its_congested_branch(feeder):
    """960 - 160 - 500 = 300 = 30 $/MWh x 10 MW."""
    settlement = settle(*feeder.cleared(), Nodal())
    assert received(settlement, "dso:north") == pytest.approx(300.0)
    assert rent(settlement, "north", "feeder") == pytest.approx((300.0, 300.0))


def test_surplus_of_an_area_leaves_out_payments_inside_it(feeder):
    """- 160 (chp) - 500 (boundary) = -660 = homes -960, chp 160 - 160, operator 300."""
    assert settle(*feeder.cleared(), Nodal()).area_surplus_of_day() == pytest.approx(
        {"north": -660.0}
    )


def test_a_dearer_root_gives_an_interface_rent(feeder):
    """Root at 65, line shadow 15: 10 MW x (65 - 50) = 150 at the interface, 150 on the branch."""
    feeder.lmp.clear()
    feeder.flow.clear()
    feeder.boundary.clear()
    feeder.price(GRID, "a", 50.0)
    feeder.price("north", "root", 65.0)
    feeder.price("north", "n", 65.0, congestion=15.0)
    feeder.line("north", "rn", ("root", "n"), 10.0, shadow=15.0)
    feeder.cross("north", 10.0, 50.0, dlmp=65.0)
    settlement = settle(*feeder.cleared(), Nodal())
    assert rent(settlement, "north", "interface") == pytest.approx((150.0, 150.0))
    assert rent(settlement, "north", "feeder") == pytest.approx((150.0, 150.0))
    assert rent(settlement, "north", "residual") == pytest.approx((300.0, 300.0))


def test_voltage_part_of_a_price_is_a_rent_of_its_own(feeder):
    """Price at n 80 = 50 + 10 branch + 20 voltage: of the 300 kept, 100 branch and 200 voltage."""
    feeder.lmp.clear()
    feeder.flow.clear()
    feeder.price(GRID, "a", 50.0)
    feeder.price("north", "root", 50.0, voltage=0.0)
    feeder.price("north", "n", 50.0, congestion=10.0, voltage=20.0)
    feeder.line("north", "rn", ("root", "n"), 10.0, shadow=10.0)
    settlement = settle(*feeder.cleared(), Nodal())
    assert rent(settlement, "north", "feeder") == pytest.approx((100.0, 100.0))
    assert rent(settlement, "north", "voltage")[0] == pytest.approx(200.0)


def test_an_exporting_dso_is_paid(day):
    """PV 5 MW, homes 2 MW, 3 MW to the grid's load at 50 $/MWh: the TSO pays 150."""
    d = day()
    d.bus(GRID, "a")
    d.area("north", "a")
    d.bus("north", "root")
    d.row("load", GRID, "city", "a", 3.0)
    d.row("generator", "north", "pv", "root", 5.0)
    d.row("load", "north", "homes", "root", 2.0)
    d.price(GRID, "a", 50.0)
    d.price("north", "root", 50.0)
    d.cross("north", -3.0, 50.0)
    settlement = settle(*d.cleared(), Nodal())
    assert booked(settlement)["tso", "dso:north"] == (3.0, 150.0)
    assert received(settlement, "dso:north") == pytest.approx(0.0)


def test_at_a_negative_price_the_producer_pays(day):
    """8 MW at -10 $/MWh: the unit pays 80, the load is paid 80; energy is negative."""
    d = day()
    d.bus(GRID, "a")
    d.row("generator", GRID, "wind", "a", 8.0)
    d.row("load", GRID, "city", "a", 8.0)
    d.price(GRID, "a", -10.0)
    assert booked(settle(*d.cleared(), Nodal())) == {
        ("generator:grid/wind", "tso"): (-8.0, 80.0),
        ("tso", "load:grid/city"): (-8.0, 80.0),
    }


def test_a_charging_store_pays_and_a_discharging_one_is_paid(day):
    """Charges 4 MW at 10 $/MWh (pays 40), discharges 3 MW at 60 (is paid 180): 140 over the day."""
    d = day(hours=(1.0, 1.0))
    d.bus(GRID, "a")
    for t, p, price in ((1, -4.0, 10.0), (2, 3.0, 60.0)):
        d.row("storage", GRID, "cell", "a", p, t=t)
        d.row("generator", GRID, "unit", "a", -p, t=t)
        d.price(GRID, "a", price, t=t)
    assert received(settle(*d.cleared(), Nodal()), "storage:grid/cell") == pytest.approx(140.0)


@pytest.fixture
def shortage(feeder):
    """The TSO has only 7 of the 10 MW that the DSO bid; price 1000 $/MWh at the boundary."""
    feeder.dispatch.clear()
    feeder.lmp.clear()
    feeder.boundary.clear()
    feeder.row("generator", GRID, "unit", "a", 7.0, cost=350.0)
    feeder.row("unserved", GRID, "a", "a", 3.0, cost=3000.0)
    feeder.row("generator", "north", "chp", "n", 2.0, cost=160.0)
    feeder.row("load", "north", "homes", "n", 12.0)
    feeder.price(GRID, "a", 1000.0)
    feeder.price("north", "root", 50.0)
    feeder.price("north", "n", 50.0, congestion=30.0)
    feeder.cross("north", 10.0, 1000.0, dlmp=50.0)
    return feeder


def test_those_behind_the_boundary_are_compensated_for_what_is_not_delivered(shortage):
    """3 MWh x 1000 $/MWh to the consumers of north."""
    assert booked(settle(*shortage.cleared(), Nodal()))["tso", "consumers:north"] == (3.0, 3000.0)


def test_compensation_takes_what_was_collected_for_undelivered_energy(shortage):
    """TSO: 10 x 1000 from the DSO, 7 x 1000 to the unit, 3 x 1000 compensation: 0 left."""
    assert received(settle(*shortage.cleared(), Nodal()), "tso") == pytest.approx(0.0)


def test_shortage_keeps_net_surplus_equal_to_welfare(shortage):
    """- 350 - 3000 - 160 = -3510."""
    settlement = settle(*shortage.cleared(), Nodal())
    assert settlement.net_surplus_usd == pytest.approx(-3510.0)


def test_surplus_of_an_area_counts_shedding_and_its_compensation(shortage):
    """- 160 - 3000 - 10 x 1000 + 3000 = -10160."""
    assert settle(*shortage.cleared(), Nodal()).area_surplus_of_day() == pytest.approx(
        {"north": -10160.0}
    )


def test_two_areas_at_one_bus_share_a_shortage_by_what_they_take(shortage):
    """North takes 10 MW, south 20 MW of the bus: 3 MWh are 1 and 2, 1000 and 2000 $."""
    shortage.area("south", "a")
    shortage.bus("south", "root")
    shortage.price("south", "root", 50.0)
    shortage.cross("south", 20.0, 1000.0, dlmp=50.0)
    paid = booked(settle(*shortage.cleared(), Nodal()))
    assert paid["tso", "consumers:north"] == pytest.approx((1.0, 1000.0))
    assert paid["tso", "consumers:south"] == pytest.approx((2.0, 2000.0))


def test_unserved_energy_away_from_boundaries_hits_the_operators_own_area(two_bus):
    """1 MW for half an hour at 1000 $/MWh: 500 $ to the consumers of grid."""
    two_bus.row("unserved", GRID, "b", "b", 1.0, cost=500.0)
    assert booked(settle(*two_bus.cleared(), Nodal()))["tso", "consumers:grid"] == (0.5, 500.0)


def test_the_operator_bears_what_it_spills(day):
    """5 MW of must-run, 4 MW load, 1 MW spilled at 10 $/MWh, price -10.

    The unit pays 50, the load is paid 40: the TSO keeps 10, which is the cost of spilling.
    """
    d = day()
    d.bus(GRID, "a")
    d.row("generator", GRID, "nuclear", "a", 5.0)
    d.row("load", GRID, "city", "a", 4.0)
    d.row("spilled", GRID, "a", "a", 1.0, cost=10.0)
    d.price(GRID, "a", -10.0)
    settlement = settle(*d.cleared(), Nodal())
    tso = next(r for r in settlement.surplus.to_pylist() if r["party"] == "tso")
    assert (tso["value_usd"], tso["received_usd"]) == pytest.approx((-10.0, 10.0))
    assert rent(settlement, GRID, "spilled")[0] == pytest.approx(10.0)


def test_the_operator_pays_for_its_shunts(day):
    """5 MW produced at 40 $/MWh, 4 MW used, 1 MW in a shunt: the TSO is 40 $ short."""
    d = day()
    d.bus(GRID, "a", shunt=1.0)
    d.row("generator", GRID, "unit", "a", 5.0)
    d.row("load", GRID, "city", "a", 4.0)
    d.price(GRID, "a", 40.0)
    settlement = settle(*d.cleared(), Nodal())
    assert received(settlement, "tso") == pytest.approx(-40.0)
    assert rent(settlement, GRID, "shunt")[0] == pytest.approx(-40.0)


def test_marginal_losses_leave_a_loss_rent(day):
    """10.5 MW made at a, 10 MW used at b, 0.5 MW lost; prices 20 and 22 $/MWh.

    10 x 22 - 10.5 x 20 = 10 kept, all of it loss rent.
    """
    d = day()
    d.bus(GRID, "a")
    d.bus(GRID, "b")
    d.row("generator", GRID, "unit", "a", 10.5)
    d.row("load", GRID, "city", "b", 10.0)
    d.price(GRID, "a", 20.0, loss=0.0)
    d.price(GRID, "b", 20.0, loss=2.0)
    settlement = settle(*d.cleared(), Nodal())
    assert rent(settlement, GRID, "loss")[0] == pytest.approx(10.0)
    assert rent(settlement, GRID, "residual") == pytest.approx((10.0, 10.0))


def test_money_flows_from_homes_to_resources_and_rents(feeder):
    """Homes 960 -> DSO -> 160 chp, 500 TSO -> unit, 300 rent."""
    flows = settle(*feeder.cleared(), Nodal()).money.to_pylist()
    assert {(f["from_group"], f["to_group"]): f["amount_usd"] for f in flows} == {
        ("local loads", "DSO north"): 960.0,
        ("DSO north", "DER thermal"): 160.0,
        ("DSO north", "TSO"): 500.0,
        ("TSO", "transmission generators"): 500.0,
        ("DSO north", "rents of DSOs"): 300.0,
    }


def test_thirds_of_a_cent_still_add_up(day):
    """Three units of 1/3 MW at 10 $/MWh and a load of 1 MW: 3.34 + 3.33 + 3.33 = 10.00."""
    d = day()
    d.bus(GRID, "a")
    d.row("load", GRID, "city", "a", 1.0)
    for name in ("u1", "u2", "u3"):
        d.row("generator", GRID, name, "a", 1 / 3)
    d.price(GRID, "a", 10.0)
    amounts = sorted(r["amount_usd"] for r in settle(*d.cleared(), Nodal()).ledger.to_pylist())
    assert amounts == [3.33, 3.33, 3.34, 10.0]


def test_an_area_that_only_trades_at_its_boundaries_is_rounded_first(day):
    """Two boundaries of 0.333 and 0.333 MW at 1 $/MWh: 66.6 cents in all, 67 booked."""
    d = day()
    d.bus(GRID, "a")
    d.bus(GRID, "b")
    d.area("north", "a")
    d.bus("north", "root")
    d.boundaries.append(Boundary("second", "b", "north", "root"))
    d.row("generator", GRID, "unit", "a", 0.666)
    d.row("spilled", "north", "root", "root", 0.666)
    for area, bus in ((GRID, "a"), (GRID, "b"), ("north", "root")):
        d.price(area, bus, 1.0)
    d.cross("north", 0.333, 1.0)
    d.boundary.append(d.boundary[0].__class__(1, "second", "north", 0.333, None, 1.0, 1.0))
    rows = settle(*d.cleared(), Nodal()).ledger.to_pylist()
    paid = [r["amount_usd"] for r in rows if r["payer"] == "dso:north"]
    assert sum(paid) == pytest.approx(0.67, abs=1e-12)


def test_a_bus_without_a_price_is_refused(two_bus):
    two_bus.lmp.pop()
    with pytest.raises(InvalidInput, match="bus 'b' of area 'grid', period 1: it lacks a price"):
        settle(*two_bus.cleared(), Nodal())


def test_an_asset_that_the_scenario_lacks_is_refused(two_bus):
    two_bus.assets.pop(("generator", GRID, "dear"))
    with pytest.raises(InvalidInput, match="generator:grid/dear at bus 'b'"):
        settle(*two_bus.cleared(), Nodal())


def test_an_empty_day_settles_to_nothing(day):
    d = day()
    d.bus(GRID, "a")
    d.price(GRID, "a", 10.0)
    settlement = settle(*d.cleared(), Nodal())
    assert settlement.ledger.num_rows == 0
    assert settlement.net_surplus_usd == 0.0
