"""A study cleared again and again with other numbers: grid, points, folder, page."""

from studies.sweep.run import Sweep, run_sweep

__all__ = ["Sweep", "run_sweep"]
