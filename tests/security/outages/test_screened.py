"""Only sensitive feeders react: the most severe outages of the shipped systems stay the same."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.systems import build_system
from security.outages.ac import Before
from security.outages.contingency import Contingency
from security.outages.outage import single_outages
from security.outages.screened import sensitive_boundaries, with_fixed_feeders
from tests.security.outages.conftest import CAP, CAP_FLOOR_MW, all_outages, rated

TOP = 5
HOUSEHOLD = {"n_p": 1.2, "n_q": 3.0}


@pytest.fixture(scope="module", params=["A", "B", "C"])
def studied(request):
    """A shipped system whose loads follow the voltage, with limits of 1.3 times the flows."""
    scenario = build_system(request.param)
    lower = scenario.distribution
    loads = tuple(replace(r, **HOUSEHOLD) if r.area in lower else r for r in scenario.loads)
    scenario = replace(scenario, loads=loads)
    flow = Before.of(scenario, 1).intact().flow.real
    return rated(scenario, np.maximum(CAP * np.abs(flow), CAP_FLOOR_MW))


def most_severe(found):
    known = found.ranking[~np.isnan(found.pi_mw[found.ranking])]
    return {found.names[n] for n in known[:TOP]}


def branch_outages(scenario):
    before = Before.of(scenario, 1)
    outages = [o for o in single_outages(before.operators.upper) if o.branches]
    return Contingency(before.layout, before.intact(), tuple(before.after(outages)))


def test_the_top_five_are_those_of_all_feeders_reacting(studied):
    before = Before.of(studied, 1)
    widths = sensitive_boundaries(before).sensitivity
    screening = sensitive_boundaries(before, float(np.median(widths)))
    assert 0 < len(screening.kept) < len(widths)
    screened = with_fixed_feeders(studied, before, screening.kept)
    assert most_severe(branch_outages(screened)) == most_severe(branch_outages(studied))


def test_a_feeder_as_a_load_draws_what_it_drew(household):
    before = Before.of(household)
    lumped = Before.of(with_fixed_feeders(household, before, ()))
    assert lumped.layout.boundaries == ()
    np.testing.assert_allclose(lumped.intact().flow, before.intact().flow, rtol=0, atol=1e-6)


def test_without_kept_feeders_outages_are_those_of_fixed_injections(household):
    before = Before.of(household)
    lumped = all_outages(with_fixed_feeders(household, before, ()))
    fixed = all_outages(household, coordinated=False)
    np.testing.assert_allclose(lumped.flow, fixed.flow, rtol=0, atol=1e-5)


def test_without_threshold_every_feeder_reacts(household):
    screening = sensitive_boundaries(Before.of(household), 0.0)
    assert screening.kept == tuple(b.boundary for b in household.boundaries)
