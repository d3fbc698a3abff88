"""T14D3: IEEE 14 with three feeders of households and the renewables within, for outages.

Ratings of transmission are 1.3 times what its branches carry without renewables, 15 MVA at least.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scenarios.records import Generator, Offer
from scenarios.scenario import Scenario
from scenarios.systems.coupled import coupled, load_mw
from scenarios.variants.feeders import with_exponents

BOUNDARIES = ("9", "10", "14")
HOUSEHOLD = (1.2, 3.0)
ENDS = ("18", "33")  # of the two longest laterals of every feeder: PV and wind by their share
PV_SHARE, WIND_SHARE, UNIT_SHARE = 0.4, 0.2, 0.2  # of the feeder's load, in the line flow cases
PV, WIND, THERMAL = "pv", "wind", "thermal"
NAMES = {PV: "pv", WIND: "wind", THERMAL: "generator"}
RATING_MVA = {
    "1-2": 207.945, "1-5": 99.463, "2-3": 95.812, "2-4": 73.821, "2-5": 54.783, "3-4": 31.113,
    "4-5": 82.332, "4-7": 39.888, "4-9": 21.478, "5-6": 60.904, "6-11": 15.0, "6-12": 15.0,
    "6-13": 26.348, "7-8": 25.462, "7-9": 39.105, "9-10": 15.0, "9-14": 15.0, "10-11": 15.0,
    "12-13": 15.0, "13-14": 15.0,
}  # fmt: skip


@dataclass(frozen=True)
class Plant:
    """A plant of every feeder: its bus, what it runs on, and its part of the feeder's load."""

    bus: str
    technology: str
    share: float

    def below(self, area: str, load_mw: float) -> Generator:
        """The plant of one feeder."""
        p_mw = self.share * load_mw
        base = p_mw if self.technology == THERMAL else None  # PV and wind give what they can
        return Generator(
            area,
            NAMES[self.technology],
            self.bus,
            0.0,
            p_mw,
            p_base_mw=base,
            technology=self.technology,
        )


PLANTS = (
    Plant("25", PV, PV_SHARE),
    Plant("33", WIND, WIND_SHARE),
    Plant("18", THERMAL, UNIT_SHARE),
)


@dataclass(frozen=True)
class Households:
    """Feeders without generators."""

    def build(self) -> Scenario:
        """The scenario."""
        feeders = coupled("ieee14", dict.fromkeys(BOUNDARIES, "feeder33"), name="T14D3")
        return _rated(with_exponents(feeders, *HOUSEHOLD))


@dataclass(frozen=True)
class Renewable:
    """The same feeders; PV and wind at the ends of two laterals give a share of each one's load."""

    share: float

    def build(self) -> Scenario:
        """The scenario."""
        each = self.share / 2
        plants = (Plant(ENDS[0], PV, each), Plant(ENDS[1], WIND, each))
        return with_plants(Households().build(), plants if self.share else ())


@dataclass(frozen=True)
class Active:
    """The same feeders, each with PV, wind and a generator of its own.

    `sun` gives what is left of the PV output by area, 1 where an area is not named; areas in
    `lost` have lost their generator.
    """

    sun: tuple[tuple[str, float], ...] = ()
    lost: tuple[str, ...] = ()

    def build(self) -> Scenario:
        """The scenario."""
        full = _shaded(with_plants(Households().build(), PLANTS), dict(self.sun))
        gone = {(g.area, g.generator) for g in full.generators if self._is_lost(g)}
        return replace(
            full,
            generators=tuple(g for g in full.generators if (g.area, g.generator) not in gone),
            offers=tuple(o for o in full.offers if (o.area, o.owner) not in gone),
        )

    def _is_lost(self, generator: Generator) -> bool:
        return generator.area in self.lost and generator.technology == THERMAL


def with_plants(scenario: Scenario, plants: Sequence[Plant]) -> Scenario:
    """The scenario with these plants in every feeder, at full output and unity power factor."""
    load = {area: load_mw(scenario, area) for area in scenario.distribution}
    added = [plant.below(area, p_mw) for area, p_mw in load.items() for plant in plants]
    return replace(
        scenario,
        areas=tuple(
            replace(a, type="B") if plants and a.area in scenario.distribution else a
            for a in scenario.areas
        ),
        generators=(*scenario.generators, *added),
        offers=(
            *scenario.offers,
            *(Offer(g.area, g.generator, None, 1, g.p_max_mw, 0.0) for g in added),
        ),
    )


def _rated(scenario: Scenario) -> Scenario:
    branches = (
        replace(k, rating_mva=RATING_MVA[k.branch]) if k.area == scenario.transmission else k
        for k in scenario.branches
    )
    return replace(scenario, branches=tuple(branches))


def _shaded(scenario: Scenario, left: Mapping[str, float]) -> Scenario:
    generators = (
        replace(g, p_max_mw=left.get(g.area, 1.0) * g.p_max_mw) if g.technology == PV else g
        for g in scenario.generators
    )
    return replace(scenario, generators=tuple(generators))
