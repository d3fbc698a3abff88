"""What a format says of itself, and an hour of a scenario as formats without time hold it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.assets import all_assets
from scenarios.commitment import COMMITMENT_TABLES
from scenarios.records import Offer
from scenarios.reserve import RESERVE_TABLES
from scenarios.scenario import AreaView, Scenario


@dataclass(frozen=True)
class Exporter:
    """A format: `write` makes a new file or folder, and gives what is to be said of it.

    `of_one_hour` says that the format holds one period, which is asked for.
    """

    write: Callable[[Scenario, Path, int], Sequence[str]]
    of_one_hour: bool


@dataclass(frozen=True)
class Curve:
    """A cost of production, or a value of consumption, from 0 MW: segments, and what 0 MW costs."""

    segments: tuple[Offer, ...]
    at_zero_usd_per_h: float = 0.0

    @property
    def is_one_segment(self) -> bool:
        """Whether it is a polynomial of degree 2."""
        return len(self.segments) == 1

    @property
    def bends(self) -> bool:
        """Whether it is neither one segment nor steps: then it is written by its ends."""
        return not self.is_one_segment and any(s.slope_usd_per_mw2h for s in self.segments)

    def steps(self, sign: int) -> Iterator[tuple[float, float]]:
        """Width (MW) and mean price of each segment; `sign` is -1 for a value, which falls."""
        for s in self.segments:
            middle = s.price_usd_per_mwh + sign * s.slope_usd_per_mw2h * s.quantity_mw / 2
            yield s.quantity_mw, middle


def curve_of(view: AreaView, owner: str, at_zero_usd_per_h: float = 0.0) -> Curve:
    """The curve of an owner in an hour in which every offer stands for every period."""
    return Curve(view.offers[owner], at_zero_usd_per_h)


def factor_of(view: AreaView, profile: str | None) -> float:
    """The profile's factor in a view of one period."""
    return float(view.factor(profile)[0])


def lost_in_one_hour(scenario: Scenario) -> Iterator[str]:
    """What no file of a single hour holds, with how often it is there."""
    coupling = [k for k in all_assets().values() if k.table in ("storage", "shiftable_loads")]
    kinds = [(f"{k.noun}s", k.table) for k in coupling]
    kinds += [(table.replace("_", " "), table) for table in (*COMMITMENT_TABLES, *RESERVE_TABLES)]
    for words, table in kinds:
        if count := len(scenario.table(table)):
            yield f"{words} ({count})"
    if count := sum(b.chi is not None for b in scenario.boundaries):
        yield f"shares chi of boundaries ({count})"
    if count := sum((b.p_min_mw, b.p_max_mw) != (None, None) for b in scenario.boundaries):
        yield f"limits of boundaries ({count})"
    if count := sum(k.emergency_mva is not None for k in scenario.branches):
        yield f"ratings after outages ({count})"
    if count := sum(g.participation is not None for g in scenario.generators):
        yield f"ways to take part in markets ({count})"


def lost_exponents(scenario: Scenario, known: frozenset[float]) -> Iterator[str]:
    """Loads that follow voltage in a way that a format does not know."""
    lost = sum(r.n_p != r.n_q or r.n_p not in known for r in scenario.loads)
    if lost:
        yield f"voltage exponents of loads ({lost})"


def back(scenario: Scenario) -> str:
    """Options of `tandem import` that give an hour the same prices of shedding and spilling."""
    voll, spill = scenario.voll_usd_per_mwh, scenario.spill_usd_per_mwh
    return f"--hours 1 --voll {voll!r} --spill {spill!r}"
