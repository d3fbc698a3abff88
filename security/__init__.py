"""Security of a cleared day: power flow, stability margin, contingencies."""
