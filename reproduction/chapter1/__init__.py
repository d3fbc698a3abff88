"""How transmission and distribution are run without coordination."""

from reproduction.chapter1 import traditional

ITEMS = traditional.ITEMS
