"""Days cleared under every design, to hold every pricing rule against."""

from dataclasses import fields, replace

import pytest

from market.coordination.methods.schedules import Schedules
from market.designs import designs
from market.designs.integrated import Integrated
from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators

METHOD = Schedules(gap_relative=1e-9, max_rounds=100)
DRAWS = {
    "blocks": (1, {}),
    "quadratic": (2, {"quadratic": True, "storage": True}),
    "congested": (3, {"congested": True, "shiftable": True, "feeders": 3}),
    "coupled": (4, {"congested": True, "storage": True, "ramps": True, "hours": (0.5, 1.0, 2.0)}),
}


def with_sellers(scenario):
    """The unit of each feeder may feed more than its feeder, and offers a part wholesale."""
    change = {"p_max_mw": 6.0, "participation": "type1", "gamma": 0.6, "beta": 20.0}
    units = (replace(g, **change) if g.generator == "unit" else g for g in scenario.generators)
    offers = (
        replace(o, quantity_mw=3.0 * o.quantity_mw, price_usd_per_mwh=o.price_usd_per_mwh / 2.0)
        if o.owner == "unit"
        else o
        for o in scenario.offers
    )
    return replace(scenario, generators=tuple(units), offers=tuple(offers))


@pytest.fixture(scope="session", params=DRAWS)
def drawn(request, random_scenario):
    """A scenario drawn at random, with its operators."""
    seed, options = DRAWS[request.param]
    scenario = with_sellers(random_scenario(seed, **options))
    return scenario, Operators(scenario)


@pytest.fixture(scope="session", params=list(designs))
def cleared(request, drawn):
    """Scenario and the tables of its day under a design."""
    scenario, market = drawn
    kind = designs[request.param]
    coordinates = "method" in {f.name for f in fields(kind)}
    design = kind(method=METHOD) if coordinates else kind()
    return scenario, design.clear(market).tables


@pytest.fixture(scope="session")
def integrated_tables():
    """Tables of a scenario that one operator clears."""
    return lambda scenario: Integrated().clear(Operators(scenario)).tables


@pytest.fixture(scope="session")
def sellers():
    """Gives scenarios drawn at random generators that offer wholesale."""
    return with_sellers


@pytest.fixture(scope="session")
def seller_tables(random_scenario):
    """A scenario whose generators offer at 20 $/MWh wholesale, whatever their cost."""
    scenario = with_sellers(random_scenario(1))
    design = LocalWholesale(METHOD, beta_mode="offered")
    return scenario, design.clear(Operators(scenario)).tables


def settles_by_the_laws(settlement):
    """Every identity holds; the ledger's residuals are rounded to half a cent."""
    missed = {law.name: law.worst_usd for law in settlement.checks}
    assert missed.pop("operator's residual in the ledger = exact residual") < 0.00501
    assert {name: worst for name, worst in missed.items() if worst > 1e-4} == {}
    assert settlement.settlement_imbalance_usd == 0.0
    assert settlement.net_surplus_usd == pytest.approx(settlement.welfare_usd, abs=1e-6)


@pytest.fixture(scope="session")
def laws():
    """Holds a settlement against all laws, whatever rule priced it."""
    return settles_by_the_laws
