"""Devices as Pyomo components: one file for each kind."""
