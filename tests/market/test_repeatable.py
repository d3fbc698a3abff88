"""A clearing depends on the scenario and the design, and on nothing else."""

import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.systems import build_system


@pytest.mark.parametrize("system", ["A", "B"])
def test_a_design_clears_alike_first_or_after_others(system):
    scenario = build_system(system)
    used = Operators(scenario)
    for design in (Integrated(), Conventional(chi_percent=85.0), Cmo(Schedules(1e-3))):
        design.clear(used)
    again = Cmo(Schedules(1e-4)).clear(used).tables
    first = Cmo(Schedules(1e-4)).clear(Operators(scenario)).tables
    assert {name for name in first if not first[name].equals(again[name])} == set()
