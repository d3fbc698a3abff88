"""Transmission security in the DC model: sensitivities, outages, and what boundaries change."""
