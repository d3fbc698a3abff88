"""Voltage stability: how far load can grow with feeders in full, and what moves that margin."""

from reproduction.chapter3 import curves, diagrams, reactive, resistance, two_bus

ITEMS = (*diagrams.ITEMS, *two_bus.ITEMS, *curves.ITEMS, *resistance.ITEMS, *reactive.ITEMS)
