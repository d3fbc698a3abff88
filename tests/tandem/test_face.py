"""`import tandem`: the whole loop in memory."""

import ast
import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tandem


def test_the_example_of_the_package_holds():
    found = doctest.testmod(tandem)
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize("name", tandem.__all__)
def test_every_name_leads_somewhere_and_is_documented(name):
    assert getattr(tandem, name).__doc__


def test_what_types_are_told_is_what_there_is():
    tree = ast.parse(Path(tandem.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    told = {alias.asname for node in block.body for alias in node.names}
    assert told == set(tandem.__all__)


def test_every_name_has_a_home():
    assert set(tandem._HOME) == set(tandem.__all__)


def test_importing_it_imports_no_model():
    code = "import sys, tandem; print({'pyomo', 'pandas', 'plotly'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_options_of_a_design_are_those_of_a_study():
    day = tandem.system("two-blocks")
    cleared = tandem.clear(day, "cmo", method="exchange", damping=0.5)
    assert cleared.frame("round")["round"].size == cleared.rounds
    with pytest.raises(tandem.InvalidInput, match="write a step in"):
        tandem.clear(day, "cmo", method="exchange", damping=2.0)
    with pytest.raises(tandem.InvalidInput, match="near: 'cmo'"):
        tandem.clear(day, "cmoo")


def test_changed_tables_are_cleared_by_the_same_models_as_by_fresh_ones():
    day = tandem.system("local-wholesale")
    operators = tandem.Operators(day)
    tandem.clear(operators, "integrated")
    loads = tandem.frame(day, "loads")
    changed = tandem.with_frames(day, loads=loads.assign(p_mw=0.9 * loads["p_mw"]))
    reused = tandem.clear(operators.for_scenario(changed), "integrated")
    fresh = tandem.clear(changed, "integrated")
    assert reused.welfare_usd == pytest.approx(fresh.welfare_usd, rel=1e-9)


def test_every_pricing_rule_settles_to_the_same_welfare():
    day = tandem.system("two-blocks")
    cleared = tandem.clear(day, "integrated")
    for rule in tandem.pricing:
        settled = tandem.settle(day, cleared, rule)
        assert settled.net_surplus_usd == pytest.approx(cleared.welfare_usd)
        assert settled.settlement_imbalance_usd == 0.0


def test_designs_are_compared_side_by_side():
    day = tandem.system("local-wholesale")
    operators = tandem.Operators(day)
    names = ("conventional", "cmo", "integrated")
    table = tandem.compare(day, [tandem.clear(operators, name) for name in names])
    assert list(table.index) == list(names)
    assert table.loc["conventional", "loss_usd"] > table.loc["cmo", "loss_usd"] >= 0.0
    assert {f"surplus_usd:{a}" for a in day.distribution} <= set(table.columns)


def test_the_guide_runs():
    guide = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
    exec("\n".join(re.findall(r"```python\n(.*?)```", guide, re.DOTALL)), {})


def test_what_there_is_tells_itself_in_a_line_and_as_a_table():
    day = tandem.system("two-blocks")
    operators = tandem.Operators(day)
    cleared = tandem.clear(operators, "integrated")
    settled = tandem.settle(day, cleared)
    assert repr(operators) == "<Operators of 'T' and 1 distribution area>"
    assert repr(cleared).startswith("<Clearing 'integrated': welfare -700.00")
    assert repr(settled).startswith("<Settlement: net surplus -700.00")
    assert all("<table" in one._repr_html_() for one in (day, cleared, settled))


def test_owners_play_in_memory():
    """b1 makes 45 MW that nobody else can bring behind a full line, at whatever it asks."""
    day = tandem.system("two-buses")
    owner = tandem.Owner("b1", tandem.Markup({("T", "b1")}), (30.0,))
    found = tandem.equilibrium(day, [owner], "integrated")
    assert found.loc["integrated", "gain_usd"] == pytest.approx(1350.0)
