"""Every pricing rule settles every design by the laws."""

import pytest

from market.pricing import pricing
from settlement import settle


@pytest.fixture(scope="module", params=list(pricing))
def settled(request, cleared):
    scenario, tables = cleared
    return settle(scenario, tables, pricing[request.param]())


def test_every_identity_holds(settled, laws):
    laws(settled)


def test_groups_and_money_add_up(settled):
    """Welfare by group is the welfare, and every operator pays out what it is paid."""
    groups = settled.welfare_split.to_pandas()["surplus_usd"].sum()
    assert groups == pytest.approx(settled.welfare_usd, abs=1e-6)
    money = settled.money.to_pandas()
    into, out = (money.groupby(f"{end}_group")["amount_usd"].sum() for end in ("to", "from"))
    net = into.sub(out, fill_value=0.0)
    operators = [group for group in net.index if group == "TSO" or group.startswith("DSO ")]
    assert net[operators].abs().max() == pytest.approx(0.0, abs=1e-8)


def test_a_payment_is_energy_at_its_price(settled):
    ledger = settled.ledger.to_pandas()
    exact = ledger["energy_mwh"] * ledger["price_usd_per_mwh"]
    assert (ledger["amount_usd"] - exact).abs().max() < 0.02
