"""Outages in transmission by AC load flow, with distribution that reacts."""
