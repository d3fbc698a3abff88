"""Studies that are run: their folders, sums and verdicts."""
