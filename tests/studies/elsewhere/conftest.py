"""A study of three feeders, cut into one folder per operator, with keys."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.designs.local_wholesale import LocalWholesale
from scenarios.systems import build_system
from scenarios.writing import write_scenario
from studies.analyses.run_elsewhere import run_elsewhere
from studies.analyses.serve_area import report_session, serving
from studies.study.new_study import study_of
from studies.study.operators_file import operators_text
from studies.study.study import read_study
from studies.study.study_text import study_text
from tests.studies.conftest import invoke, part_of_day

AREAS = ("D9", "D10", "D14")


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """Folder of a study of four hours with all data."""
    folder = tmp_path_factory.mktemp("whole")
    scenario = part_of_day(build_system("local-wholesale"), 17, 4)
    write_scenario(scenario, folder / "scenario")
    designs = {
        "early": Conventional(),
        "joint": Cmo(),
        "local": LocalWholesale(gamma=0.5),
        "best": Integrated(),
    }
    study = replace(study_of(scenario, folder / "scenario"), name="four", designs=designs)
    (folder / "study.toml").write_text(study_text(study))
    return folder


@pytest.fixture
def apart(whole, tmp_path):
    """Folder with one folder per operator, and their keys."""
    place = tmp_path / "apart"
    assert invoke("split", whole, place).exit_code == 0
    assert invoke("keys", place / "keys", "--areas", ",".join(AREAS)).exit_code == 0
    return place


@pytest.fixture(scope="session")
def done(whole, tmp_path_factory):
    """The market operator's run of `joint`, and those of areas; operators are threads."""
    place = tmp_path_factory.mktemp("done") / "apart"
    invoke("split", whole, place)
    invoke("keys", place / "keys", "--areas", ",".join(AREAS))
    for folder in ("market", *AREAS):
        file = place / folder / "study.toml"
        study = read_study(file)
        file.write_text(study_text(replace(study, designs={"joint": study.designs["joint"]})))
    with ExitStack() as stack:
        served = [
            stack.enter_context(serving(place / area, place / "keys", "127.0.0.1", 0))
            for area in AREAS
        ]
        operators = place / "market" / "operators.toml"
        operators.write_text(operators_text("../keys", {s.area: s.address for s in served}))
        run = run_elsewhere(place / "market", operators, place / "run")
        areas = {s.area: report_session(s, s.desk.finished.pop()) for s in served}
    return run, areas
