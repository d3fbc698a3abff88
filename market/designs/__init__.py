"""Who clears what in which order: one file per market design."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from market.operators.operators import Operators
from scenarios.clearing import Clearing
from scenarios.findings import Finding
from scenarios.pricing import PricingRule
from scenarios.registry import Registry
from scenarios.results import Round
from scenarios.scenario import Scenario

Progress = Callable[[Round], None]
LAST = 100
Shown = tuple[Literal["bids", "networks"], ...]


class Design(Protocol):
    """A market design: a frozen record of its options that clears a day.

    Where operators coordinate, a field `method` holds the coordination method.
    """

    about: ClassVar["About"]

    def clear(
        self, operators: Operators, name: str = ..., progress: Progress | None = ...
    ) -> Clearing:
        """Clear the day; `name` is what the study calls the design. Raises SolveFailed."""
        ...


def suits_all(design: Any, scenario: Scenario) -> Iterable[Finding]:
    """Nothing keeps any scenario from being cleared."""
    return ()


def has_none(design: Any) -> Design | None:
    """No other design to be held against."""
    return None


def reads_no_more(design: Any) -> Iterable[str]:
    """No column of a scenario that other designs leave alone."""
    return ()


def settles_nodally(design: Any) -> PricingRule | None:
    """No rule of its own to be settled by."""
    return None


def asks_operators(design: Any) -> str:
    """Nothing is asked of single assets."""
    return ""


def not_at_first(scenario: Scenario) -> bool:
    """A new study does without."""
    return False


@dataclass(frozen=True)
class ShortName:
    """A short name under which sweeps vary one option of a design; `unit` is the option's."""

    option: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class About:
    """What is said of a kind of design, and what studies need to know of it.

    `rank` is its place in lists, which run from the least to the most coordinated design.
    `presets` hold options of several designs at once, by preset and design. `reads` names columns
    of the scenario that only such designs look at, as TABLE.COLUMN. `unfit` tells what keeps a
    scenario from being cleared, `commits` whether it decides which plants are on, `without_offers`
    gives the same design without wholesale offers of local generators, against which their
    incentives are measured, `settles_by` the rule that settles it unless a study names another.
    `asks_assets` says what it asks of single assets, which an operator elsewhere does not tell.
    `shows` tells what distribution operators lay open beside their messages. A design that leaves
    limits of some networks to others does not `mends_all`, and is none of all that are compared.
    """

    title: str
    says: str
    rank: int = LAST
    presets: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    short_names: Mapping[str, ShortName] = field(default_factory=dict)
    needs_shared_models: bool = False
    commits: bool = False
    reads: Callable[[Any], Iterable[str]] = reads_no_more
    unfit: Callable[[Any, Scenario], Iterable[Finding]] = suits_all
    without_offers: Callable[[Any], Design | None] = has_none
    settles_by: Callable[[Any], PricingRule | None] = settles_nodally
    asks_assets: Callable[[Any], str] = asks_operators
    shows: Shown = ()
    mends_all: bool = True
    begins_a_study: Callable[[Scenario], bool] = not_at_first


designs: Registry[type[Design]] = Registry("design", "market.designs", "tandem.designs")


def ranked() -> dict[str, type[Design]]:
    """All kinds of designs by name, from the least to the most coordinated."""
    return dict(sorted(designs.items(), key=lambda held: held[1].about.rank))
