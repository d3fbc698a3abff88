"""Who clears what in which order: one file per market design."""

from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated

DESIGNS: dict[str, type[Conventional | Cmo | Integrated]] = {
    "conventional": Conventional,
    "cmo": Cmo,
    "integrated": Integrated,
}

__all__ = ["DESIGNS", "Cmo", "Conventional", "Integrated"]
