"""Output of PV and wind plants from the weather, expected over its distribution in each hour."""
