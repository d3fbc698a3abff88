"""Transmission that survives the loss of a branch, by arithmetic and by law."""

from dataclasses import replace

import numpy as np
import pytest

from market.coordination.offered import fixed
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.designs.local_wholesale import LocalWholesale
from market.designs.zonal import Zonal
from market.operators.operators import Operators
from market.operators.outages import OutageRows
from market.pricing.lmp import Nodal
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.records import (
    SLACK,
    TRANSMISSION,
    Area,
    Branch,
    Bus,
    Commitment,
    Generator,
    Load,
    Offer,
    Outage,
)
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from security.dc.outages import State, branch_outages
from security.dc.ptdf import Sensitivities
from settlement import settle
from solvers.session import open_session
from validation import validate


def two_lines(load=60.0, emergency=None, **tables):
    """20 $ at a, 50 $ and the load at b, between them two equal lines of 40 MW each."""
    line = Branch("T", "one", "a", "b", 0.0, 0.1, rating_mva=40.0, emergency_mva=emergency)
    return Scenario(
        name="two lines",
        hours=(1.0,),
        voll_usd_per_mwh=1000.0,
        spill_usd_per_mwh=1000.0,
        areas=(Area("T", TRANSMISSION, 100.0),),
        buses=(Bus("T", "a", 110.0, 0.9, 1.1, kind=SLACK), Bus("T", "b", 110.0, 0.9, 1.1)),
        branches=(line, replace(line, branch="two")),
        generators=(Generator("T", "A", "a", 0.0, 100.0), Generator("T", "B", "b", 0.0, 100.0)),
        offers=(
            Offer("T", "A", None, 1, 100.0, 20.0),
            Offer("T", "B", None, 1, 100.0, 50.0),
        ),
        loads=(Load("T", "load", "b", load),),
        **tables,
    )


BOTH = {"outages": (Outage("T", "one"), Outage("T", "two"))}


def cleared(scenario, design=None, **options):
    """A sound day; every law of the validator and of the settlement holds."""
    assert check_scenario(scenario) == ()
    found = (design or Integrated()).clear(Operators(scenario, **options))
    assert [check for check in validate(scenario, found) if not check.passed] == []
    laws = settle(scenario, found.tables, Nodal()).checks
    assert max(law.worst_usd for law in laws if "ledger" not in law.name) < 1e-3
    return found


def prices(found):
    return found.frame("lmp").set_index("bus")["lmp_usd_per_mwh"].to_dict()


def secured(name):
    """A system whose branches of transmission may all be lost, each with a rating."""
    built = build_system(name)
    upper = [k for k in built.branches if k.area == built.transmission]
    rated = {k.branch: k.rating_mva or 60.0 for k in upper}
    return replace(
        built,
        branches=tuple(
            replace(k, rating_mva=rated[k.branch]) if k in upper else k for k in built.branches
        ),
        outages=tuple(Outage(k.area, k.branch) for k in upper),
    )


def test_an_outage_sets_the_price():
    """Either line must carry all once the other is lost: 40 MW come from a, 20 from b at 50 $.

    The limit is worth 50 - 20 = 30 $ for each of its 40 MW.
    """
    assert prices(cleared(two_lines())) == pytest.approx({"a": 20.0, "b": 20.0})
    found = cleared(two_lines(**BOTH))
    assert prices(found) == pytest.approx({"a": 20.0, "b": 50.0})
    assert found.welfare_usd == pytest.approx(-(40 * 20 + 20 * 50))
    limits = found.frame("outage_limit")
    worth = limits["shadow_usd_per_mwh"].sum()
    assert worth == pytest.approx(30.0)
    assert limits[["factor", "p_mw", "rating_mva"]].to_numpy() == pytest.approx(
        np.array([[1.0, 40.0, 40.0]] * len(limits))
    )
    rents = settle(two_lines(**BOTH), found.tables, Nodal()).rents.to_pandas()
    congestion = rents[rents["kind"] == "congestion"]["amount_usd"].sum()
    assert congestion == pytest.approx(30 * 40)


def test_a_line_may_carry_more_for_a_while():
    """With 50 MW after an outage, 50 come from a."""
    found = cleared(two_lines(emergency=50.0, **BOTH))
    assert found.welfare_usd == pytest.approx(-(50 * 20 + 10 * 50))


def test_a_plant_is_started_for_an_outage():
    """The unit at b is off unless the outage of a line has to be survived."""
    plant = (Commitment("T", "B"),)
    for tables, on in (({}, 0.0), (BOTH, 1.0)):
        found = cleared(two_lines(commitments=plant, **tables), mip_gap=0.0)
        assert found.frame("plant")["on"].tolist() == [on]


@pytest.mark.parametrize("name", ["A", "B"])
def test_a_day_survives_every_outage_for_the_cost_of_all_limits_at_once(name):
    """No pair that was left out is missed, and none that was put in was in vain."""
    scenario = replace(secured(name), hours=(1.0,) * 24)
    operators = Operators(scenario)
    upper = operators.transmission.model()
    demand = np.zeros_like(upper.columns["p_boundary"], dtype=float) + 2.0
    found = operators.transmission.clear(fixed(demand))
    rows = OutageRows(upper.outages, upper.columns["angle"])
    every = [(k, n) for k in upper.view.network.branches for n in upper.outages.outages if k != n]
    matrix, lower, upper_limit = rows.rows(every)
    program = upper.program.copy()
    columns = upper.columns["p_boundary"].ravel()
    program.lower[columns] = program.upper[columns] = demand.ravel()
    matrix.resize(matrix.shape[0], program.cost.size)
    whole = open_session(program.with_rows(matrix, lower, upper_limit), "all pairs", 60.0).solve()
    assert found.welfare == pytest.approx(-whole.objective, rel=1e-7)


@pytest.mark.parametrize("design", [Integrated(), Conventional(), Cmo(), LocalWholesale(), Zonal()])
def test_every_design_survives_outages(design):
    """So says the analysis of outages too: secure, but for branches that are the only way."""
    scenario = secured("local-wholesale" if isinstance(design, LocalWholesale) else "A")
    found = cleared(scenario, design)
    network = scenario.area(scenario.transmission).network
    flows = found.frame("flow")
    flows = flows[flows["area"] == scenario.transmission]
    for _, hour in flows.groupby("period"):
        at = hour.set_index("branch")["p_mw"][list(network.branches)].to_numpy()
        after = branch_outages(Sensitivities.of(network), at)
        worst = np.nanmax(after.overload_mw, initial=0.0)
        assert worst < 1e-4
        assert State.UNSOLVED not in after.states


def test_operators_agree_with_outages():
    """Coordinated by schedules, the day is that of one operator."""
    scenario = secured("A")
    alone, together = (cleared(scenario, d) for d in (Integrated(), Cmo()))
    assert together.welfare_usd == pytest.approx(alone.welfare_usd, rel=1e-6)
    assert len(alone.frame("outage_limit")) > 0


def test_what_is_the_only_way_cannot_be_survived():
    scenario = two_lines(load=30.0, outages=(Outage("T", "one"),))
    lone = replace(scenario, branches=scenario.branches[:1])
    found = cleared(lone)
    assert found.notes == ("outages that cut buses off set no limit, and are not survived: 'one'",)


def test_other_physics_refuse_outages():
    with pytest.raises(InvalidInput, match="flows after outages follow from angles"):
        Operators(two_lines(**BOTH), transmission="transport")


@pytest.mark.parametrize(
    ("outage", "words"),
    [
        (Outage("T", "three"), "'three'"),
        (Outage("X", "one"), "no transmission area"),
        (Outage("T", "open"), "'open' is out of service"),
    ],
)
def test_an_outage_is_of_a_branch_in_service(outage, words):
    scenario = two_lines(outages=(outage,))
    idle = replace(scenario.branches[0], branch="open", in_service=False)
    scenario = replace(scenario, branches=(*scenario.branches, idle))
    assert any(words in f.finding or words in f.place for f in check_scenario(scenario))
