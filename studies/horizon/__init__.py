"""Many days of a study, cleared one after the other or each by itself: tables, figures, page."""

from studies.horizon.finished import HorizonRun, open_horizon
from studies.horizon.run import run_horizon

__all__ = ["HorizonRun", "open_horizon", "run_horizon"]
