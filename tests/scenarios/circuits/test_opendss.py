"""OpenDSS circuits, imported: the same voltages and power as its own power flow."""

import pandas as pd
import pytest

from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.exporters import exporters
from scenarios.findings import InvalidInput
from scenarios.importers.opendss import import_opendss
from scenarios.systems import build_system
from security.cleared_day import check_cleared_day
from security.load_flow import base_load_flow
from tests.studies.conftest import invoke
from validation import validate

pytest.importorskip("dss", reason="pip install 'tandem-market[opendss]'")

from tests.scenarios.circuits.circuits import CIRCUITS, TOWN, VILLAGE, distances, written


@pytest.mark.parametrize("name", CIRCUITS)
@pytest.mark.parametrize("method", ["response", "merged"])
def test_the_power_flow_is_that_of_opendss(tmp_path, name, method):
    """Of every phase, to 1e-8 p.u.; OpenDSS itself is asked for 1e-9."""
    file = written(tmp_path, CIRCUITS[name])
    voltage, power = distances(file, import_opendss(file, periods=1), method)
    assert voltage < 1e-8
    assert power < 1e-5


def test_one_phase_stands_for_a_third_of_three(tmp_path):
    """90 kW on one phase of 10 kV: the same drop, and the same losses, as that of its phase.

    1 ohm at 10/sqrt(3) kV carries 15.6 A: 15.6 V, 0.0027 p.u., and 243 W.
    """
    text = """
        New Circuit.lateral basekv=10 phases=3 bus1=src MVAsc3=1e9 MVAsc1=1e9
        New Line.l phases=1 bus1=src.2 bus2=end.2 r1=1 x1=0 r0=1 x0=0 c1=0 c0=0 length=1
        New Load.home phases=1 bus1=end.2 kv=5.7735 kw=90 pf=1 vminpu=0.5
        Set VoltageBases=[10]
        CalcVoltageBases
    """
    file = written(tmp_path, text)
    scenario = import_opendss(file, periods=1)
    flow = base_load_flow(scenario)
    voltage, power = distances(file, scenario)
    assert max(voltage, power) < 1e-6
    assert flow.loss_mw == pytest.approx(243e-6, rel=0.01)
    said = "of fewer than three phases, taken as their share of all three: line.l, load.home"
    assert said in scenario.sources


def test_unlike_phases_are_said(tmp_path):
    """A cable whose first phase has twice the impedance of the others, and a load on one phase."""
    text = VILLAGE.replace(
        "New Line.l3 bus1=b2 bus2=b4 linecode=c length=3 units=km",
        "New Line.l3 bus1=b2 bus2=b4 phases=3 rmatrix=(2 | 0 1 | 0 0 1) xmatrix=(2 | 0 1 | 0 0 1)",
    ).replace("Load.mill bus1=b4 phases=3 kv=20", "Load.mill bus1=b4.1 phases=1 kv=11.547")
    sources = import_opendss(written(tmp_path, text), periods=1).sources
    assert any(s.startswith("unlike phases") and "line.l3" in s for s in sources)
    assert any("p.u. apart in OpenDSS's own power flow (bus b4)" in s for s in sources)


def test_a_day_of_shapes_is_cleared_and_checked(tmp_path):
    """The homes' shape is by two hours, the sun's by half an hour; both become hours."""
    scenario = import_opendss(written(tmp_path, VILLAGE))
    shapes = scenario.profile_arrays
    assert shapes["day"].tolist()[:6] == pytest.approx([0.5, 0.5, 0.4, 0.4, 0.4, 0.4])
    assert shapes["sun"].tolist() == pytest.approx([0.0] * 8 + [1.0] * 8 + [0.0] * 8)
    assert scenario.area("Dsrc").generators["pvsystem.roofs"].p_max_mw == pytest.approx(
        0.144, rel=1e-4
    )
    operators = Operators(scenario)
    cmo, integrated = Cmo().clear(operators), Integrated().clear(operators)
    assert cmo.welfare_usd == pytest.approx(integrated.welfare_usd, rel=1e-6)
    for clearing in (cmo, integrated):
        assert all(check.passed for check in validate(scenario, clearing))
    flows = check_cleared_day(scenario, cmo.tables["dispatch"])
    assert {flow.outcome for flow in flows.values()} == {"solved"}


def test_a_closed_ring_is_agreed_on_as_well(tmp_path):
    """Both programs find the same flows around it."""
    file = written(tmp_path, VILLAGE.replace("Open Line.tie 2", ""))
    scenario = import_opendss(file, periods=1)
    voltage, power = distances(file, scenario, "merged")
    assert max(voltage, power) < 1e-5


def test_a_store_is_what_it_was(tmp_path):
    """Half full, and 20 % in reserve by OpenDSS's default; 5 kW are drawn at rest."""
    (store,) = import_opendss(written(tmp_path, VILLAGE), periods=1).storage
    powers = (store.p_charge_max_mw, store.p_discharge_max_mw, store.p_base_mw)
    assert powers == pytest.approx((0.5, 0.5, 0.005), rel=1e-4)
    levels = (store.energy_min_mwh, store.energy_initial_mwh, store.energy_max_mwh)
    assert levels == pytest.approx((0.4, 1.0, 2.0))
    assert (store.charge_efficiency, store.discharge_efficiency) == (0.9, 0.9)


def test_it_hangs_below_a_transmission_file(tmp_path):
    exporters["matpower"].write(build_system("ieee30"), tmp_path / "m", 1)
    file = written(tmp_path, VILLAGE)
    words = ("--transmission", tmp_path / "m" / "T.m", "--opendss", file, "--at", "7,8")
    done = invoke("import", tmp_path / "mine", *words, "--hours", "2")
    assert done.exit_code == 0, done.output
    areas = pd.read_parquet(tmp_path / "mine" / "scenario" / "areas.parquet")["area"]
    assert areas.tolist() == ["T", "D7", "D8"]
    assert invoke("check", tmp_path / "mine").exit_code == 0


CENTRE_TAP = """
New Transformer.pole phases=1 windings=3 buses=(b4.1, home.1.0, home.0.2) kvs=(11.547, .12, .12)
~ kvas=(25, 25, 25)
Set VoltageBases=[110, 20, 0.4, 0.208]
CalcVoltageBases
"""


@pytest.mark.parametrize(
    ("text", "place", "finding"),
    [
        ("", "master.dss", "it defines no circuit"),
        (VILLAGE.replace("New Line.l2", "New Lin.l2"), "master.dss", "OpenDSS refuses it"),
        (VILLAGE.replace("CalcVoltageBases", ""), "bus", "there is no base voltage"),
        (VILLAGE + "New Vsource.two bus1=b4 basekv=20", "vsource.two", "it is a second source"),
        (VILLAGE + CENTRE_TAP, "transformer.pole", "halves of a winding with a centre tap"),
        (
            VILLAGE.replace("interval=2", "hour=(1 2 3 4 5 6 7 8 9 10 11 12)"),
            "loadshape.day",
            "it has times of its own",
        ),
    ],
)
def test_what_has_no_equivalent_is_a_finding(tmp_path, text, place, finding):
    with pytest.raises(InvalidInput) as caught:
        import_opendss(written(tmp_path, text))
    assert any(place in f.place and finding in f.finding for f in caught.value.findings)
    assert all(f.cure for f in caught.value.findings)


def test_a_file_that_is_not_there_is_a_finding(tmp_path):
    with pytest.raises(InvalidInput, match="there is no such file"):
        import_opendss(tmp_path / "none.dss")


def test_taps_are_those_that_a_regulator_leaves(tmp_path):
    """Without it the bus behind is more than 1 % lower."""
    low = {}
    for text in (TOWN, TOWN.replace("New RegControl", "!New RegControl")):
        scenario = import_opendss(written(tmp_path, text), periods=1)
        tap = scenario.area("Dsrc").network.branches["transformer.reg"].tap
        low[text] = tap
    assert low[TOWN] < 0.99
    assert list(low.values())[1] == pytest.approx(1.0, abs=1e-6)
