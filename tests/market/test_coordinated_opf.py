"""Coordinated optimal power flow: the merged optimum, and what each message is worth."""

from dataclasses import replace

import numpy as np
import pytest

from formulations.networks.ac import Ac
from market.opf.coordinated import Heterogeneous, OpfOperators
from market.opf.merged import MergedOpf
from scenarios.assembly import assemble
from scenarios.networks import load_network, scale_feeder
from scenarios.records import Generator, Offer
from tests.market.test_merged_opf import NAMES, opf_scenario
from tests.security.conftest import read_coupling

WHOLE = Heterogeneous()
NO_MULTIPLIER = Heterogeneous(voltage_multiplier=False)
NO_PRICE = Heterogeneous(price_exchange=False, voltage_multiplier=False)
UNITS = {"18": (0.25, 15.0, 0.02), "33": (0.25, 28.0, 0.03), "25": (0.20, 60.0, 0.02)}


def published_scenario():
    """IEEE 14 with two 33-bus feeders at 10 and 12 that stand for the loads there, three DGs each.

    A unit has a share of the feeder's load as its capacity and costs c1 P + c2 P^2; Q is within
    0.4 of capacity. Voltages: transmission 0.94 to 1.06, distribution 0.95 to 1.05 p.u.
    """
    upper = load_network("ieee14", "T")
    totals = {"10": 9.0, "12": 6.1}
    upper = replace(
        upper,
        loads=tuple(r for r in upper.loads if r.bus not in totals),
        buses=tuple(replace(b, v_min_pu=0.94, v_max_pu=1.06) for b in upper.buses),
    )
    feeders = []
    for bus, total in totals.items():
        feeder = scale_feeder(load_network("feeder33", f"D{bus}"), total)
        area, sized = feeder.area.area, {n: share * total for n, (share, _, _) in UNITS.items()}
        feeders.append(
            replace(
                feeder,
                area=replace(feeder.area, type="B"),
                buses=tuple(replace(b, v_min_pu=0.95, v_max_pu=1.05) for b in feeder.buses),
                generators=tuple(
                    Generator(area, f"dg-{n}", n, 0.0, p, -0.4 * p, 0.4 * p)
                    for n, p in sized.items()
                ),
                offers=tuple(
                    Offer(area, f"dg-{n}", None, 1, sized[n], c1, 2 * c2)
                    for n, (_, c1, c2) in UNITS.items()
                ),
            )
        )
    return assemble(
        "published", [upper, *feeders], {f"D{bus}": bus for bus in totals}, profiles={},
        hours=(1.0,), voll_usd_per_mwh=1000.0, spill_usd_per_mwh=1000.0,
    )  # fmt: skip


@pytest.fixture(scope="module", params=[*NAMES, "published"])
def solved(request):
    """The merged optimum, and the coordinated ones by method."""
    published = request.param == "published"
    scenario = published_scenario() if published else opf_scenario(read_coupling(request.param))
    merged = MergedOpf.of(scenario, Ac()).solve()
    found = {m: m.solve(OpfOperators.of(scenario)) for m in (WHOLE, NO_MULTIPLIER, NO_PRICE)}
    return scenario, merged, found


def test_all_messages_together_reach_the_merged_cost(solved):
    _, merged, found = solved
    assert found[WHOLE].agreed
    assert found[WHOLE].cost_usd_per_h == pytest.approx(merged.cost_usd_per_h, rel=1e-6)


def test_prices_and_voltages_are_the_merged_ones(solved):
    scenario, merged, found = solved
    bus = {b.boundary: b.transmission_bus for b in scenario.boundaries}
    served = found[WHOLE].served
    for n, boundary in enumerate(found[WHOLE].boundaries):
        assert served.lmp[n] == pytest.approx(merged.lmp[bus[boundary]], abs=1e-2)
        assert served.v[n] == pytest.approx(abs(merged.v[bus[boundary]]), abs=1e-4)


def test_every_message_left_out_costs(solved):
    """Merged <= without the multiplier <= without prices, and prices are worth far more."""
    _, merged, found = solved
    cost = merged.cost_usd_per_h
    without, blind = (found[m].cost_usd_per_h - cost for m in (NO_MULTIPLIER, NO_PRICE))
    assert -1e-6 * cost <= without < 1e-5 * cost
    assert blind > 100 * max(without, 1e-6 * cost)


def test_no_voltage_band_is_left(solved):
    assert solved[2][WHOLE].outside < 1e-6


def test_the_published_cost_is_reached():
    """7949.7944 $/h by an independent program."""
    scenario = published_scenario()
    assert MergedOpf.of(scenario, Ac()).solve().cost_usd_per_h == pytest.approx(7949.7944, abs=1e-3)


def test_boundaries_draw_what_the_published_run_drew():
    found = WHOLE.solve(OpfOperators.of(published_scenario()))
    assert [o.p_mw for o in found.offered] == pytest.approx([4.6393, 3.1468], abs=1e-3)


def test_without_generators_nothing_is_left_to_agree_on():
    """Feeders of fixed loads draw what a load flow says at the voltage that the TSO chooses."""
    coupling = read_coupling("14A")
    found = WHOLE.solve(OpfOperators.of(coupling.scenario))
    merged = MergedOpf.of(coupling.scenario, Ac()).solve()
    assert found.cost_usd_per_h == pytest.approx(merged.cost_usd_per_h, rel=1e-6)


def test_the_order_of_operators_is_of_no_matter():
    scenario = opf_scenario(read_coupling("14A"))
    turned = replace(scenario, boundaries=scenario.boundaries[::-1])
    costs = [WHOLE.solve(OpfOperators.of(s)).cost_usd_per_h for s in (scenario, turned)]
    assert np.ptp(costs) < 1e-6 * costs[0]
