"""A study of the two-block system, and a run of it."""

import pytest

from studies import run_study
from studies.creating import new_study


@pytest.fixture
def study(tmp_path):
    """Study file of the two-block system, in a folder of its own."""
    return new_study(tmp_path / "first", "two-blocks")


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A finished run of the two-block system; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    return run_study(new_study(folder / "first", "two-blocks"), folder / "run")
