"""What is exported and imported again clears alike, as far as the format can hold it."""

from pathlib import Path

import pandas as pd
import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.exporters import exporters
from scenarios.findings import InvalidInput
from scenarios.frames import frame
from scenarios.importers.matpower import import_matpower
from scenarios.importers.optional import quietly
from scenarios.importers.tables import import_tables
from scenarios.one_period import one_period
from scenarios.records import TABLES
from scenarios.systems import build_system
from security.load_flow import base_load_flow

SYSTEMS = ("two-blocks", "A", "B", "local-wholesale", "14B-opf", "T14D3-active", "ieee30")
NEEDS = "pip install 'tandem-market[pandapower,xlsx]'"


def cleared(scenario, distribution="transport"):
    """Welfare, and flows into distribution, which do not depend on names."""
    clearing = Integrated().clear(Operators(scenario, distribution=distribution))
    flows = sorted(clearing.tables["boundary"].column("p_mw").to_pylist())
    return clearing.welfare_usd, flows


def assert_alike(back, hour, distribution="transport"):
    welfare, flows = cleared(hour, distribution)
    again, flows_again = cleared(back, distribution)
    assert again == pytest.approx(welfare, rel=1e-9)
    assert flows_again == pytest.approx(flows, abs=1e-6)


@pytest.mark.parametrize("name", SYSTEMS)
def test_matpower(name, tmp_path):
    scenario = build_system(name)
    period = scenario.periods[len(scenario.periods) // 2]
    notes = exporters["matpower"].write(scenario, tmp_path / "cases", period)
    words = notes[-1].split()
    feeders: dict[str, list[Path]] = {}
    for word in words[words.index("--transmission") + 2 : words.index("--hours")]:
        if "=" in word:
            bus, _, file = word.partition("=")
            feeders.setdefault(bus, []).append(Path(file))
    back = import_matpower(
        tmp_path / "cases" / "T.m",
        feeders,
        periods=1,
        voll_usd_per_mwh=scenario.voll_usd_per_mwh,
        spill_usd_per_mwh=scenario.spill_usd_per_mwh,
    )
    assert_alike(back, one_period(scenario, period))


@pytest.mark.parametrize("name", SYSTEMS)
def test_csv_holds_everything(name, tmp_path):
    scenario = build_system(name)
    exporters["csv"].write(scenario, tmp_path / "tables", 1)
    (tmp_path / "back").mkdir()
    assert import_tables(tmp_path / "tables", tmp_path / "back") == scenario


def test_a_workbook_holds_everything_to_its_last_digit(tmp_path):
    pytest.importorskip("openpyxl", reason=NEEDS)
    scenario = build_system("B")
    exporters["xlsx"].write(scenario, tmp_path / "b.xlsx", 1)
    (tmp_path / "back").mkdir()
    back = import_tables(tmp_path / "b.xlsx", tmp_path / "back")
    for table in TABLES:  # a cell has sixteen digits
        pd.testing.assert_frame_equal(frame(back, table), frame(scenario, table), rtol=1e-15)


@pytest.mark.parametrize("name", ["two-blocks", "A", "14B-opf", "T14D3-active", "ieee30"])
def test_pandapower(name, tmp_path):
    pytest.importorskip("pandapower", reason=NEEDS)
    from scenarios.importers.pandapower import import_pandapower

    scenario = build_system(name)
    exporters["pandapower"].write(scenario, tmp_path / "net.json", 1)
    hour = one_period(scenario, 1)
    below = {
        b.base_kv for b in hour.buses
        if b.area in hour.distribution and (b.area, b.bus) not in
        {(x.area, x.root_bus) for x in hour.boundaries}
    }  # fmt: skip
    above = min(b.base_kv for b in hour.buses if b.area == hour.transmission)
    if below and max(below) >= above:
        pytest.fail(f"{name}: choose systems whose areas voltage parts")
    back = import_pandapower(
        tmp_path / "net.json",
        cut_kv=above,
        periods=1,
        voll_per_mwh=scenario.voll_usd_per_mwh,
        spill_per_mwh=scenario.spill_usd_per_mwh,
    )
    assert_alike(back, hour)


def test_unknown_formats_and_foreign_tables_are_findings(tmp_path):
    with pytest.raises(InvalidInput, match="near: 'matpower'"):
        exporters.named("matpow")
    exporters["csv"].write(build_system("two-blocks"), tmp_path / "tables", 1)
    (tmp_path / "tables" / "lods.csv").write_text("load\n1\n")
    (tmp_path / "back").mkdir()
    with pytest.raises(InvalidInput, match="near: 'loads'"):
        import_tables(tmp_path / "tables", tmp_path / "back")


@pytest.mark.parametrize("name", ["example_simple", "mv_oberrhein", "case118"])
def test_a_net_that_comes_back_has_the_same_losses_and_prices(name, tmp_path):
    """Taps, phase shifts, iron losses and charging are in the exported net."""
    pytest.importorskip("pandapower", reason=NEEDS)
    import pandapower.networks

    from scenarios.importers.pandapower import import_pandapower

    with quietly():
        net = getattr(pandapower.networks, name)()
    first = import_pandapower(net, periods=1)
    exporters["pandapower"].write(first, tmp_path / "net.json", 1)
    above = min(b.base_kv for b in first.buses if b.area == first.transmission)
    back = import_pandapower(tmp_path / "net.json", cut_kv=above, periods=1)
    assert base_load_flow(back).loss_mw == pytest.approx(base_load_flow(first).loss_mw, abs=1e-8)
    assert_alike(back, first)
