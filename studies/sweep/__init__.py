"""A study cleared again and again with other numbers: grid, points, folder, page."""

from studies.sweep.sweep import Sweep, run_sweep

__all__ = ["Sweep", "run_sweep"]
