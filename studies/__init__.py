"""A whole study: run it, compare runs, sweep it, report on them."""

from studies.analyses.study_run import run_study
from studies.horizon import HorizonRun, open_horizon, run_horizon
from studies.runs.compare import compare_runs
from studies.runs.finished import Run, read_run
from studies.study.study import Study, read_study
from studies.sweep import Sweep, run_sweep

__all__ = [
    "HorizonRun",
    "Run",
    "Study",
    "Sweep",
    "compare_runs",
    "open_horizon",
    "read_run",
    "read_study",
    "run_horizon",
    "run_study",
    "run_sweep",
]
