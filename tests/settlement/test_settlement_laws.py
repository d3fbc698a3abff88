"""Laws that hold for any dispatch and any prices."""

import numpy as np
import pytest


def law(settled, name):
    return next(c for c in settled.checks if c.name == name)


def test_ledger_sums_to_zero_in_every_period(settled):
    assert settled.settlement_imbalance_usd == 0.0


def test_every_amount_is_whole_cents_and_not_negative(settled):
    amounts = settled.ledger["amount_usd"].to_numpy()
    assert (amounts >= 0).all()
    assert (np.round(amounts * 100) / 100 == amounts).all()


def test_every_operator_keeps_its_exact_residual_rounded_to_the_cent(settled):
    """Half a cent, and the representation error of sums of up to 1e5 $."""
    assert law(settled, "operator's residual in the ledger = exact residual").worst_usd < 0.00501


def test_no_amount_moves_by_more_than_two_cents(settled):
    """One by rounding, one by what the boundary's rounding leaves to a small area."""
    ledger = settled.ledger.to_pandas()
    exact = ledger["energy_mwh"] * ledger["price_usd_per_mwh"]
    assert (ledger["amount_usd"] - exact).abs().max() < 0.02


def test_net_surplus_is_welfare(any_day, settled):
    """Payments cancel, so surplus is value minus cost whatever the prices."""
    _, tables = any_day
    dispatch = tables["dispatch"].to_pandas()
    welfare = (dispatch["value_usd"] - dispatch["cost_usd"]).sum()
    assert settled.net_surplus_usd == pytest.approx(welfare, abs=1e-6)
    assert settled.welfare_usd == pytest.approx(welfare, abs=1e-6)


def test_surplus_of_an_area_is_that_of_its_parties(settled):
    assert law(settled, "surplus of an area = surplus of its parties").worst_usd < 1e-6


def test_the_account_of_a_dso_is_its_part_of_the_areas_surplus(settled):
    own = settled.surplus.to_pandas().query("kind == 'dso'").groupby("area")["surplus_usd"].sum()
    assert settled.dso_account_of_day() == pytest.approx(own.to_dict())


def test_residual_is_the_sum_of_the_rents_of_a_balanced_area(settled):
    assert law(settled, "operator's residual = sum of its rents").worst_usd < 1e-6


def test_interface_rent_agrees_with_the_bus_prices(settled):
    name = "interface rent = difference of the bus prices x boundary energy"
    assert law(settled, name).worst_usd < 1e-6


def test_operators_pay_out_all_that_they_are_paid_once_rents_are_drawn(settled):
    money = settled.money.to_pandas()
    into = money.groupby("to_group")["amount_usd"].sum()
    out = money.groupby("from_group")["amount_usd"].sum()
    net = into.sub(out, fill_value=0.0)
    operators = [g for g in net.index if g == "TSO" or g.startswith("DSO f")]
    assert net[operators].abs().max() == pytest.approx(0.0, abs=1e-8)
