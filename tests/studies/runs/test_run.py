import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scenarios.findings import InvalidInput
from scenarios.quantity import arrow_schema
from scenarios.results import RESULTS
from studies import read_run, read_study, run_study
from studies.analyses import study_run
from studies.runs import clear_designs
from studies.runs.ac_check import RECORDS
from studies.runs.finished import REPORT
from studies.runs.helpers import PAYS, jobs_for
from studies.runs.run_folder import new_folder
from studies.runs.run_records import RunStatus
from studies.runs.without_offers import RECORDS as GAINS
from studies.study.new_study import new_study
from studies.study.study import open_study

ROOT = Path(__file__).parents[3]
SETTLED = {"ledger", "surplus", "rents", "area_surplus", "money", "checks", "welfare_split",
           "redispatch", "statement", "grid_account"}  # fmt: skip


def files_in(folder):
    return sorted(os.path.relpath(f, folder) for f in folder.rglob("*") if f.is_file())


def test_welfare_is_that_of_the_hand_case(finished):
    """40 MW at 20 $ cost 800 $; 10 MW more of the block at 20 $ are worth 30 $ each: -700 $."""
    assert finished.designs["conventional"].welfare_usd == pytest.approx(-800.0)
    assert finished.designs["cmo"].welfare_usd == pytest.approx(-700.0)
    assert finished.designs["integrated"].welfare_usd == pytest.approx(-700.0)


def test_every_check_of_the_hand_case_passes(finished):
    assert finished.status is RunStatus.OK
    for design in finished.designs:
        assert finished.table(design, "checks")["passed"].all()


def test_run_folder_holds_every_table_of_every_design(finished):
    for design in finished.designs:
        held = {f.stem for f in (finished.folder / design).glob("*.parquet")}
        assert held == set(RESULTS) | set(RECORDS) | set(GAINS) | SETTLED


def test_tables_keep_the_declared_schemas(finished):
    for name, record in (RESULTS | RECORDS | GAINS).items():
        schema = pq.read_schema(finished.folder / "cmo" / f"{name}.parquet")
        assert schema.equals(arrow_schema(record), check_metadata=True)


def test_header_names_versions_and_hashes_of_all_inputs(finished):
    header = tomllib.loads((finished.folder / "run.toml").read_text(encoding="utf-8"))
    assert {"python", "tandem-market", "highspy"} <= set(header["versions"])
    inputs = {"scenario/" + f.name for f in (finished.folder / "scenario").iterdir()}
    assert set(header["inputs"]) == inputs | {"study.toml"}
    assert all(len(sha) == 64 for sha in header["inputs"].values())
    assert [d["name"] for d in header["design"]] == list(finished.designs)


def test_run_folder_is_a_study_that_gives_the_same_tables(finished, tmp_path):
    again = run_study(finished.folder, tmp_path / "again")
    tables = [f for f in files_in(finished.folder) if f.endswith(".parquet")]
    assert tables == [f for f in files_in(again.folder) if f.endswith(".parquet")]
    for file in tables:
        assert (again.folder / file).read_bytes() == (finished.folder / file).read_bytes(), file


def test_processes_leave_the_same_tables(tmp_path):
    """Of two areas another process keeps one, and makes the load flows."""
    study = new_study(tmp_path / "study", "T14D2")
    alone, apart = (run_study(study, tmp_path / f"of-{n}", jobs=n) for n in (1, 2))
    tables = [f for f in files_in(alone.folder) if f.endswith(".parquet")]
    assert tables == [f for f in files_in(apart.folder) if f.endswith(".parquet")]
    for file in tables:
        assert (apart.folder / file).read_bytes() == (alone.folder / file).read_bytes(), file
    pages = [(run.folder / REPORT).read_text(encoding="utf-8") for run in (alone, apart)]
    figures = [re.findall(r"<section id=.*?</section>", page, re.DOTALL) for page in pages]
    kept = [[figure for figure in page if "-figure" in figure] for page in figures]
    assert kept[0] == kept[1]
    assert len(kept[0]) > 5


def test_an_interruption_ends_all_processes(tmp_path):
    """One line, the exit code of an interruption, no folder; nobody of the group is left."""
    command = "from tandem.__main__ import main; main()"
    words = ["run", new_study(tmp_path / "study", "C"), "--jobs", "2", "--out", tmp_path / "run"]
    begun = subprocess.Popen(
        [sys.executable, "-c", command, *words], stderr=subprocess.PIPE, start_new_session=True
    )
    while not (tmp_path / ".run.part" / "study.toml").exists() and begun.poll() is None:
        time.sleep(0.01)
    os.killpg(begun.pid, signal.SIGINT)
    assert begun.communicate(timeout=60)[1].decode().strip() == "interrupted"
    assert begun.returncode == 130
    assert [path.name for path in tmp_path.iterdir()] == ["study"]
    with pytest.raises(ProcessLookupError):
        for _ in range(1000):
            os.killpg(begun.pid, 0)
            time.sleep(0.01)


def test_a_study_has_as_many_processes_as_pay(study):
    """None beside the first for a small one; for a great one as many as there are cores."""
    small, day = open_study(study)
    large = replace(day, buses=day.buses * (PAYS * 1000))
    assert jobs_for(small, day) == 1
    assert jobs_for(small, large) == len(os.sched_getaffinity(0))


def test_no_process_cannot_run_a_study(study, tmp_path):
    with pytest.raises(InvalidInput, match="at least 1 process"):
        run_study(study, tmp_path / "run", jobs=0)


def test_study_object_runs_like_its_file(finished, study, tmp_path):
    done = run_study(read_study(study), tmp_path / "run")
    assert done.designs["cmo"].welfare_usd == finished.designs["cmo"].welfare_usd


def test_folders_are_numbered_when_the_name_is_taken(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [run_study(study).folder.name for _ in range(3)]
    assert names == ["two-blocks", "two-blocks-2", "two-blocks-3"]


def test_given_folder_must_be_new(study, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").touch()
    with pytest.raises(InvalidInput, match="there already"):
        run_study(study, tmp_path / "run")
    assert files_in(tmp_path / "run") == ["mine.txt"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize(
    ("module", "place"), [(clear_designs, "settle"), (study_run, "render_report")]
)
def test_failed_run_leaves_nothing(study, tmp_path, monkeypatch, failure, module, place):
    def fail(*_):
        raise failure

    monkeypatch.setattr(module, place, fail)
    with pytest.raises(failure):
        run_study(study, tmp_path / "runs" / "one")
    assert list((tmp_path / "runs").iterdir()) == []


def test_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="holds no finished run"):
        read_run(tmp_path)


def test_two_runs_cannot_write_one_folder(study, tmp_path):
    with (
        new_folder(tmp_path / "run", "run"),
        pytest.raises(InvalidInput, match="another run is writing"),
    ):
        run_study(study, tmp_path / "run")


def test_what_a_killed_run_left_does_not_block_the_next(tmp_path):
    """A process that is killed can tidy up nothing."""
    dies = (
        "import os, signal, sys; from pathlib import Path; from studies.runs.run_folder import *\n"
        "with new_folder(Path(sys.argv[1]), 'run') as (part, _):\n"
        "    (part / 'cmo').mkdir(); (part / 'run.toml').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", dies, tmp_path / "run"], cwd=ROOT, check=False)
    assert (tmp_path / ".run.part" / "run.toml").exists()
    with new_folder(tmp_path / "run", "run") as (part, _):
        assert list(part.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


class Listener:
    def __init__(self):
        self.heard = []

    def begin(self, design):
        self.heard.append(("begin", design))

    def round(self, state):
        self.heard.append(("round", state.round))

    def end(self, design):
        self.heard.append(("end", design))


def test_progress_tells_designs_in_order_and_rounds_within(study, tmp_path):
    listener = Listener()
    run_study(study, tmp_path / "run", listener)
    ends = [name for what, name in listener.heard if what == "end"]
    assert ends == ["conventional", "cmo", "integrated"]
    cmo = listener.heard[listener.heard.index(("begin", "cmo")) + 1]
    assert cmo == ("round", 1)


def test_a_run_settles_by_the_rule_of_its_study(tmp_path):
    """Under `dlmp` what sales earn beyond the local price is paid back as wheeling."""
    study = new_study(tmp_path / "first", "local-wholesale")
    head = study.read_text().split("[[design]]")[0]
    rule = '[settlement]\nrule = "dlmp"\n'
    study.write_text(f'{head}{rule}[[design]]\nkind = "local_wholesale"\n')
    run = run_study(study, tmp_path / "run")
    gains = run.table("local_wholesale", "incentive")
    earned = (gains["cleared_mwh"] * gains["local_usd_per_mwh"]).to_numpy()
    assert gains["revenue_wholesale_usd"].to_numpy() == pytest.approx(earned, abs=1e-6)
    assert "wheeling" in set(run.table("local_wholesale", "ledger")["product"])
    assert run.table("local_wholesale", "checks")["passed"].all()
