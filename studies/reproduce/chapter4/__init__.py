"""Market operations: coordinated clearing, conventional cases, local and wholesale sales."""

from studies.reproduce.chapter4 import cases

ITEMS = cases.ITEMS
