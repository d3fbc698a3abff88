"""What outages owe to feeders that react and to their renewables, on IEEE 14 with households."""

from dataclasses import replace

import numpy as np
import pytest

from security.outages.outage_tables import side_by_side
from security.outages.penetration import with_penetration
from tests.security.outages.conftest import all_outages

SHARES = (0.0, 0.25, 0.5, 0.75)


@pytest.fixture(scope="module")
def by_share(household):
    return {share: all_outages(with_penetration(household, share)) for share in SHARES}


@pytest.fixture(scope="module")
def fixed(household):
    return all_outages(household, coordinated=False)


def test_active_power_into_feeders_falls_with_renewables(by_share):
    p = [found.intact.boundary.real for found in by_share.values()]
    assert (np.diff(p, axis=0) < 0).all()


def test_reactive_power_into_feeders_rises_with_renewables(by_share):
    """At unity power factor they lift voltages, and with these the reactive load."""
    q = [found.intact.boundary.imag for found in by_share.values()]
    assert (np.diff(q, axis=0) > 0).all()


def test_renewables_give_their_share_of_the_load(household):
    lower = with_penetration(household, 0.5)
    for area in lower.distribution:
        view = lower.area(area)
        load = sum(r.p_mw for r in view.loads.values())
        assert sum(g.p_max_mw for g in view.generators.values()) == pytest.approx(0.5 * load)


def test_other_shares_replace_the_first(household):
    twice = with_penetration(with_penetration(household, 0.25), 0.5)
    assert twice.generators == with_penetration(household, 0.5).generators


def test_the_worst_branch_index_falls_with_renewables(by_share):
    worst = [np.nanmax(found.pi_mw) for found in by_share.values()]
    assert (np.diff(worst) < 0).all()


def test_the_voltage_index_of_the_worst_outage_rises_with_renewables(by_share):
    """Transmission's voltages stand in the upper half of their bands."""
    values = [found.pi_v[found.names.index("branch 5-6")] for found in by_share.values()]
    assert (np.diff(values) > 0).all()


def test_the_ranking_depends_on_renewables(by_share):
    first = [found.names[found.ranking[1]] for found in by_share.values()]
    assert first == ["branch 5-6"] * 3 + ["branch 2-3"]


def test_a_feeder_sheds_load_by_itself_after_an_outage(by_share):
    """After the loss of 7-9 the feeder at bus 9 draws about a MW and 1.5 Mvar less."""
    found = by_share[0.0]
    after = found.after[found.names.index("branch 7-9")]
    change = (after.boundary - found.intact.boundary)[0]
    assert change.real == pytest.approx(-1.0, abs=0.1)
    assert change.imag == pytest.approx(-1.5, abs=0.1)


def test_fixed_injections_rank_otherwise(by_share, fixed):
    """4-7 and 7-9 change places."""
    table = side_by_side({"coordinated": by_share[0.0], "fixed": fixed}).set_index("outage")
    pair = table.loc[["branch 4-7", "branch 7-9"]]
    assert pair["rank_coordinated"].is_monotonic_increasing
    assert pair["rank_fixed"].is_monotonic_decreasing


def test_fixed_injections_err_by_about_a_megavolt_ampere(by_share, fixed):
    error = np.nanmax(np.abs(by_share[0.0].flow - fixed.flow))
    assert 1.0 < error < 1.5


def test_the_same_outages_by_share_stand_side_by_side(by_share):
    table = side_by_side({f"{share:.0%}": found for share, found in by_share.items()})
    assert len(table) == len(by_share[0.0].after)
    assert table["rank_0%"].tolist() == sorted(table["rank_0%"])


def test_an_exponent_of_three_hardly_masks(by_share):
    """The most severe outage by n = 3 has the greatest single overload."""
    found = replace(by_share[0.0], exponent=3)
    loading = np.abs(found.flow.real) / found.layout.upper.rating_mva[:, None]
    assert found.ranking[1] == np.nanargmax(np.where(np.isnan(found.pi_mw), 0, loading.max(axis=0)))
