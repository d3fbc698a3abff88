"""A net below a transmission file of one's own."""

import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.exporters import exporters
from scenarios.findings import InvalidInput
from scenarios.importers.hanging import hang_below
from scenarios.importers.pandapower import import_pandapower
from scenarios.systems import build_system
from security.load_flow import base_load_flow
from validation import validate

pytest.importorskip("pandapower", reason="pip install 'tandem-market[pandapower]'")

from tests.scenarios.nets.test_pandapower import small


def test_areas_take_the_place_of_loads(tmp_path):
    """At each bus the same area draws the same power at the same voltage as below its own grid."""
    exporters["matpower"].write(build_system("ieee30"), tmp_path / "m", 1)
    net = import_pandapower(small(), periods=1)
    scenario = hang_below(tmp_path / "m" / "T.m", net, ["7", "8"])
    assert scenario.distribution == ("D7", "D8")
    assert not any(r.bus in ("7", "8") for r in scenario.loads if r.area == "T")
    assert {abs(port.power) > 4.0 for port in base_load_flow(scenario).ports.values()} == {True}
    clearing = Integrated().clear(Operators(scenario))
    assert all(check.passed for check in validate(scenario, clearing))


def test_what_does_not_fit_is_said(tmp_path):
    exporters["matpower"].write(build_system("ieee30"), tmp_path / "m", 1)
    net = import_pandapower(small(), cut_kv=10.0, periods=1)
    with pytest.raises(InvalidInput) as caught:
        hang_below(tmp_path / "m" / "T.m", net, ["99"])
    assert [f.place for f in caught.value.findings] == ["--at", "the net"]
