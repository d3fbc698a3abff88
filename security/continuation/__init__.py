"""Continuation power flow: how far load can grow until voltages collapse."""
