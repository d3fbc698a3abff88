"""Every design settled by every rule that suits any: the ledger balances, and all checks hold."""

import pytest

from market.designs import ranked
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


@pytest.mark.parametrize("kind", ranked())
def test_a_design_is_settled_as_bid_and_at_one_price(kind, market):
    scenario, operators = market
    cleared = ranked()[kind]().clear(operators, kind)
    for rule in ("pay_as_bid", "uniform"):
        settled = settle(scenario, cleared.tables, pricing[rule]())
        assert [v for v in verdicts(scenario, cleared, settled) if not v.passed] == []
