"""What the validator asks of every kind of asset."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from validation.check import Rows
from validation.cleared import Cleared
from validation.priced import Priced


@dataclass(frozen=True)
class Law:
    """By how much the assets of a kind miss a law, shape (assets, periods).

    Kinds may share a law: what is missed in all of them stands under its name.
    """

    name: str
    unit: str
    by: Rows


class Validator(Protocol):
    """The laws of one kind of asset, from the scenario and the dispatch table alone.

    Arrays are of shape (assets, periods); where only the sum of the day has a meaning, of shape
    (assets, 1). Assets with several buses count once for each, as `cleared.at_buses` has them.
    `needed` are columns of the dispatch table that this kind must fill, beside those of all.
    """

    needed: ClassVar[tuple[str, ...]]

    def laws(self, cleared: Cleared) -> Iterator[Law]:
        """Limits on power and energy, tolerated to the size of rounding (MW, MWh)."""
        ...

    def reactive(self, cleared: Cleared) -> Rows:
        """By how much reactive power (Mvar) is not what it should be, in distribution."""
        ...

    def greatest_mw(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """Most that each asset can produce, and consume (MW)."""
        ...

    def cost_and_value(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """What its dispatch costs, and is worth ($)."""
        ...

    def unearned(self, priced: Priced) -> Rows:
        """What each asset could have earned at the prices of its bus, less what it does ($)."""
        ...
