"""The tutorial, done as it is written: every command and snippet in its order."""

import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from tandem.cli import app

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def follow(text, names):
    """Do every block: commands, snippets, and files named in their first line."""
    for language, block in BLOCK.findall(text):
        if language == "sh":
            for line in block.splitlines():
                command, *words = shlex.split(line)
                assert command == "tandem"
                done = CliRunner().invoke(app, words)
                assert done.exit_code == 0, done.output
        elif language == "toml":
            Path(block.splitlines()[0].removeprefix("# ")).write_text(block)
        else:
            assert language == "python"
            exec(block, names)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Folder in which the tutorial was done, and the names that its snippets left."""
    folder, names = tmp_path_factory.mktemp("tutorial"), {}
    for case in (ROOT / "examples" / "tutorial").glob("*.m"):
        shutil.copy(case, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        follow((ROOT / "docs" / "tutorial.md").read_text(), names)
    return folder, names


def test_it_leaves_a_report_and_a_sweep(done):
    for file in ("runs/tutorial/report.html", "runs/shares/sweep.html", "runs/shares/sweep.csv"):
        assert (done[0] / file).stat().st_size > 0


def test_its_generators_gain_by_wholesale_sales(done):
    incentives = done[1]["incentives"]
    assert list(incentives.index) == [("D3", "gen-4"), ("D3", "gen-6")]
    assert (incentives["i1_usd"] > 0).all()


def test_its_designs_are_ordered_as_it_says(done):
    welfare = {name: d.welfare_usd for name, d in done[1]["run"].designs.items()}
    assert welfare["at-home"] < welfare["half-wholesale"] < welfare["integrated"]


def test_its_welfare_rises_with_the_share_and_ever_less(done):
    sweep = pd.read_csv(done[0] / "runs/shares/sweep.csv").sort_values("gamma")
    gains = np.diff(sweep["welfare_usd"])
    assert (gains >= -1e-3).all()
    assert (np.diff(gains) <= 1e-3).all()
