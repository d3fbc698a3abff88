"""Data of the test networks, as published and as corrected."""

from reproduction.appendix import feeders, transmission

ITEMS = (*transmission.ITEMS, *feeders.ITEMS)
