"""Imports flow one way; coordination knows no models; the validator stands alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {
    "scenarios": set(),
    "solvers": set(),
    "formulations": {"scenarios"},
    "settlement": {"scenarios"},
    "security": {"scenarios"},
    "validation": {"scenarios"},
    "market": {"scenarios", "formulations", "solvers"},
}
MAY_IMPORT = FLOORS | {
    "studies": set(FLOORS),
    "reproduction": {*FLOORS, "studies"},
    "tandem": {*FLOORS, "studies", "reproduction"},
}
MODELLING = {"pyomo", "highspy", "clarabel", "solvers", "formulations"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    return set(names)


def packages(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_flow_one_way(package):
    others = MAY_IMPORT.keys() - {package}
    for path in (ROOT / package).rglob("*.py"):
        assert packages(path) & others <= MAY_IMPORT[package], path


def test_every_package_of_the_project_is_layered():
    found = {p.parent.name for p in ROOT.glob("*/__init__.py")} - {"benchmarks"}
    assert found == set(MAY_IMPORT)


def test_coordination_imports_no_model_and_no_solver():
    for path in (ROOT / "market" / "coordination").glob("*.py"):
        assert not packages(path) & MODELLING, path


def test_the_validator_shares_no_code_with_the_models():
    for path in (ROOT / "validation").rglob("*.py"):
        assert packages(path).isdisjoint({"pyomo", "market", "solvers", "formulations"}), path
