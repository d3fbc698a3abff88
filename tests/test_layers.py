"""Imports flow one way; coordination knows no models; the validator stands alone."""

import ast
from graphlib import TopologicalSorter
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
ROOMS = {
    "study": set(),
    "runs": {"study"},
    "report": {"study", "runs"},
    "analyses": {"study", "runs", "report"},
    "sweep": {"study", "runs", "report"},
    "horizon": {"study", "runs", "report", "analyses"},
    "commands": {"study", "runs", "report", "analyses", "sweep", "horizon"},
}
MODELLING = {"pyomo", "highspy", "clarabel", "solvers", "formulations"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    return set(names)


def modules(package: str) -> dict[str, Path]:
    """Files of a package by the name under which they are imported."""
    files = (ROOT / package).rglob("*.py")
    return {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in files}


def modules_below(name: str) -> set[str]:
    """Modules whose code a module imports; a package stands for its `__init__`."""
    known = modules(name.split(".")[0])
    below = set()
    for node in ast.walk(ast.parse(known[name].read_text())):
        if isinstance(node, ast.ImportFrom):
            parts = [f"{node.module}.{alias.name}" for alias in node.names]
            below |= {m if {m, f"{m}.__init__"} & known.keys() else node.module for m in parts}
    return {m for n in below for m in (n, f"{n}.__init__") if m in known}


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


@pytest.mark.parametrize("room", ROOMS)
def test_imports_between_the_rooms_of_studies_flow_one_way(room):
    for path in (ROOT / "studies" / room).rglob("*.py"):
        own = {name.split(".")[1] for name in imported(path) if name.startswith("studies.")}
        assert own <= {room, *ROOMS[room]}, path


def test_every_room_of_studies_has_a_floor():
    assert {p.parent.name for p in (ROOT / "studies").glob("*/__init__.py")} == set(ROOMS)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_no_module_imports_itself_in_a_circle(package):
    below = {name: modules_below(name) for name in modules(package)}
    order = TopologicalSorter(below)
    order.prepare()  # raises CycleError, which names the circle


def test_coordination_imports_no_model_and_no_solver():
    for path in (ROOT / "market" / "coordination").rglob("*.py"):
        assert not packages(path) & MODELLING, path


def test_the_validator_shares_no_code_with_the_models():
    for path in (ROOT / "validation").rglob("*.py"):
        assert packages(path).isdisjoint({"pyomo", "market", "solvers", "formulations"}), path
