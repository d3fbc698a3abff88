"""Transmission in several islands: each clears, flows and has its optimum by itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.importers.matpower import import_matpower
from security.continuation.direction import Direction
from security.continuation.margin import margin
from security.load_flow import base_load_flow
from security.outages.ac import Before
from security.outages.after_outage import NO_TAKER
from security.outages.dc import DcBefore
from security.outages.outage import Outage, single_outages
from studies.analyses.opf import optimal_flow
from validation import validate

CASES = Path(__file__).parents[1] / "scenarios" / "cases"
TEXT = (CASES / "three_bus.m").read_text()
CHANGES = (
    ("3 1 60 20 0 0 1 1 0 230 1 1.1 0.9;\n",
     "3 1 60 20 0 0 1 1 0 230 1 1.1 0.9;\n4 2 5 1 0 0 1 1 0 230 1 1.1 0.9;\n"
     "5 1 5 0 0 0 1 1 0 230 1 1.1 0.9;\n"),
    ("2 60 0 100 -100 1 100 1 100 0;\n",
     "2 60 0 100 -100 1 100 1 100 0;\n4 10 0 10 -10 1 100 1 20 0;\n"),
    ("1 3 0.01 0.1 0.02 100 0 0 0 0 1 -360 360;\n",
     "1 3 0.01 0.1 0.02 100 0 0 0 0 1 -360 360;\n4 5 0.01 0.1 0 0 0 0 0 0 1 -360 360;\n"),
    ("2 0 0 3 0 40 0;\n", "2 0 0 3 0 40 0;\n2 0 0 3 0 30 0;\n"),
)  # fmt: skip


def text_of():
    text = TEXT
    for old, new in CHANGES:
        text = text.replace(old, new)
    return text


@pytest.fixture
def imported(tmp_path):
    """Import a text as a case file, with a feeder at bus 5 where it is asked for."""

    def run(text, *, feeder=False):
        path = tmp_path / "case.m"
        path.write_text(text)
        feeders = {"5": CASES / "three_bus_feeder.m"} if feeder else {}
        return import_matpower(path, feeders, periods=1)

    return run


@pytest.fixture
def islands(imported):
    """Buses 1 to 3 with a reference, and 4 and 5 without, of a generator at 30 $/MWh."""
    return imported(text_of())


def cleared(scenario, transmission="dc"):
    clearing = Integrated().clear(Operators(scenario, transmission, "transport"))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


def test_the_bus_that_can_produce_becomes_the_reference(islands):
    assert islands.area("T").network.references == ("1", "4")
    assert islands.sources[1:] == ("area T: islands without a reference bus have one now: 4",)


def test_further_references_of_an_island_hold_their_voltage_alone(imported):
    scenario = imported(TEXT.replace("2 2 50", "2 3 50"))
    assert [b.kind for b in scenario.buses] == ["slack", "pv", "pq"]
    assert "hold their voltage alone: 2" in scenario.sources[1]


@pytest.mark.parametrize("transmission", ["dc", "dc_losses"])
def test_each_island_has_its_own_price(islands, transmission):
    """110 MW at 20 $/MWh and 10 MW at 30; energy is the price at the island's reference."""
    clearing = cleared(islands, transmission)
    lmp = clearing.tables["lmp"].to_pandas().set_index("bus")
    assert lmp["energy_usd_per_mwh"].tolist() == pytest.approx([20, 20, 20, 30, 30], abs=1e-4)
    if transmission == "dc":
        assert -clearing.welfare_usd == pytest.approx(20 * 110 + 30 * 10)
        assert lmp["lmp_usd_per_mwh"].tolist() == pytest.approx([20, 20, 20, 30, 30])


def test_congestion_in_one_island_leaves_the_other(imported):
    """25 MW of line 1-3 are full; in the island of 4 and 5 nothing is."""
    text = text_of().replace("1 3 0.01 0.1 0.02 100", "1 3 0.01 0.1 0.02 25")
    lmp = cleared(imported(text)).tables["lmp"].to_pandas().set_index("bus")
    assert lmp.loc["3", "congestion_usd_per_mwh"] > 1.0
    assert lmp.loc[["4", "5"], "congestion_usd_per_mwh"].tolist() == pytest.approx([0.0, 0.0])


def test_the_load_flow_of_an_island_is_that_of_it_alone(imported, islands):
    both = base_load_flow(islands)
    alone = base_load_flow(imported(TEXT)).areas["T"]
    assert both.outcome == "solved"
    v = both.areas["T"].v
    assert v[:3] == pytest.approx(alone.v, abs=1e-10)
    assert np.angle(v[3]) == 0.0


@pytest.mark.parametrize("method", ["merged", "coordinated"])
def test_the_ac_optimum_of_islands_is_the_sum_of_theirs(imported, islands, method):
    """Beside the island of three buses: 10 MW over a line of 0.01 + j0.1, at 30 $/MWh."""
    both = optimal_flow(islands, method=method)
    first = optimal_flow(imported(TEXT))
    part = [n for n, bus in enumerate(both.flow.areas["T"].grid.buses) if bus in ("4", "5")]
    v = both.flow.areas["T"].v[part]
    loss = 100 * abs(v[0] - v[1]) ** 2 * 0.01 / abs(complex(0.01, 0.1)) ** 2
    assert both.cost_usd_per_h == pytest.approx(first.cost_usd_per_h + 30 * (10 + loss), rel=1e-6)


def test_a_feeder_may_stand_in_any_island(imported):
    scenario = imported(text_of(), feeder=True)
    flow = base_load_flow(scenario)
    assert flow.outcome == "solved"
    assert flow.loss_mw == pytest.approx(base_load_flow(scenario, method="merged").loss_mw)
    cleared(scenario)


def test_an_island_with_two_slack_buses_is_found(islands):
    buses = (replace(b, kind="slack") if b.bus == "2" else b for b in islands.buses)
    (found,) = check_scenario(replace(islands, buses=tuple(buses)))
    assert "buses '1', '2' are slack in one island" in found.finding


def test_an_island_without_a_source_is_refused(imported):
    text = text_of().replace("4 10 0 10 -10 1 100 1 20 0", "4 10 0 10 -10 1 100 0 20 0")
    with pytest.raises(InvalidInput, match="island of '4', '5'"):
        imported(text)


@pytest.mark.parametrize("method", ["response", "merged"])
def test_islands_grow_together_until_the_first_ends(imported, islands, method):
    """Bus 5 with 5 MW over x = 0.1 carries far more than the island of three buses."""
    alone = margin(imported(TEXT), method=method, q_limits=False)
    both = margin(islands, method=method, q_limits=False)
    assert both.status == "solved"
    assert both.lambda_max == pytest.approx(alone.lambda_max, rel=1e-5)
    assert both.critical_place == alone.critical_place


def test_an_island_that_grows_alone_ends_at_its_own_nose(islands):
    """Bus 5 draws 5 (1 + 10 lambda) MW over z = 0.01 + j0.1 from 1 p.u.: E^2 / 2 (r + |z|)."""
    growth = {("T", load.load): 0.0 for load in islands.loads} | {("T", "load-5"): 10.0}
    direction = Direction(loads=growth, transmission=0.0)
    found = margin(islands, q_limits=False, direction=direction)
    most = 100 / (2 * (0.01 + abs(complex(0.01, 0.1))))
    assert found.lambda_max == pytest.approx((most / 5 - 1) / 10, rel=1e-5)
    assert found.critical_place == ("T", "5")


def test_outages_in_one_island_are_those_of_it_alone(imported, islands):
    alone, both = Before.of(imported(TEXT)), Before.of(islands)
    outages = single_outages(alone.operators.upper)
    for before, there in zip(alone.after(outages), both.after(outages), strict=True):
        assert there.state == before.state
        assert there.loading_mva[: before.loading_mva.size] == pytest.approx(
            before.loading_mva, abs=1e-6, nan_ok=True
        )


def test_dc_outages_in_one_island_are_those_of_it_alone(imported, islands):
    alone, both = (DcBefore.of(Before.of(s)) for s in (imported(TEXT), islands))
    outages = single_outages(alone.before.operators.upper)
    for before, there in zip(alone.after(outages), both.after(outages), strict=True):
        assert there.state == before.state
        assert there.flow[: before.flow.size] == pytest.approx(before.flow, abs=1e-6, nan_ok=True)


def test_the_only_generator_of_an_island_has_none_to_take_over(islands):
    (lost,) = Before.of(islands).after([Outage("generator gen-4", generator="gen-4")])
    assert lost.why == NO_TAKER


def test_an_island_without_its_branch_is_cut_off(islands):
    (lost,) = Before.of(islands).after([Outage("branch 4-5", ("4-5",))])
    assert lost.state == "islanding"
    assert "'5'" in lost.why
