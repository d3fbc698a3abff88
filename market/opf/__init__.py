"""Optimal power flow: least cost of one operating point under the physics of the networks."""
