"""Owners who choose what they say to gain most: what that does to prices and welfare, by design."""

from studies.analyses.equilibrium.found import Equilibrium
from studies.analyses.equilibrium.moves import Markup, Move, Owner, Understated, Wholesale, Withheld
from studies.analyses.equilibrium.play import Rules, equilibria, play

__all__ = [
    "Equilibrium",
    "Markup",
    "Move",
    "Owner",
    "Rules",
    "Understated",
    "Wholesale",
    "Withheld",
    "equilibria",
    "play",
]
