"""Prices of feeders behind a market that does not see them."""

from dataclasses import replace

import numpy as np
import pytest

from market.designs.wholesale_only import WholesaleOnly

HOURS = (1.0,) * 12


def of_stores_alone(scenario):
    """The scenario with stores and loads in feeders and nothing that has a cost of its own."""
    offers = tuple(o for o in scenario.offers if o.area == "T")
    return replace(
        scenario,
        generators=tuple(g for g in scenario.generators if g.area == "T"),
        storage=tuple(replace(s, cost_usd_per_mwh=0.0) for s in scenario.storage),
        bids=(),
        offers=offers,
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_feeder_that_needs_no_redispatch_has_the_wholesale_price(seed, random_scenario, clear):
    """Even where its own cost is nothing, and stores and shiftable loads tie all hours together.

    Quadratic costs make the wholesale price one of an interior point, good to 1e-3 $/MWh.
    """
    drawn = random_scenario(seed, quadratic=True, storage=True, shiftable=True, hours=HOURS)
    rows = clear(of_stores_alone(drawn), WholesaleOnly()).tables["boundary"].to_pandas()
    apart = rows["dlmp_usd_per_mwh"] - rows["lmp_usd_per_mwh"]
    assert np.abs(apart).max() < 1e-3


@pytest.mark.parametrize("seed", range(4))
def test_one_hour_that_must_be_redispatched_leaves_the_others_their_price(
    seed, random_scenario, clear
):
    """Where the feeder is not full its root has the wholesale price, whatever other hours do."""
    scenario = random_scenario(seed, congested=True, feeders=1)
    tables = clear(scenario, WholesaleOnly()).tables
    flow = tables["flow"].to_pandas().query("area != 'T'")
    full = flow.groupby("period")["shadow_usd_per_mwh"].agg(lambda s: (s.abs() > 1e-6).any())
    rows = tables["boundary"].to_pandas().set_index("period")
    slack = rows[~full.reindex(rows.index).to_numpy()]
    apart = slack["dlmp_usd_per_mwh"] - slack["lmp_usd_per_mwh"]
    assert np.abs(apart).max() < 1e-6 if len(apart) else True
