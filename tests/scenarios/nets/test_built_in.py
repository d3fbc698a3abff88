"""pandapower's built-in networks, imported: the same voltages and losses as its own power flow."""

import pytest

from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.importers.optional import quietly
from scenarios.importers.pandapower import import_pandapower
from security.cleared_day import check_cleared_day
from validation import validate

pytest.importorskip("pandapower", reason="pip install 'tandem-market[pandapower]'")

from tests.scenarios.nets.agreement import distances

NETS = {
    "case9": {},
    "case30": {},
    "case118": {},
    "case300": {},
    "case1354pegase": {},
    "iceland": {},
    "GBnetwork": {},
    "example_simple": {},
    "example_multivoltage": {},
    "simple_mv_open_ring_net": {},
    "mv_oberrhein": {},
    "create_cigre_network_hv": {},
    "create_cigre_network_mv": {"with_der": "pv_wind"},
    "create_cigre_network_lv": {},
    "create_kerber_landnetz_freileitung_1": {},
    "create_kerber_vorstadtnetz_kabel_1": {},
    "ieee_european_lv_asymmetric": {},
}


def built_in(networks, name, **options):
    with quietly():  # some are solved as they are made
        return getattr(networks, name)(**options)


@pytest.mark.parametrize("name", NETS)
def test_the_power_flow_is_that_of_pandapower(networks, name):
    net = built_in(networks, name, **NETS[name])
    scenario = import_pandapower(net)
    for method in ("response", "merged"):
        voltage, loss = distances(net, scenario, method)
        assert voltage < 1e-6
        assert loss < 1e-5


@pytest.mark.parametrize(
    "name", ["mv_oberrhein", "create_cigre_network_mv", "example_multivoltage"]
)
def test_a_day_is_cleared_and_checked(networks, name):
    """Coordinated and integrated agree within the certified gap; every law holds."""
    scenario = import_pandapower(built_in(networks, name), periods=2)
    physics = "dc" if name == "create_cigre_network_mv" else "lindistflow"  # rings are closed
    operators = Operators(scenario, distribution=physics)
    cmo, integrated = Cmo().clear(operators), Integrated().clear(operators)
    gap = cmo.certificate.upper_usd - cmo.certificate.lower_usd
    assert abs(cmo.welfare_usd - integrated.welfare_usd) <= gap + 1e-4
    for clearing in (cmo, integrated):
        assert all(check.passed for check in validate(scenario, clearing))
    flows = check_cleared_day(scenario, cmo.tables["dispatch"])
    assert {flow.outcome for flow in flows.values()} == {"solved"}


def test_operators_agree_below_a_transmission_of_many_scales(networks):
    """Susceptances of transmission differ by six decades; its solver must get to an end."""
    scenario = import_pandapower(networks.case1888rte(), periods=1)
    operators = Operators(scenario, distribution="dc")
    cmo, integrated = Cmo().clear(operators), Integrated().clear(operators)
    assert cmo.status is Status.AGREED
    assert cmo.welfare_usd == pytest.approx(integrated.welfare_usd, rel=1e-9)


def test_one_network_is_solved_where_operators_do_not_agree(networks):
    """Feeders of case145 have plants of 2000 MW; pandapower keeps its limits of Q as well."""
    scenario = import_pandapower(built_in(networks, "case145"), periods=1)
    cleared = Integrated().clear(Operators(scenario, distribution="dc"))
    (flow,) = check_cleared_day(scenario, cleared.tables["dispatch"]).values()
    assert flow.outcome == "solved"


@pytest.mark.parametrize("name", ["case300", "iceland"])
def test_limits_of_reactive_power_are_told_where_pandapower_has_no_solution_either(networks, name):
    import pandapower

    net = built_in(networks, name)
    scenario = import_pandapower(net, periods=1)
    cleared = Integrated().clear(Operators(scenario, distribution="dc"))
    (flow,) = check_cleared_day(scenario, cleared.tables["dispatch"]).values()
    assert "while generators keep their limits of reactive power" in flow.why
    with quietly(), pytest.raises(pandapower.LoadflowNotConverged):
        pandapower.runpp(net, enforce_q_lims=True, numba=False)
