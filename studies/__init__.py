"""A whole study: run it, compare runs, sweep it, report on them."""

import typing

from scenarios.first_use import imported_at_first_use

if typing.TYPE_CHECKING:
    from studies.analyses.study_run import run_study as run_study
    from studies.horizon import HorizonRun as HorizonRun
    from studies.horizon import open_horizon as open_horizon
    from studies.horizon import run_horizon as run_horizon
    from studies.runs.compare import compare_runs as compare_runs
    from studies.runs.finished import Run as Run
    from studies.runs.finished import read_run as read_run
    from studies.study.study import Study as Study
    from studies.study.study import read_study as read_study
    from studies.sweep import Sweep as Sweep
    from studies.sweep import run_sweep as run_sweep

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
_HOMES = {
    "HorizonRun": "studies.horizon:HorizonRun",
    "Run": "studies.runs.finished:Run",
    "Study": "studies.study.study:Study",
    "Sweep": "studies.sweep:Sweep",
    "compare_runs": "studies.runs.compare:compare_runs",
    "open_horizon": "studies.horizon:open_horizon",
    "read_run": "studies.runs.finished:read_run",
    "read_study": "studies.study.study:read_study",
    "run_horizon": "studies.horizon:run_horizon",
    "run_study": "studies.analyses.study_run:run_study",
    "run_sweep": "studies.sweep:run_sweep",
}
__getattr__ = imported_at_first_use(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
