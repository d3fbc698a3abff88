"""The systems of the chapter: IEEE 14 with three feeders of households, and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from scenarios.records import Generator, Offer
from scenarios.scenario import Scenario
from scenarios.systems.coupled import coupled
from scenarios.variants.feeders import with_exponents
from security.outages.ac import Before
from security.outages.penetration import with_penetration

BOUNDARIES = ("9", "10", "14")
HOUSEHOLD = (1.2, 3.0)
CAP, CAP_FLOOR_MVA = 1.3, 15.0
PV_SHARE, DG_SHARE, DG_BUS = 0.5, 0.2, "18"
ASSUMED = (
    "IEEE 14 with 33-bus feeders in the place of the loads at buses 9, 10, 14, loads with "
    "exponents 1.2 and 3; ratings 1.3 times the flow without renewables, at least 15 MVA"
)


@dataclass(frozen=True)
class Households:
    """Feeders without generators."""

    def build(self) -> Scenario:
        """The scenario."""
        feeders = coupled("ieee14", dict.fromkeys(BOUNDARIES, "feeder33"))
        return _rated(with_exponents(feeders, *HOUSEHOLD))


@dataclass(frozen=True)
class Active:
    """The same feeders, each with PV at all loads and one generator.

    `sun` gives what is left of the PV output by area, 1 where an area is not named; areas in
    `lost` have lost their generator.
    """

    sun: tuple[tuple[str, float], ...] = ()
    lost: tuple[str, ...] = ()

    def build(self) -> Scenario:
        """The scenario."""
        passive = Households().build()
        with_pv = _shaded(with_penetration(passive, PV_SHARE), dict(self.sun))
        load = {a: _load_mw(passive, a) for a in passive.distribution}
        units = [_generator(a, DG_SHARE * p) for a, p in load.items() if a not in self.lost]
        return replace(
            with_pv,
            generators=(*with_pv.generators, *units),
            offers=(
                *with_pv.offers,
                *(Offer(g.area, g.generator, None, 1, g.p_max_mw, 0.0) for g in units),
            ),
        )


def _rated(scenario: Scenario) -> Scenario:
    """With ratings by the flows of the base case."""
    before = Before.of(scenario)
    flow = np.abs(before.intact().flow.real)
    rating = dict(
        zip(before.layout.upper.branches, np.maximum(CAP * flow, CAP_FLOOR_MVA), strict=True)
    )
    branches = (
        replace(k, rating_mva=float(rating[k.branch])) if k.area == scenario.transmission else k
        for k in scenario.branches
    )
    return replace(scenario, branches=tuple(branches))


def _shaded(scenario: Scenario, left: Mapping[str, float]) -> Scenario:
    generators = (
        replace(g, p_max_mw=g.p_max_mw * left.get(g.area, 1.0)) if g.technology == "pv" else g
        for g in scenario.generators
    )
    return replace(scenario, generators=tuple(generators))


def _load_mw(scenario: Scenario, area: str) -> float:
    return sum(r.p_mw for r in scenario.loads if r.area == area)


def _generator(area: str, p_mw: float) -> Generator:
    return Generator(area, "generator", DG_BUS, 0.0, p_mw, p_base_mw=p_mw)
