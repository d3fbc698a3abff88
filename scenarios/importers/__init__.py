"""Readers of other programs' case files; each ends in `scenarios.assembly`."""
