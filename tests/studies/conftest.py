"""A study of the two-block system, a run of it, and the command line."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner, Result

from studies import run_study
from studies.study.new_study import new_study
from tandem.cli import app


def invoke(*args) -> Result:
    """What a command of `tandem` prints, and its exit code."""
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def tandem(tmp_path, monkeypatch):
    """The command line, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return invoke


@pytest.fixture
def study(tmp_path):
    """Study file of the two-block system, in a folder of its own."""
    return new_study(tmp_path / "first", "two-blocks")


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A finished run of the two-block system; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    return run_study(new_study(folder / "first", "two-blocks"), folder / "run")


def part_of_day(scenario, first, count):
    """`count` hours of a scenario from hour `first` on, as a day of its own."""

    def kept(rows):
        return tuple(
            row if row.period is None else replace(row, period=row.period - first + 1)
            for row in rows
            if row.period is None or first <= row.period < first + count
        )

    return replace(
        scenario,
        hours=scenario.hours[first - 1 : first - 1 + count],
        profiles=kept(scenario.profiles),
        offers=kept(scenario.offers),
    )
