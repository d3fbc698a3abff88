"""What can be wrong with the assets of a kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scenarios.check.laws import Law
from scenarios.findings import Finding
from scenarios.scenario import Scenario

Rule = Callable[[Scenario], Iterator[Finding]]


@dataclass(frozen=True)
class AssetRules:
    """Laws of single columns, pairs of columns that are in order, and rules on whole tables.

    `of_day` are judged where the length of every period is known, each with the tables that it
    needs whole besides that of the kind.
    """

    laws: tuple[Law, ...] = ()
    orders: tuple[tuple[str, str], ...] = ()
    of_day: tuple[tuple[Rule, tuple[str, ...]], ...] = ()
