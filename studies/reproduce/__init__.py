"""The published list of tables and figures, made again from the shipped systems."""

from studies.reproduce.catalogue import ITEMS, chosen_items
from studies.reproduce.item import Item, Reproduced
from studies.reproduce.make import reproduce

__all__ = ["ITEMS", "Item", "Reproduced", "chosen_items", "reproduce"]
