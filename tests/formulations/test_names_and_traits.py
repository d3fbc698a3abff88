"""Formulations by name: where each may stand, and what the validator makes of its traits."""

from dataclasses import replace

import pytest

from formulations.networks import DEFAULTS, clearing_names, formulation, networks
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from scenarios.systems import build_system
from scenarios.traits import Physics
from validation import validate


def test_defaults_may_stand_where_they_are_the_default():
    for level, name in DEFAULTS.items():
        assert name in clearing_names(level)


def test_a_misspelt_name_is_refused_with_names_near_it():
    with pytest.raises(InvalidInput, match="near: 'dc_losses'"):
        formulation("dc_loses", "transmission")


def test_a_formulation_is_refused_where_it_clears_no_market():
    with pytest.raises(InvalidInput, match="clears no market in transmission"):
        Operators(build_system("two-blocks"), transmission="lindistflow")


def test_a_relaxation_names_a_formulation():
    for one in networks.values():
        assert one.traits.relaxes is None or one.traits.relaxes in networks


@pytest.fixture(scope="module")
def radial():
    """System A; on feeders without loops angles are free, and DC is the transport model."""
    scenario = build_system("A")
    return scenario, [
        Integrated().clear(Operators(scenario, "dc", name)) for name in ("dc", "transport")
    ]


def test_feeders_may_be_cleared_with_angles(radial):
    scenario, (angles, transport) = radial
    assert angles.welfare_usd == pytest.approx(transport.welfare_usd, rel=1e-7)
    assert [c for c in validate(scenario, angles) if not c.passed] == []


def test_angles_drive_the_flows_of_feeders_too(radial):
    """Twice the reactance takes twice the difference of angles."""
    scenario, (angles, _) = radial
    feeder = scenario.distribution[0]
    branches = (replace(k, x_pu=2 * k.x_pu) if k.area == feeder else k for k in scenario.branches)
    longer = replace(scenario, branches=tuple(branches))
    assert "flows follow angles" in {c.name for c in validate(longer, angles) if not c.passed}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"limits": "borders"}, "limits of borders"),
        ({"reactive": True}, "meshed networks"),
        ({"lossy": True, "angles": False}, "losses of flows that nothing drives"),
    ],
)
def test_physics_without_a_law_is_refused_and_not_passed(radial, changes, words):
    scenario, (angles, _) = radial
    lawless = replace(angles.physics.transmission, **changes)
    strange = replace(angles, physics=Physics(lawless, angles.physics.distribution))
    with pytest.raises(InvalidInput, match=words):
        validate(scenario, strange)
