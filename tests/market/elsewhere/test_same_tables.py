"""Whether operators are in one process or each in its own makes no difference to the result."""

import pyarrow as pa
import pytest

from market.clearing.outcome import STACKED
from market.coordination.methods.admm import Admm
from market.coordination.methods.curve import Curve
from market.coordination.methods.cuts import Cuts
from market.coordination.methods.exchange import Exchange
from market.designs import designs
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.table_parts import stack
from tests.market.elsewhere.conftest import call, elsewhere, operator_of, same

ALONE = [name for name, design in designs.items() if not design.about.needs_shared_models]


def whole(clearing, system):
    """The market operator's tables, and those that each operator has of its own."""
    tables = dict(clearing.tables)
    for name, record in STACKED.items():
        own = [d.session.clearings[clearing.design].settled for d in system.desks.values()]
        parts = [part for settled in own for part in settled.parts.get(name, ())]
        tables[name] = pa.concat_tables([tables[name], stack(record, parts)])
    return tables


def assert_same(near, far, system):
    tables = whole(far, system)
    assert far.certificate == near.certificate
    assert far.welfare_usd == pytest.approx(near.welfare_usd, rel=1e-9)
    of_assets = {"wholesale_offer", "wholesale_share"}  # which stay with their operator
    names = near.tables.keys() - of_assets
    assert {n for n in names if not same(near.tables[n], tables[n])} == set()


@pytest.mark.parametrize("name", ALONE)
def test_every_design_that_needs_no_shared_data_gives_the_same(day, system, name):
    near = designs[name]().clear(Operators(day), name)
    with system.market() as operators:
        call(operators.distribution, name)
        assert_same(near, designs[name]().clear(operators, name), system)


@pytest.mark.parametrize("method", [Exchange(max_rounds=6), Admm(max_rounds=6), Cuts(max_rounds=3)])
def test_every_way_to_agree_gives_the_same(day, system, method):
    design = Cmo(method)
    near = design.clear(Operators(day))
    with system.market() as operators:
        call(operators.distribution, "cmo")
        assert_same(near, design.clear(operators), system)


def test_an_area_discloses_by_its_own_choice(day, system):
    """Two areas tell what their stores hold, of which the market operator's side says nothing."""
    here, (kept, *told) = Operators(day), day.distribution
    for area in told:
        here.distribution[day.distribution.index(area)].disclosing("storage")
        system.serve(area, operator_of(day, area).disclosing("storage"), system.stop(area))
    near = Cmo().clear(here)
    with system.market() as operators:
        call(operators.distribution, "cmo")
        far = Cmo().clear(operators)
    assert_same(near, far, system)
    messages = far.frame("message")
    assert kept not in set(messages[messages.quantity == "carried"].sender) <= set(told)
    assert "carried" in set(messages.quantity)


def test_bid_curves_give_the_same(random_scenario, keys, tmp_path):
    day = random_scenario(5, feeders=3, quadratic=True)
    near = Cmo(Curve()).clear(Operators(day))
    with elsewhere(day, keys, tmp_path) as system, system.market() as operators:
        call(operators.distribution, "cmo")
        assert_same(near, Cmo(Curve()).clear(operators), system)


def test_feeders_with_losses_whose_boundary_has_no_limit_give_the_same(day, system):
    near = Cmo().clear(Operators(day, distribution="branch_flow_cone"))
    for area in day.distribution:
        port = system.stop(area)
        system.serve(area, operator_of(day, area, "branch_flow_cone"), port)
    with system.market() as operators:
        call(operators.distribution, "cmo")
        far = Cmo().clear(operators)
    assert far.certificate == near.certificate
    assert same(near.tables["message"], far.tables["message"])
    assert same(near.tables["boundary"], far.tables["boundary"])


def test_nobody_elsewhere_shares_a_model(system):
    with system.market() as operators:
        call(operators.distribution, "integrated")
        with pytest.raises(InvalidInput, match="one operator sees everything"):
            Integrated().clear(operators)
