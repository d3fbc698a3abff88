"""The kind of device of the page for developers is read, checked, cleared, judged and settled."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from formulations.devices import devices
from formulations.networks import formulation
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.day import build_day
from market.operators.operators import Operators
from market.operators.shape import with_view
from market.pricing.lmp import Nodal
from scenarios.assets import assets
from scenarios.check import check_scenario
from scenarios.check.assets import asset_rules
from scenarios.files import read_scenario, write_scenario
from scenarios.frames import frame, with_frames
from scenarios.merging import merge
from scenarios.records import Area, Bus, Generator, Load, Offer, ProfileValue
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from settlement import settle
from studies import run_study
from studies.study.new_study import new_study
from validation import validate
from validation.devices import validators

PAGE = Path(__file__).parents[2] / "docs" / "developers" / "add-a-device.md"


@pytest.fixture
def reservoir(monkeypatch):
    """The worked example, done as it is written, and forgotten afterwards; gives the record."""
    for registry in (assets, asset_rules, devices, validators):
        monkeypatch.setattr(registry, "_members", dict(registry))
    for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
        name = re.match(r"# (.*)\.py", code)[1].replace("/", ".")
        module = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(code, module.__dict__)
    return assets["reservoir"].record


def valley(plant):
    """8 MW in the first hour and 25 in the second; 10 MW at 20 $ and any amount at 60 $."""
    return Scenario(
        "valley", (1.0, 1.0), 500.0, 500.0,
        (Area("T", "transmission", 100.0),), (Bus("T", "a", 110.0, 0.9, 1.1, kind="slack"),), (),
        (Generator("T", "cheap", "a", 0.0, 10.0), Generator("T", "dear", "a", 0.0, 90.0)),
        (Offer("T", "cheap", None, 1, 10.0, 20.0), Offer("T", "dear", None, 1, 90.0, 60.0)),
        (Load("T", "city", "a", 1.0, profile="day"),),
        profiles=(ProfileValue("day", 1, 8.0), ProfileValue("day", 2, 25.0)),
    ).with_tables({"reservoirs": [plant]})  # fmt: skip


def alps(record, **columns):
    """10 MW, 2 MW of inflow, 8 MWh in the basin."""
    return record("T", "alps", "a", 10.0, 2.0, 20.0, 8.0, **columns)


def cleared(scenario, design, distribution="lindistflow"):
    clearing = design.clear(Operators(scenario, distribution=distribution))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


def test_water_waits_for_the_dear_hour(reservoir):
    """12 MWh: 10 in the second hour, as much as it can, and 2 in the first; 6 x 20 + 500 $."""
    clearing = cleared(valley(alps(reservoir)), Integrated())
    rows = clearing.tables["dispatch"].to_pandas().set_index("kind").loc["reservoir"]
    assert rows.p_mw.tolist() == pytest.approx([2.0, 10.0])
    assert rows.energy_mwh.tolist() == pytest.approx([8.0, 0.0], abs=1e-9)
    assert clearing.welfare_usd == pytest.approx(-620.0)


def test_it_is_paid_the_price_of_its_bus(reservoir):
    """2 MWh at 20 $ and 10 MWh at 60 $; the surplus of all adds up to welfare."""
    scenario = valley(alps(reservoir))
    clearing = cleared(scenario, Integrated())
    settled = settle(scenario, clearing.tables, Nodal())
    surplus = settled.surplus.to_pandas()
    own = surplus[surplus.party == "reservoir:T/alps"]
    assert own.kind.unique().tolist() == ["producer"]
    assert own.surplus_usd.sum() == pytest.approx(40.0 + 600.0)
    assert all(law.worst_usd < 0.01 for law in settled.checks)


def test_water_from_nowhere_is_found(reservoir):
    """The table says that 1 MWh more is left than ran in."""
    scenario = valley(alps(reservoir))
    clearing = Integrated().clear(Operators(scenario))
    table = clearing.tables["dispatch"].to_pandas()
    table.loc[(table.kind == "reservoir") & (table.period == 2), "energy_mwh"] += 1.0
    schema = clearing.tables["dispatch"].schema
    dispatch = type(clearing.tables["dispatch"]).from_pandas(table, schema, preserve_index=False)
    forged = replace(clearing, tables={**clearing.tables, "dispatch": dispatch})
    failed = {c.name: c.worst for c in validate(scenario, forged) if not c.passed}
    assert failed == {"reservoir water": pytest.approx(1.0)}


def test_its_table_is_written_read_checked_and_changed(reservoir, tmp_path):
    scenario = valley(alps(reservoir))
    write_scenario(scenario, tmp_path / "valley")
    assert read_scenario(tmp_path / "valley") == scenario
    richer = with_frames(scenario, reservoirs=frame(scenario, "reservoirs").assign(p_max_mw=12.0))
    assert richer.table("reservoirs") == (replace(alps(reservoir), p_max_mw=12.0),)
    (finding,) = check_scenario(valley(replace(alps(reservoir), level_initial_mwh=21.0)))
    assert "reservoir 'T/alps'" in finding.place
    (finding,) = check_scenario(valley(replace(alps(reservoir), bus="z")))
    assert "'z' is not in area 'T'" in finding.finding


@pytest.mark.parametrize(
    ("column", "is_built"),
    [("p_max_mw", False), ("level_initial_mwh", False), ("inflow_mw", True)],
)
def test_a_model_is_built_again_where_its_rows_change(reservoir, column, is_built):
    plant = alps(reservoir)
    other = valley(replace(plant, **{column: getattr(plant, column) + 1.0})).area("T")
    physics = formulation("dc", "transmission")
    day = build_day(valley(plant).area("T"), physics)
    given, fresh = with_view(day, other), build_day(other, physics)
    assert (given.columns is not day.columns) == is_built
    for part in ("cost", "lower", "upper", "row_lower", "row_upper"):
        np.testing.assert_array_equal(getattr(given.program, part), getattr(fresh.program, part))


@pytest.fixture
def with_plants(reservoir):
    """System A with a reservoir in transmission and one in its first feeder."""
    system = build_system("A")
    area = system.distribution[0]
    leaf = [b.bus for b in system.buses if b.area == area][-1]
    slack = next(b.bus for b in system.buses if b.area == system.transmission and b.kind == "slack")
    return system.with_tables(
        {
            "reservoirs": [
                reservoir(system.transmission, "dam", slack, 40.0, 10.0, 200.0, 50.0),
                reservoir(area, "creek", leaf, 0.5, 0.2, 2.0, 1.0),
            ]
        }
    )


def test_operators_agree_on_what_one_market_of_all_does(with_plants):
    together = cleared(with_plants, Integrated()).welfare_usd
    agreed = cleared(with_plants, Cmo())
    assert agreed.certificate.lower_usd <= together + 1e-3
    assert agreed.certificate.upper_usd >= together - 1e-3
    assert len(merge(with_plants).table("reservoirs")) == 2


def test_a_study_reports_it(with_plants, tmp_path):
    file = new_study(tmp_path / "first", "A")
    write_scenario(with_plants, file.parent / "scenario")
    run = run_study(file)
    for name in run.designs:
        assert run.table(name, "checks").passed.all()
        assert "reservoir" in set(run.table(name, "dispatch").kind)
