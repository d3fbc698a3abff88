"""Every design settled by every rule that suits any: the ledger balances, and all checks hold."""

import pytest

from market.designs import ranked
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.pricing import pricing
from settlement import settle
from studies.runs.verdicts import verdicts
from tests.market.conftest import draw_scenario


@pytest.fixture(scope="module")
def market():
    """A congested day with storage and shiftable load, and its operators."""
    scenario = draw_scenario(1, congested=True, storage=True, shiftable=True)
    return scenario, Operators(scenario)


@pytest.fixture(scope="module")
def best_usd(market):
    """Welfare of one operator who sees all."""
    return Integrated().clear(market[1]).welfare_usd


@pytest.mark.parametrize("kind", ranked())
def test_a_design_is_settled_as_bid_and_at_one_price(kind, market, best_usd):
    """And none that mends all networks has more welfare than the integrated market."""
    scenario, operators = market
    cleared = ranked()[kind]().clear(operators, kind)
    if cleared.frame("unmended").empty:
        assert cleared.welfare_usd <= best_usd + 1e-6 * abs(best_usd)
    for rule in ("pay_as_bid", "uniform"):
        settled = settle(scenario, cleared.tables, pricing[rule]())
        assert [v for v in verdicts(scenario, cleared, settled) if not v.passed] == []
