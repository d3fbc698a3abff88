"""The published list of tables and figures, made again from the shipped systems."""

from reproduction.catalogue import ITEMS, chosen_items
from reproduction.item import Item, Reproduced
from reproduction.make import reproduce

__all__ = ["ITEMS", "Item", "Reproduced", "chosen_items", "reproduce"]
