"""Who clears what in which order: one file per market design."""

from market.designs.cmo import Cmo
from market.designs.conventional import PRESETS, Conventional
from market.designs.integrated import Integrated
from market.designs.local_only import LocalOnly
from market.designs.local_wholesale import LocalWholesale
from market.designs.wholesale_only import WholesaleOnly

Design = Conventional | LocalOnly | WholesaleOnly | LocalWholesale | Cmo | Integrated
DESIGNS: dict[str, type[Design]] = {
    "conventional": Conventional,
    "local_only": LocalOnly,
    "wholesale_only": WholesaleOnly,
    "local_wholesale": LocalWholesale,
    "cmo": Cmo,
    "integrated": Integrated,
}

__all__ = [
    "DESIGNS",
    "PRESETS",
    "Cmo",
    "Conventional",
    "Design",
    "Integrated",
    "LocalOnly",
    "LocalWholesale",
    "WholesaleOnly",
]
