"""Clearing: areas, coordination between operators, market designs, validation."""
