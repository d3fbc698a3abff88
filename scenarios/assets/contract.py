"""What every kind of asset says of itself to all but its own models and checks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from scenarios.quantity import key_columns

Group = Literal["producer", "consumer", "storage", "network"]
R = TypeVar("R")


def _as_it_is(record: R) -> R:
    return record


def _active_power_alone(_: Any) -> tuple[complex, float, float]:
    return 1 + 0j, 0.0, 0.0


@dataclass(frozen=True)
class Asset(Generic[R]):
    """One kind of asset: its table, and how to treat it where its own models are not asked.

    The keys of `record` are `area` and the asset's own name; it has a `bus`, and where a profile
    scales its power a `profile`. `order` is its place among all kinds. In result tables the power
    of a consumer is its consumption, that of all others their production. What belongs to the
    network has no account: what it earns between its buses is its operator's rent.
    """

    record: type[R]
    table: str
    noun: str
    group: Group
    order: int
    greatest_mw: Callable[[R], tuple[float, float]]
    """Most that it can produce, and consume (MW), before its profile."""
    bus_columns: tuple[str, ...] = ("bus",)
    """Columns that name its buses; result tables have a row of it for each of them."""
    may_turn: bool = False
    """Whether its profile may be negative, so that it changes between consumer and producer."""
    has_curve: bool = False
    """Whether rows of the table of offers belong to it."""
    in_one_hour: Callable[[R], R | None] = _as_it_is
    """The asset without what couples hours; None where it rests in a single hour."""
    base_mva: Callable[[R, float], complex] | None = None
    """What it takes (MVA at 1 p.u.) in the base case of a load flow, at a factor of its profile."""
    per_mw: Callable[[R], tuple[complex, float, float]] = _active_power_alone
    """MVA that go with one MW as cleared, and the voltage exponents of P and Q."""

    @cached_property
    def name_column(self) -> str:
        """Column of the asset's own name."""
        return key_columns(self.record)[1]

    @property
    def sign(self) -> int:
        """+1 where power in result tables is production, -1 where it is consumption."""
        return -1 if self.group == "consumer" else +1

    def buses_of(self, record: R) -> tuple[str, ...]:
        """Buses at which it stands."""
        return tuple(getattr(record, column) for column in self.bus_columns)

    def name_of(self, record: R) -> str:
        """The asset's own name."""
        return str(getattr(record, self.name_column))


def profile_of(record: Any) -> str | None:
    """Profile that scales the asset's power; None where its kind has none."""
    profile: str | None = getattr(record, "profile", None)
    return profile


def participation_of(record: Any) -> str | None:
    """How the asset takes part in markets; None where it, or its kind, does not say."""
    participation: str | None = getattr(record, "participation", None)
    return participation
